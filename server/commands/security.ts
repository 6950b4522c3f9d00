import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { CheckedLink } from "../privacy/check-links.ts";
import type { OperatorReview } from "../privacy/security-review.ts";
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
import { linkBase } from "./workspace.ts";

const linksCommand: Command = {
  name: "privacy links",
  summary: "Check that the policies and agreements that the register links to are there",
  details: [
    "Asks each address once, follows five redirects at most, and fails where one leads to no page, or where none could be asked, because",
    "this machine does not reach them. Only public https addresses are asked, by a way of its own: the server itself never opens these pages.",
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

/** Prints each, then fails where one is dead. Where nobody answers at all it is this machine, and nothing is said of the links. */
export function reportLinks(values: Values, links: readonly CheckedLink[]): void {
  const isOffline = links.length > 0 && links.every(({ isAnswered }) => !isAnswered);
  const state = isOffline ? "not asked" : "FAILED   ";
  const lines = links.map(
    ({ isGood, id, what, url, found }) => `${isGood ? "ok       " : state}  ${id} ${what}  ${url}  ${found}`,
  );
  print(values, { links }, lines);
  if (isOffline)
    throw new CommandFailed(
      `None of the ${links.length} links could be asked: this machine reaches none of their hosts. They may be good; try again where it reaches the internet`,
    );
  const dead = links.filter(({ isGood }) => !isGood).length;
  if (dead > 0) throw new CommandFailed(`${dead} of ${links.length} links lead to no page`);
}

const reviewedCommand: Command = {
  name: "security reviewed",
  summary: "Record that the security of this installation was reviewed, or take that back",
  details: [
    "The operator is asked for it each quarter, by a mail to the privacy contact. The day, the role and the evidence are shown on",
    "/privacy/security; of a file only its SHA-256 is kept. One that was recorded by mistake is taken back with --undo: it is shown nowhere",
    "then, and stays in the list of --list as withdrawn.",
  ],
  options: {
    by: {
      type: "string",
      value: "ROLE",
      doc: "Who looked, as a role and not by name: it is public. Needed to record.",
    },
    evidence: {
      type: "string",
      value: "FILE|URL",
      doc: "The report: a file, or its https address. Needed to record.",
    },
    undo: { type: "boolean", doc: "Withdraw the last one." },
    list: { type: "boolean", doc: "List all that were recorded, newest first." },
    ...dataDirOption,
    ...jsonOption,
  },
  run: async (values) => {
    const asked = ["undo", "list"].filter((name) => values[name] === true);
    const given = ["by", "evidence"].filter((name) => values[name] !== undefined);
    if (asked.length > 1 || (asked.length === 1 && given.length > 0))
      throw new CommandFailed(`--${asked[0]} takes no --${asked[1] ?? given[0]} beside it`);
    if (values["list"] === true) return list(values);
    if (values["undo"] === true) return undo(values);
    return record(values);
  },
};

async function record(values: Values): Promise<void> {
  const by = required(values, "by").trim();
  if (by.length < 3 || by.length > 100) throw new CommandFailed("--by takes a role, of 3 to 100 characters");
  const { evidence, says } = evidenceOf(required(values, "evidence"));
  const { addReview } = await import("../privacy/security-review.ts");
  const config = configOf(values);
  const review = await withApp(config, (app) => addReview(app, { by, evidence }));
  print(values, { ...review }, [
    `recorded  ${review.at.slice(0, 10)} by ${review.by}`,
    `evidence  ${says}`,
    `shown     ${linkBase(config)}/privacy/security, and its day on /privacy`,
    "mistaken  keepword security reviewed --undo takes it back",
  ]);
}

async function undo(values: Values): Promise<void> {
  const { readOperatorReview, withdrawReview } = await import("../privacy/security-review.ts");
  const { withdrawn, last } = await withApp(configOf(values), async (app) => ({
    withdrawn: await withdrawReview(app),
    last: await readOperatorReview(app),
  }));
  if (!withdrawn) throw new CommandFailed("No review counts, so there is none to take back");
  print(values, { withdrawn, last: last ?? null }, [
    `withdrawn  ${reviewLine(withdrawn)}; it is shown nowhere now, and stays in --list`,
    `last       ${last ? reviewLine(last) : "none: the next quarter asks for one"}`,
  ]);
}

async function list(values: Values): Promise<void> {
  const { listReviews } = await import("../privacy/security-review.ts");
  const reviews = await withApp(configOf(values), listReviews);
  const lines = reviews.map(
    ({ withdrawnAt, ...review }) =>
      `${reviewLine(review)}  ${evidenceWords(review.evidence)}${withdrawnAt === null ? "" : `  withdrawn ${withdrawnAt.slice(0, 10)}`}`,
  );
  print(values, { reviews }, lines.length > 0 ? lines : ["none is recorded"]);
}

const reviewLine = ({ at, by }: Pick<OperatorReview, "at" | "by">): string => `${at.slice(0, 10)} by ${by}`;
const evidenceWords = (evidence: OperatorReview["evidence"]): string =>
  "link" in evidence ? evidence.link : `SHA-256 ${evidence.sha256}`;

/** What is stored of it, and what to tell about that. Throws `CommandFailed`. */
function evidenceOf(text: string): { evidence: OperatorReview["evidence"]; says: string } {
  if (/^https?:/.test(text)) {
    if (text.length > 500 || URL.parse(text)?.protocol !== "https:")
      throw new CommandFailed("--evidence takes an https address, or a file");
    return { evidence: { link: text }, says: text };
  }
  const bytes = readReport(text);
  if (bytes.length === 0) throw new CommandFailed(`${text} is empty; --evidence takes the report`);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return {
    evidence: { sha256 },
    says: `${text}, ${bytes.length} bytes, SHA-256 ${sha256}: keep the file, this is all that is stored of it`,
  };
}

function readReport(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new CommandFailed(`${file} cannot be read; --evidence takes a file or an https address`);
  }
}

export const securityCommands = [linksCommand, reviewedCommand];
