import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { CheckedLink } from "../privacy/check-links.ts";
import {
  CommandFailed,
  configOf,
  dataDirOption,
  jsonOption,
  print,
  required,
  withApp,
  type Command,
  type Values,
} from "./command.ts";

const linksCommand: Command = {
  name: "privacy links",
  summary: "Check that the policies and agreements that the register links to are there",
  details: [
    "Asks each address once, follows five redirects at most, and fails where one leads to no page. It reaches public https addresses only,",
    "by a way of its own: the server itself never opens these pages.",
  ],
  options: { ...dataDirOption, ...jsonOption },
  run: async (values) => {
    const config = configOf(values);
    const { createSafeFetch } = await import("../platform/safe-fetch.ts");
    const { checkLinks, registerLinks } = await import("../privacy/check-links.ts");
    const { allProcessors } = await import("../privacy/processors.ts");
    const reach = createSafeFetch({ privateOrigins: config.providerOrigins });
    try {
      const links = await checkLinks(reach, registerLinks(allProcessors, config));
      reportLinks(values, links);
    } finally {
      await reach.close();
    }
  },
};

/** Prints each, then fails where one is dead. */
export function reportLinks(values: Values, links: readonly CheckedLink[]): void {
  const lines = links.map(
    ({ isGood, id, what, url, found }) => `${isGood ? "ok    " : "FAILED"}  ${id} ${what}  ${url}  ${found}`,
  );
  print(values, { links }, lines);
  const dead = links.filter(({ isGood }) => !isGood).length;
  if (dead > 0) throw new CommandFailed(`${dead} of ${links.length} links lead to no page`);
}

const reviewedCommand: Command = {
  name: "security reviewed",
  summary: "Record that the security of this installation was reviewed",
  details: [
    "The operator is asked for it each quarter, by a mail to the privacy contact. The day, the role and the evidence are shown on",
    "/privacy/security; of a file only its SHA-256 is kept.",
  ],
  options: {
    by: {
      type: "string",
      value: "ROLE",
      doc: "Who looked, as a role and not by name: it is public.",
      isRequired: true,
    },
    evidence: { type: "string", value: "FILE|URL", doc: "The report: a file, or its https address.", isRequired: true },
    ...dataDirOption,
    ...jsonOption,
  },
  run: async (values) => {
    const { addReview } = await import("../privacy/security-review.ts");
    const evidence = evidenceOf(required(values, "evidence"));
    const by = required(values, "by").trim();
    if (by.length < 3 || by.length > 100) throw new CommandFailed("--by takes a role, of 3 to 100 characters");
    const review = await withApp(configOf(values), (app) => addReview(app, { by, evidence }));
    print(values, { ...review }, [`recorded  ${review.at.slice(0, 10)} by ${review.by}`]);
  },
};

function evidenceOf(text: string): { link: string } | { sha256: string } {
  if (/^https?:/.test(text)) {
    if (text.length > 500 || URL.parse(text)?.protocol !== "https:")
      throw new CommandFailed("--evidence takes an https address, or a file");
    return { link: text };
  }
  try {
    return { sha256: createHash("sha256").update(readFileSync(text)).digest("hex") };
  } catch {
    throw new CommandFailed(`${text} cannot be read; --evidence takes a file or an https address`);
  }
}

export const securityCommands = [linksCommand, reviewedCommand];
