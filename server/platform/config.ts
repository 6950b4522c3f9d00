import { z } from "zod";
import { operatorRegister } from "./operator-register.ts";
import { transportProblems } from "./transport.ts";
import { setting, secret, type Setting, type SettingValues } from "./setting.ts";

const list = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);
const yesNo = z.stringbool();
const httpUrl = z
  .url({ protocol: /^https?$/, error: "must be an http or https address" })
  .transform((text) => text.replace(/\/+$/, ""));

const portRule = "must be a whole number from 0 to 65535";

const hoursRule = "must be a number of hours from 1 to 336";
const placeholderContact = "your-email@example.com";

const regionForm = /^(\S.*),\s*([A-Z]{2})$/s;
/** No country: ISO 3166 leaves these letters to whoever needs some. */
const noCountry = "ZZ";
/** Of a demo: it is tried out on whoever's computer started it. */
export const trialRegion = `Your own machine, ${noCountry}`;

export const processRoles = ["web", "worker", "sessions"] as const;

/** Everything the operator may set by environment; docs/configuration.md is generated from it. At most 30. */
export const settings = {
  host: setting({
    env: "KEEPWORD_HOST",
    doc: "Address to listen on. `0.0.0.0` for all, behind a proxy that speaks https.",
    schema: z.string(),
    default: "127.0.0.1",
  }),
  port: setting({
    env: "KEEPWORD_PORT",
    doc: "Port to listen on; 0 takes a free one.",
    schema: z.coerce.number(portRule).int(portRule).min(0, portRule).max(65535, portRule),
    default: 3000,
  }),
  dataDir: setting({
    env: "KEEPWORD_DATA_DIR",
    doc: "Folder for everything that is kept: the embedded database, the keyring, local blobs.",
    schema: z.string(),
    default: ".data",
    example: "/var/lib/keepword",
  }),
  publicUrl: setting({
    env: "KEEPWORD_PUBLIC_URL",
    doc: "The address that people and providers use. Without it, links name the host and port. With https, cookies are `__Host-`, HSTS is sent, requests in clear are sent on or refused, and other machines are reached over TLS only.",
    schema: httpUrl,
    example: "https://inbox.example.com",
  }),
  linkedWaitHours: setting({
    env: "KEEPWORD_LINKED_WAIT_HOURS",
    doc: "How long a message waits for a linked phone that is not connected before it fails.",
    schema: z.coerce.number(hoursRule).min(1, hoursRule).max(336, hoursRule),
    default: 24,
  }),
  databaseUrl: setting({
    env: "DATABASE_URL",
    doc: "A PostgreSQL 16 or newer to use instead of the embedded one.",
    schema: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// address" }),
    secret: true,
    example: "postgres://keepword:…@db.example.com/keepword",
  }),
  s3Endpoint: setting({
    env: "S3_ENDPOINT",
    doc: "Address of an S3-compatible store, where it is not Amazon's.",
    schema: httpUrl,
    example: "https://s3.example.com",
  }),
  s3Bucket: setting({
    env: "S3_BUCKET",
    doc: "Bucket for media; setting it moves new blobs from the data folder to the store.",
    schema: z.string(),
    example: "keepword-media",
  }),
  s3Region: setting({ env: "S3_REGION", doc: "Region of the bucket.", schema: z.string(), default: "us-east-1" }),
  s3AccessKeyId: setting({ env: "S3_ACCESS_KEY_ID", doc: "Access key of the store.", schema: z.string() }),
  s3SecretAccessKey: setting({
    env: "S3_SECRET_ACCESS_KEY",
    doc: "Secret of the access key.",
    schema: z.string(),
    secret: true,
  }),
  s3ForcePathStyle: setting({
    env: "S3_FORCE_PATH_STYLE",
    doc: "`true` puts the bucket in the path instead of the host name, as most self-hosted stores want.",
    schema: yesNo,
    default: false,
  }),
  smtpUrl: setting({
    env: "SMTP_URL",
    doc: "Mail server. Without it mails go to an outbox that the operator can read in the data folder.",
    schema: z.url({ protocol: /^smtps?$/, error: "must be an smtp:// or smtps:// address" }),
    secret: true,
    example: "smtps://user:…@mail.example.com:465",
  }),
  mailFrom: setting({
    env: "MAIL_FROM",
    doc: "Sender of the mails.",
    schema: z.string(),
    default: "Keepword <keepword@localhost>",
  }),
  rootKey: setting({
    env: "KEEPWORD_ROOT_KEY",
    doc: "The key above all keys: 32 bytes in base64 or hex. Prefer the file: environments end up in process lists.",
    schema: z.string().min(43, "must be 32 bytes in base64 or hex"),
    secret: true,
  }),
  rootKeyFile: setting({
    env: "KEEPWORD_ROOT_KEY_FILE",
    doc: "File that holds the root key. Without either, one is made in the data folder at the first start: back it up apart from the database.",
    schema: z.string(),
    example: "/run/secrets/keepword_root_key",
  }),
  providerOrigins: setting({
    env: "KEEPWORD_PROVIDER_ORIGINS",
    doc: "Origins that a channel's `apiBaseUrl` may name besides the vendors' own, comma separated. For simulators and proxies.",
    schema: list.pipe(z.array(httpUrl)),
    default: [],
    example: "http://127.0.0.1:3001",
  }),
  logLevel: setting({
    env: "KEEPWORD_LOG_LEVEL",
    doc: "How much is logged. No level logs content, names, addresses or tokens.",
    schema: z.enum(["debug", "info", "warn", "error", "silent"]),
    default: "info",
  }),
  trustProxy: setting({
    env: "KEEPWORD_TRUST_PROXY",
    doc: "Proxies whose X-Forwarded headers are believed: addresses, networks, or `loopback`, `uniquelocal`, comma separated.",
    schema: list,
    default: [],
    example: "loopback",
  }),
  allowPrivateTargets: setting({
    env: "KEEPWORD_ALLOW_PRIVATE_TARGETS",
    doc: "`true` lets webhooks reach private networks. Link-local and metadata addresses stay closed.",
    schema: yesNo,
    default: false,
  }),
  roles: setting({
    env: "KEEPWORD_ROLES",
    doc: "What this process does: `web`, `worker`, `sessions`, comma separated. Less than all needs DATABASE_URL.",
    schema: list.pipe(z.array(z.enum(processRoles)).min(1)),
    default: [...processRoles],
  }),
  signUp: setting({
    env: "KEEPWORD_SIGN_UP",
    doc: "Who may make a workspace: `first` only the first person, then by invitation; `open` anyone; `closed` only the command line.",
    schema: z.enum(["first", "open", "closed"]),
    default: "first",
  }),
  dormantDays: setting({
    env: "KEEPWORD_DORMANT_DAYS",
    doc: "After how many days without anybody a workspace begins to close; its owners are told 30 and 7 days before. `0` is never, and so it is without `SMTP_URL`.",
    schema: z
      .string()
      .regex(/^\d{1,5}$/, "must be a number of days")
      .transform(Number)
      .refine((days) => days === 0 || days >= 60, "must be 0, or 60 at least"),
    default: 730,
  }),
  operatorName: setting({
    env: "KEEPWORD_OPERATOR_NAME",
    doc: "Who runs this server and answers for the data on it, as the privacy page names them: the name, then a comma and the postal address. Another name is a change that everybody is told of 30 days ahead. Nobody signs up before it is set.",
    schema: z.string().trim(),
    default: "",
    example: "Example GmbH, Hauptstraße 1, 10115 Berlin",
  }),
  privacyContact: setting({
    env: "KEEPWORD_PRIVACY_CONTACT",
    doc: "Where people write about their data, as the privacy page names it. Nobody signs up while it is the placeholder.",
    schema: z.email(),
    default: placeholderContact,
    example: "privacy@example.com",
  }),
  region: setting({
    env: "KEEPWORD_REGION",
    doc: "Who hosts the server and where, as the privacy page says it, with the country's two letters at the end. Nobody signs up before it is set.",
    schema: z
      .string()
      .trim()
      .regex(regionForm, "must name the host and end in its country, like `Hetzner Online GmbH, Falkenstein, DE`"),
    default: "",
    example: "Hetzner Online GmbH, Falkenstein, DE",
  }),
  operatorRegister: setting({
    env: "KEEPWORD_PROCESSORS",
    doc: "Who processes for you outside your own network: where, under which agreement, by which transfer mechanism. JSON, or a file that holds it; docs/operations.md shows one. Without it no database, store, mail server or analytics of somebody else can be used.",
    schema: operatorRegister,
    example: "/etc/keepword/processors.json",
  }),
  googleAnalyticsId: setting({
    env: "KEEPWORD_GA_ID",
    doc: "A measurement id of Google Analytics, for the public pages. Nothing of it is loaded before a visitor agreed. Without it there are only daily totals of the server's own.",
    schema: z.string().regex(/^G-[A-Z0-9]{4,20}$/, "must be a measurement id like G-AB12CD34EF"),
    example: "G-AB12CD34EF",
  }),
  googleAnalyticsOrigin: setting({
    env: "KEEPWORD_GA_ORIGIN",
    doc: "Origin that serves Google's tag and takes what it sends, where it is a tagging server of yours instead of Google's own.",
    schema: httpUrl,
    example: "https://tags.example.com",
  }),
  metricsToken: setting({
    env: "KEEPWORD_METRICS_TOKEN",
    doc: "Bearer token for `/metrics`. Without it only a direct connection from the same machine may read them.",
    schema: z.string().min(16),
    secret: true,
  }),
} satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
export type Config = SettingValues<typeof settings>;

/** `--data-dir` of `dataDir`: as the command line spells it. */
const optionOf = (name: SettingName): string =>
  `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The operator's mistake, in sentences that name the variable and never its value, or the option and what was typed. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/**
 * Reads the settings. Flags (by setting name, as text) win over the environment; an empty variable counts as unset.
 * Throws `ConfigError` with every mistake at once, unknown `KEEPWORD_*` names included.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  flags: Readonly<Partial<Record<SettingName, string | undefined>>> = {},
): Config {
  const problems: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [name, declared] of Object.entries(settings) as [SettingName, Setting][]) {
    const text = flags[name] ?? env[declared.env];
    if (text === undefined || text === "") {
      config[name] = declared.default;
      continue;
    }
    const parsed = declared.schema.safeParse(text);
    if (parsed.success) config[name] = declared.isSecret ? secret(parsed.data) : parsed.data;
    else {
      const source = flags[name] === undefined || declared.isSecret ? declared.env : `${optionOf(name)} ${text}`;
      problems.push(`${source}: ${parsed.error.issues.map((issue) => issue.message).join("; ")}`);
    }
  }
  problems.push(...unknownNames(env));
  const values = config as unknown as Config;
  if (problems.length === 0) problems.push(...contradictions(values), ...transportProblems(values, env));
  if (problems.length > 0) throw new ConfigError(problems);
  return values;
}

function contradictions(config: Config): string[] {
  const found: string[] = [];
  if (config.rootKey !== undefined && config.rootKeyFile !== undefined)
    found.push("KEEPWORD_ROOT_KEY and KEEPWORD_ROOT_KEY_FILE are both set; keep one");
  if (config.s3Bucket !== undefined && (config.s3AccessKeyId === undefined || config.s3SecretAccessKey === undefined))
    found.push("S3_BUCKET needs S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY");
  if (processRoles.some((role) => !config.roles.includes(role)) && config.databaseUrl === undefined)
    found.push("KEEPWORD_ROLES with less than all roles needs DATABASE_URL: the embedded database serves one process");
  return found;
}

/** The example of the documentation names nobody either. */
export const isPlaceholderName = (name: string): boolean =>
  name.trim() === "" || name.trim() === settings.operatorName.example;

/** What the privacy page cannot say yet; while anything is missing nobody may sign up. */
export function missingIdentity(config: Pick<Config, "operatorName" | "privacyContact" | "region">): string[] {
  return [
    ...(config.operatorName === "" ? ["KEEPWORD_OPERATOR_NAME"] : []),
    ...(contactOf(config) === null ? ["KEEPWORD_PRIVACY_CONTACT"] : []),
    ...(config.region === "" ? ["KEEPWORD_REGION"] : []),
  ];
}

/** Where people write to the operator; null while the operator did not say. */
export const contactOf = ({ privacyContact }: Pick<Config, "privacyContact">): string | null =>
  privacyContact === placeholderContact ? null : privacyContact;

/**
 * Who hosts the server, and in which country (null: it is only tried out); undefined while the operator said nothing, or for what was
 * written before it had this form.
 */
export function hostOf(region: string): { host: string; country: string | null } | undefined {
  const [, host, country] = regionForm.exec(region) ?? [];
  if (host === undefined || country === undefined) return undefined;
  return { host, country: country === noCountry ? null : country };
}

function unknownNames(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.values(settings).map((declared) => declared.env);
  return Object.keys(env)
    .filter((name) => name.startsWith("KEEPWORD_") && !known.includes(name))
    .map((name) => `${name} is not a setting; the nearest is ${nearest(name, known)}`);
}

/** The known name with the fewest single-letter edits. */
function nearest(name: string, known: readonly string[]): string {
  return known.reduce((best, candidate) => (edits(name, candidate) < edits(name, best) ? candidate : best));
}

function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const swap = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/** The address to put into links: the public one, or what the process listens on. */
export function baseUrl(config: Pick<Config, "publicUrl" | "host" | "port">, listeningPort = config.port): string {
  const host = config.host === "0.0.0.0" || config.host === "::" ? "localhost" : config.host;
  return config.publicUrl ?? `http://${host.includes(":") ? `[${host}]` : host}:${listeningPort}`;
}
