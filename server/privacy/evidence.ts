// Which promise is kept, and how that is known: promises.json (ours to publish), the tests that carry a promise's id in their title
// (evidence.json, generated), and how those ended at the last recorded conformance run (conformance.json, written by it and committed).
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

const Promise_ = z
  .object({
    id: z.string().regex(/^(M24|GEN|ONE|MSJ|API)-\d\d$/),
    category: z.enum(["data", "sec", "ret", "rights", "cons", "share", "comm", "cook", "feat", "bill"]),
    /** to whom it is given, in a sentence without a word of ours */
    says: z.string().min(10).optional(),
    /** what exactly is tested */
    requirement: z.string().min(10),
    /** the same promise in other words: kept when those are, and says what they say */
    as: z.array(z.string()).min(1).optional(),
    /** speaks of a feature that does not exist yet; never claimed */
    pending: z.string().optional(),
  })
  .refine(
    ({ says, as }) => (says === undefined) === (as !== undefined),
    "has a sentence of its own or those of others",
  );
export type PolicyPromise = z.infer<typeof Promise_>;

/** Test titles by promise id: `server/x.test.ts > what it guarantees [M24-06]`. */
const Evidence = z.record(z.string(), z.array(z.string()));
export type Evidence = z.infer<typeof Evidence>;

const Conformance = z.object({
  at: z.iso.datetime(),
  /** what was checked */
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** how each test of the evidence ended */
  tests: z.record(z.string(), z.enum(["passed", "failed"])),
  mutation: z.object({ killed: z.int(), total: z.int(), survivors: z.array(z.string()) }).optional(),
});
export type Conformance = z.infer<typeof Conformance>;

export interface Proof {
  promise: PolicyPromise;
  /** in plain words */
  says: readonly string[];
  /** `unproved`: no test carries it, or one did not run. Only `kept` ones may be claimed. */
  state: "kept" | "broken" | "unproved" | "pending";
  tests: readonly string[];
}

export const promisesFile = path.join(import.meta.dirname, "promises.json");
export const evidenceFile = path.join(import.meta.dirname, "evidence.json");
export const conformanceFile = path.join(import.meta.dirname, "conformance.json");

const read = <S extends z.ZodType>(file: string, schema: S): z.infer<S> =>
  schema.parse(JSON.parse(readFileSync(file, "utf8")));

export const readPromises = (): PolicyPromise[] => read(promisesFile, z.array(Promise_));
export const readEvidence = (): Evidence => read(evidenceFile, Evidence);
/** Undefined before the first run. */
export const readConformance = (): Conformance | undefined =>
  existsSync(conformanceFile) ? read(conformanceFile, Conformance) : undefined;

/** The state of every promise, in the order of the list. */
export function prove(
  promises: readonly PolicyPromise[],
  evidence: Evidence,
  tests: Readonly<Record<string, "passed" | "failed">>,
): Proof[] {
  const byId = new Map(promises.map((promise) => [promise.id, promise]));
  const known = new Map<string, Proof>();
  const proofOf = (promise: PolicyPromise): Proof => {
    const before = known.get(promise.id);
    if (before) return before;
    const parts = (promise.as ?? []).map((id) => {
      const part = byId.get(id);
      if (!part) throw new Error(`${promise.id} is the same as ${id}, which is no promise`);
      return proofOf(part);
    });
    const own = evidence[promise.id] ?? [];
    const states = [...parts.map(({ state }) => state), ...ownStates(promise, own, tests, parts.length > 0)];
    const says = promise.says === undefined ? parts.flatMap((part) => part.says) : [promise.says];
    const proof = { promise, says, state: worst(states), tests: [...own, ...parts.flatMap((part) => part.tests)] };
    known.set(promise.id, proof);
    return proof;
  };
  return promises.map(proofOf);
}

function ownStates(
  promise: PolicyPromise,
  own: readonly string[],
  tests: Readonly<Record<string, "passed" | "failed">>,
  isCovered: boolean,
): Proof["state"][] {
  if (promise.pending !== undefined) return ["pending"];
  if (own.length === 0) return isCovered ? [] : ["unproved"];
  return own.map((title) => (tests[title] === undefined ? "unproved" : stateOf[tests[title]]));
}

const stateOf = { passed: "kept", failed: "broken" } as const;
const order = ["broken", "pending", "unproved", "kept"] as const;
const worst = (states: readonly Proof["state"][]): Proof["state"] =>
  order.find((s) => states.includes(s)) ?? "unproved";
