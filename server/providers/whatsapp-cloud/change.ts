import type { InboundEvent } from "../inbound-event.ts";
import { type Json, cleanJson, fingerprint, readSeconds } from "../json-read.ts";

/** One `changes[]` item with what its entry says about it. */
export type Change = {
  readonly field: string;
  readonly value: Json;
  readonly accountId: string | undefined;
  readonly entryTime: unknown;
  readonly contacts: readonly unknown[];
};

const epoch = new Date(0);

export function entryDate(change: Change): Date {
  return readSeconds(change.entryTime) ?? epoch;
}

/** A complete hook body that holds only `value`, with the routing that its part had. */
export function asBody(change: Change, value: unknown): unknown {
  return cleanJson({
    object: "whatsapp_business_account",
    entry: [{ id: change.accountId, time: change.entryTime, changes: [{ field: change.field, value }] }],
  });
}

/** One item of a list in a value (`messages`, `statuses`, …), kept with what is needed to read it again. */
export function unknownItem(change: Change, list: string, item: unknown, reason: string): InboundEvent {
  const { messaging_product, metadata, contacts } = change.value;
  return unknownEvent(change, { messaging_product, metadata, contacts, [list]: [item] }, reason, item);
}

export function unknownEvent(change: Change, value: unknown, reason: string, item: unknown = value): InboundEvent {
  const stamp = (item as Json | null | undefined)?.["timestamp"];
  return {
    type: "unknown",
    dedupeKey: `unknown:${change.field}:${fingerprint([item ?? null, change.entryTime ?? null])}`,
    occurredAt: readSeconds(stamp) ?? entryDate(change),
    field: change.field,
    reason,
    raw: asBody(change, value),
  };
}
