// What the operator has agreed with those who process data outside its own machines, in its own words: read from one setting, strictly,
// because the privacy page repeats it and the start depends on it.
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { z } from "zod";

const day = z.iso.date({ error: "must be a day like 2026-01-31" });
const country = z.string().regex(/^[A-Z]{2}$/, "must be a country's two capital letters, like DE");
const countries = z.array(country).min(1, "must name a country at least");

/** A link that a reader can follow: https, a public host, nothing to sign in with, nothing that tells who followed it. */
export const publicLink = z.url({ protocol: /^https$/, error: "must be an https address" }).refine(isPublicLink, {
  error: "must be a public page without user, port or query",
});

export function isPublicLink(text: string): boolean {
  const url = URL.parse(text);
  return (
    url?.protocol === "https:" &&
    /^([a-z0-9-]+\.)+[a-z]{2,}$/.test(url.hostname) &&
    !isOwnHost(url.hostname) &&
    !/(^|\.)(example\.(com|net|org)|example|test|invalid)$/.test(url.hostname) &&
    [url.username, url.password, url.port, url.search].every((part) => part === "")
  );
}

const transfer = z
  .strictObject({
    mechanism: z
      .enum(["adequacy", "dpf", "scc", "bcr"])
      .describe(
        "adequacy decision, EU-US Data Privacy Framework, standard contractual clauses, binding corporate rules",
      ),
    sccModule: z.int().min(1).max(4).optional(),
    signedAt: day,
    assessedAt: day.describe("When the transfer's impact was assessed (TIA)."),
    expiresAt: day.optional(),
  })
  .refine(({ mechanism, sccModule }) => (mechanism === "scc") === (sccModule !== undefined), {
    path: ["sccModule"],
    error: "must be 1 to 4 with the mechanism scc, and only with it",
  });

const keptMonths = z
  .int()
  .min(1)
  .max(120)
  .optional()
  .describe("How long what comes there is kept, as you set it there.");

const entry = z.discriminatedUnion(
  "isOwn",
  [
    z.strictObject({
      isOwn: z.literal(true).describe("A machine that the operator runs itself: nobody processes for it there."),
      countries,
      keptMonths,
      transfer: transfer.optional(),
    }),
    z.strictObject({
      isOwn: z.literal(false),
      name: z.string().trim().min(2).max(200),
      countries,
      policy: publicLink,
      agreement: z.strictObject({
        url: publicLink,
        signedAt: day,
        instructions: z.string().trim().min(10, "must say what the processor may do").max(500),
      }),
      isConfidential: z.literal(true, { error: "must be true: whoever works there is bound to confidentiality" }),
      keptMonths,
      transfer: transfer.optional(),
    }),
  ],
  { error: "must say with isOwn whether it is a machine of the operator itself (true) or somebody else's (false)" },
);

const register = z.strictObject({
  allowedCountries: z
    .array(z.union([z.literal("EEA"), country], { error: "must be EEA or a country's two capital letters" }))
    .min(1)
    .optional(),
  processors: z.record(z.string(), entry).default({}),
});

export type OperatorEntry = z.output<typeof entry>;
export type OperatorRegister = z.output<typeof register>;
export type Transfer = z.output<typeof transfer>;

/** The setting's text: JSON, or the file that holds it. */
export const operatorRegister = z.string().transform((text, ctx): OperatorRegister => {
  const refuse = (message: string): never => {
    ctx.addIssue({ code: "custom", message });
    return z.NEVER;
  };
  let json: unknown;
  try {
    json = JSON.parse(text.trimStart().startsWith("{") ? text : readFileSync(text, "utf8"));
  } catch (error) {
    return refuse(error instanceof SyntaxError ? "must be JSON" : "must be JSON, or a file that can be read");
  }
  const parsed = register.safeParse(json);
  if (parsed.success) return parsed.data;
  return refuse(parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; "));
});

/** Loopback, private networks, and names that no public DNS has: the operator's own network. */
export function isOwnHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, "");
  const plain = name.replace(/^::ffff:(?=[\d.]+$)/, "");
  if (isIP(plain) === 4) return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.)/.test(plain);
  if (isIP(plain) === 6) return /^(::1$|f[cd][0-9a-f]{2}:|fe80:)/.test(plain);
  return /^[a-z0-9_-]+$/.test(name) || /\.(localhost|local|internal|lan|home\.arpa)$/.test(name);
}
