// What stops the sending of a whole workspace; receiving, reading, export and erasure never stop.
import type { ProblemError } from "../platform/problem.ts";
import { agreementRequired } from "./agreements.ts";
import { workspaceSuspended } from "./suspend-workspace.ts";

export interface SendingState {
  isSuspended: boolean;
  /** until when it may send without having accepted the agreements in force; null: it has */
  agreementsDueAt: Date | null;
}

export const sendingStopProblems = [workspaceSuspended, agreementRequired];

/** Why nothing is sent now; undefined: it is. */
export function whyStopped({ isSuspended, agreementsDueAt }: SendingState, now: Date): ProblemError | undefined {
  if (isSuspended) return workspaceSuspended();
  return agreementsDueAt && agreementsDueAt <= now ? agreementRequired() : undefined;
}

/** The same in SQL, of a row `w` of `workspace` at the time of the parameter `now`. */
export const maySend = (now: string): string =>
  `w.suspended_at is null and (w.agreements_due_at is null or w.agreements_due_at > ${now})`;
