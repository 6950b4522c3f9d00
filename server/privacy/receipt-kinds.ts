// What was deleted, by kinds that people know: a receipt counts by tables, whose names say nothing to them.

export const receiptKinds = [
  "messages",
  "conversations",
  "files",
  "notes",
  "person",
  "consents",
  "search",
  "copies",
  "other",
] as const;
export type ReceiptKind = (typeof receiptKinds)[number];

/** Tables, and what is counted besides them. */
const kindOf: Readonly<Record<string, ReceiptKind>> = {
  ...{ message: "messages", reaction: "messages", early_status: "messages", queued_sends: "messages" },
  ...{ conversation: "conversations", attachment: "files", note: "notes" },
  ...{ contact: "person", contact_identity: "person", first_contact: "person" },
  ...{ consent_event: "consents", consent_chain: "consents" },
  ...{ search_entries: "search", message_search: "search", contact_search: "search" },
  ...{ bundles: "copies", journal_entries: "copies", import_file: "copies", inbound_event: "copies" },
  ...{ delivery: "copies", delivery_attempt: "copies", event: "copies" },
};

export const receiptKindOf = (what: string): ReceiptKind =>
  Object.hasOwn(kindOf, what) ? (kindOf[what] ?? "other") : "other";

/** Sums by kind, in the order of the list; kinds of which nothing was deleted are left out. */
export function countKinds(deleted: Iterable<{ what: string; count: number }>): { kind: ReceiptKind; count: number }[] {
  const sums = new Map<ReceiptKind, number>();
  for (const { what, count } of deleted) {
    const kind = receiptKindOf(what);
    sums.set(kind, (sums.get(kind) ?? 0) + count);
  }
  return receiptKinds.flatMap((kind) => (sums.has(kind) ? [{ kind, count: sums.get(kind) ?? 0 }] : []));
}
