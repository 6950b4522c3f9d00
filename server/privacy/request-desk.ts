// What the contact page needs of subject requests.
import type { Ctx } from "../platform/context.ts";

export interface AskedRequest {
  type: "portability" | "rectify" | "erase" | "restrict" | "object" | "complaint";
  detail?: { name?: string; text?: string; isLifted?: boolean };
}

export interface PageRequest {
  id: string;
  type: "access" | "portability" | "rectify" | "erase" | "restrict" | "object" | "withdraw" | "complaint";
  state: "received" | "identity_pending" | "accepted" | "refused" | "running" | "partially_held" | "done";
  receivedAt: string;
  dueAt: string;
  finishedAt: string | null;
  /** a closed word */
  refusal: string | null;
  steps: readonly { step: string; state: "done" | "waiting" }[];
  receipt: {
    deleted: readonly { what: string; count: number }[];
    retained: readonly { what: string; why: string }[];
  } | null;
  bundle: { expiresAt: string } | null;
}

export interface RequestDesk {
  /** The person proved themself by a code from their number, or complains. */
  open(ctx: Ctx, contactId: string, input: AskedRequest): Promise<void>;
  list(ctx: Ctx, contactId: string): Promise<readonly PageRequest[]>;
}
