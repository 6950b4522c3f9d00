import { isAboutAnother } from "../../../cache.ts";
import type { Message, Note } from "../../../api.ts";
import { dayKey } from "../../../time.ts";
import type { PendingSend } from "../sends.ts";

/** What stands in a thread, oldest first. `opens` and `closes` mark the ends of a run of one sender. */
export type ThreadItem =
  | { kind: "day"; key: string; at: string }
  | { kind: "new"; key: string }
  | { kind: "message"; key: string; message: Message; opens: boolean; closes: boolean }
  | { kind: "line"; key: string; message: Message }
  | { kind: "note"; key: string; note: Note }
  | { kind: "pending"; key: string; send: PendingSend; opens: boolean; closes: boolean };

const runMs = 5 * 60_000;

type Entry =
  | { at: string; order: 0; id: string; message: Message }
  | { at: string; order: 1; id: string; note: Note }
  | { at: string; order: 2; id: string; send: PendingSend };

/** Who speaks; runs never cross a change of it. Null for what is no speech. */
function speaker(entry: Entry | undefined): string | null {
  if (!entry) return null;
  if ("send" in entry) return "out:me";
  if ("note" in entry || entry.message.type === "system") return null;
  const { message } = entry;
  if (message.direction === "outbound") return "out:me";
  return `in:${message.sender?.contactId ?? message.contactId}`;
}

/**
 * Puts messages, notes and unsettled sends into one line of time. A note stands by when it was written; sends stand last, in
 * the order they were made. `newAfter` is the id of the last message seen before this visit.
 */
export function threadItems(
  messages: readonly Message[],
  notes: readonly Note[],
  sends: readonly PendingSend[],
  newAfter: string | null,
): ThreadItem[] {
  const oldest = messages.reduce((min, message) => (message.sortAt < min ? message.sortAt : min), "9");
  const entries: Entry[] = [
    ...messages
      .filter((message) => !isAboutAnother(message))
      .map((message) => ({ at: message.sortAt, order: 0 as const, id: message.id, message })),
    // Notes from before the loaded part of the thread wait until it is loaded.
    ...notes
      .filter((note) => messages.length === 0 || note.createdAt >= oldest)
      .map((note) => ({ at: note.createdAt, order: 1 as const, id: note.id, note })),
  ];
  entries.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
  for (const send of sends) entries.push({ at: send.at, order: 2, id: send.key, send });

  const joins = (a: Entry | undefined, b: Entry | undefined): boolean => {
    const who = speaker(a);
    return (
      a !== undefined &&
      b !== undefined &&
      who !== null &&
      who === speaker(b) &&
      Math.abs(new Date(b.at).getTime() - new Date(a.at).getTime()) < runMs &&
      dayKey(a.at) === dayKey(b.at)
    );
  };

  const items: ThreadItem[] = [];
  let day = "";
  let isNewNext = false;
  entries.forEach((entry, index) => {
    const own = dayKey(entry.at);
    if (own !== day) {
      day = own;
      items.push({ kind: "day", key: `day:${own}`, at: entry.at });
    }
    if (isNewNext && "message" in entry) {
      items.push({ kind: "new", key: "new" });
      isNewNext = false;
    }
    const opens = !joins(entries[index - 1], entry);
    const closes = !joins(entry, entries[index + 1]);
    if ("note" in entry) items.push({ kind: "note", key: entry.id, note: entry.note });
    else if ("send" in entry) items.push({ kind: "pending", key: entry.id, send: entry.send, opens, closes });
    else if (entry.message.type === "system") items.push({ kind: "line", key: entry.id, message: entry.message });
    else items.push({ kind: "message", key: entry.id, message: entry.message, opens, closes });
    if (entry.id === newAfter) isNewNext = true;
  });
  return items;
}
