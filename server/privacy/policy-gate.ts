// A change that matters is told before it counts; until then what it would bring does not happen: no data to a new recipient, and nothing
// kept for longer than the version in force says.
import type { App } from "../platform/context.ts";
import type { ProcessorDeclaration } from "../platform/store.ts";
import { retentionsOf, type Retention, type TableDeclaration } from "../platform/table.ts";
import type { PolicyFacts } from "./policy-facts.ts";
import { currentPolicy, listPolicies } from "./read-policies.ts";

const REREAD_MS = 60_000;

export interface PolicyGate {
  /** Reads the versions again: after one was published. */
  reload(): Promise<void>;
  /** Until when nothing may reach this processor; null: nobody was told yet; undefined: it is open. */
  closedUntil(one: Pick<ProcessorDeclaration, "id" | "role">): Date | null | undefined;
  readonly isOpen: (one: Pick<ProcessorDeclaration, "id" | "role">) => boolean;
  /** Until when nothing of this category may be taken in; null: nobody was told yet; undefined: the page in force says that it is held. */
  unheldUntil(category: string): Date | null | undefined;
  /** By how many days sooner a table's rows go than it declares. */
  soonerDays(table: TableDeclaration, retention: Retention): number;
}

declare module "../platform/context.ts" {
  interface App {
    policyGate: PolicyGate;
  }
}

/**
 * The first version counts at once, so that a new installation has nothing to wait for. Machines of the operator (role `operator`) are nobody
 * new: they carry the notice itself.
 */
export async function openPolicyGate(app: Pick<App, "db" | "clock" | "log">): Promise<PolicyGate> {
  const read = () => app.db.tx({ workspaceIds: [] }, listPolicies);
  let versions = await read();
  let readAt = performance.now();
  const reload = async (): Promise<void> => {
    readAt = performance.now();
    versions = await read();
  };
  // what is closed may have been told by another process
  const lookAgain = (): void => {
    if (performance.now() - readAt > REREAD_MS)
      reload().catch((error: unknown) => app.log.warn({ err: error }, "the versions of the policy could not be read"));
  };
  const inForce = () => currentPolicy(versions, app.clock.now()).current?.facts;

  /** When a version says so; undefined: the one in force does, or there is none. */
  const saidFrom = (says: (facts: PolicyFacts) => boolean): Date | null | undefined => {
    const facts = inForce();
    if (!facts || says(facts)) return undefined;
    const now = app.clock.now();
    // a version that a newer one overtakes, on the same day, never counts
    const first = versions.findLast(
      ({ effectiveAt, facts: own }, at) =>
        effectiveAt > now && says(own) && effectiveAt.getTime() !== versions[at - 1]?.effectiveAt.getTime(),
    )?.effectiveAt;
    lookAgain();
    return first ?? null;
  };
  const closedUntil: PolicyGate["closedUntil"] = ({ id, role }) =>
    role === "operator" ? undefined : saidFrom(({ recipients }) => recipients.some((one) => one.id === id));

  return {
    reload,
    closedUntil,
    unheldUntil: (category) => saidFrom(({ held }) => held.some((one) => one.category === category)),
    isOpen: (one) => closedUntil(one) === undefined,
    soonerDays({ name, privacy }, { days }) {
      const longest = Math.max(...retentionsOf(privacy).map((one) => limitOf(one.days)));
      const told = inForce()?.held.find(({ place }) => place === name)?.days ?? null;
      const sooner = told === null || limitOf(days) < longest ? 0 : Math.max(0, longest - told);
      if (sooner > 0) lookAgain();
      return sooner;
    },
  };
}

const limitOf = (days: Retention["days"]): number => (typeof days === "number" ? days : days.max);
