// What was opened and is not stored yet, told without a connection.
import { jidNormalizedUser } from "baileys";

import type { SessionPorts } from "../provider.ts";
import { readEntry } from "./journal.ts";
import { openKeyStore } from "./key-store.ts";
import { otherNameIn } from "./other-name.ts";
import { readMessage } from "./read-message.ts";

/** Resolves when all of it is stored. An entry that nobody can read is left out. */
export async function tellLeft({ store, emit, poll }: Pick<SessionPorts, "store" | "emit" | "poll">): Promise<void> {
  const left = await store.leftEntries();
  if (left.length === 0) return;
  const keys = await openKeyStore(store, false, () => undefined);
  const { me } = keys.creds;
  if (!me) return;
  const own = (): string[] => [me.id, me.lid].flatMap((jid) => (jid ? [jidNormalizedUser(jid)] : []));
  const ports = { otherName: otherNameIn(keys), own, poll: (providerMessageId: string) => poll({ providerMessageId }) };
  for (const { hash, entry } of left) {
    const message = readable(() => readEntry(entry, me));
    const event = message && (await readMessage(message, ports));
    if (event) await emit(event);
    store.dropEntries([hash]);
  }
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
