import type { Tx } from "../platform/db.ts";

// any number, as long as nothing else takes an advisory lock of two keys with it
const LOCK = [0x6b77, 1] as const;

/** Until the end of the transaction, if nobody else indexes now. */
export async function tryLockSearch(tx: Tx): Promise<boolean> {
  const [row] = await tx.named<{ isMine: boolean }>(
    "search.try_lock",
    'select pg_try_advisory_xact_lock($1, $2) as "isMine"',
    [...LOCK],
  );
  return row?.isMine === true;
}

/** Waits for the batch that is being indexed. */
export async function lockSearch(tx: Tx): Promise<void> {
  await tx.named("search.lock", "select pg_advisory_xact_lock($1, $2)", [...LOCK]);
}

/**
 * Takes messages and contacts out of the search, for good: for an erase, after the keys were destroyed. A batch under way may have
 * opened them before; it is waited for, and no later one can open them.
 */
export async function forgetInSearch(
  tx: Tx,
  gone: { messageIds: readonly string[]; contactIds: readonly string[] },
): Promise<void> {
  await lockSearch(tx);
  await tx.named("message.unindex", "select kw.unindex_messages($1)", [gone.messageIds]);
  await tx.named("contact.unindex", "select kw.unindex_contacts($1)", [gone.contactIds]);
}
