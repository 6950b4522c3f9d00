// The checklist of OWASP ASVS, levels 1 and 2, answered for this version (asvs.json; what a requirement asks is in our words). What is met
// names its evidence: tests, whose last recorded outcome counts, or files.
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const Answer = z.strictObject({
  /** without the standard's `V` */
  id: z.string().regex(/^\d{1,2}\.\d{1,2}\.\d{1,2}$/),
  level: z.union([z.literal(1), z.literal(2)]),
  asks: z.string().min(5),
  state: z.enum(["met", "not_applicable", "not_met"]),
  because: z.string().min(3),
  /** as evidence.json names them */
  tests: z.array(z.string()).optional(),
  files: z.array(z.string()).optional(),
});
type Answer = z.infer<typeof Answer>;

const Checklist = z.strictObject({
  standard: z.string(),
  edition: z.string(),
  level: z.literal(2),
  source: z.url(),
  licence: z.string(),
  /** of this product */
  version: z.string(),
  answers: z.array(Answer),
});
export type Checklist = z.infer<typeof Checklist>;

/** The chapters of ASVS 5.0, by number, in our words. */
export const chapters: Readonly<Record<string, string>> = {
  1: "Encoding and sanitising",
  2: "Validation and business logic",
  3: "Web pages",
  4: "API",
  5: "Files",
  6: "Authentication",
  7: "Sessions",
  8: "Authorisation",
  9: "Self-contained tokens",
  10: "OAuth and OIDC",
  11: "Cryptography",
  12: "Communication",
  13: "Configuration",
  14: "Data protection",
  15: "Code and architecture",
  16: "Logs and errors",
  17: "WebRTC",
};

/** In the order of the standard. */
export const chapterNumbers: readonly string[] = Object.keys(chapters);

export const chapterOf = ({ id }: Pick<Answer, "id">): string => id.split(".", 1)[0] ?? "";

export const checklistFile = path.join(import.meta.dirname, "asvs.json");
export const readChecklist = (): Checklist => Checklist.parse(JSON.parse(readFileSync(checklistFile, "utf8")));

/** What is shown: `unproved` is called met by the project, but a test of it did not pass in the recorded run. */
export type Shown = Answer["state"] | "unproved";

export function stateOf(answer: Answer, outcomes: Readonly<Record<string, "passed" | "failed">>): Shown {
  const { state, tests = [] } = answer;
  return state === "met" && tests.some((title) => outcomes[title] !== "passed") ? "unproved" : state;
}

export const stateWords: Readonly<Record<Shown, string>> = {
  met: "met",
  unproved: "not proved by the recorded run",
  not_applicable: "not applicable",
  not_met: "not met",
};

export function countStates(shown: readonly Shown[]): string {
  const count = (state: Shown): number => shown.filter((one) => one === state).length;
  const parts = (["met", "not_applicable", "not_met", "unproved"] as const).map(
    (state) => [state, count(state)] as const,
  );
  return parts
    .filter(([state, n]) => n > 0 || state !== "unproved")
    .map(([state, n]) => `${n} ${stateWords[state]}`)
    .join(", ");
}
