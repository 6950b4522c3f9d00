import { createHash } from "node:crypto";
import type { LiveChannel } from "../channels/channel-directory.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { blindIndex, openText, seal, type Aad } from "../platform/seal.ts";
import type { InboundEvent } from "../providers/inbound-event.ts";

/** The sealed JSON of an `inbound_event`: an event that could not be written, or a part as the provider sent it. */
export type StoredPart = { form: "event"; event: InboundEvent } | { form: "raw"; raw: unknown };

export interface KeptEvent {
  channel: LiveChannel;
  kind: "poison" | "unknown";
  /** event type, or the provider's field */
  name: string;
  errorCode: string | null;
  part: StoredPart;
  dedupeKey: string;
  /** the provider's time; the epoch where it told none, so that a redelivery has the same */
  occurredAt: Date;
  receivedAt: Date;
}

const maxBodyBytes = 4 * 1024 * 1024;
const maxTokens = 200;

function bodyPlace(workspaceId: string, id: string): Aad {
  return { table: "inbound_event", column: "body", row: id, workspace: workspaceId };
}

const letters = "0123456789abcdefghjkmnpqrstvwxyz";

/** An id made from what the row is about, so that a redelivery meets its own row. Begins with the time like any other id. */
export function derivedId(prefix: string, at: Date, seed: string): string {
  const bytes = createHash("sha256").update(`${prefix}\0${seed}`).digest();
  let head = "";
  // 10 letters hold 50 bits: two zeros and the 48 of the time
  for (let rest = Math.max(0, at.getTime()), i = 0; i < 10; i++, rest = Math.floor(rest / 32))
    head = letters[rest % 32] + head;
  return `${prefix}_${head}${Array.from(bytes.subarray(0, 16), (byte) => letters[byte & 31]).join("")}`;
}

/**
 * Keeps what cannot be shown as a message: sealed to its channel, with tokens of the addresses inside so that an erase finds it.
 * A redelivery of the same part changes nothing.
 */
export async function keepEvents(app: Pick<App, "keyring">, tx: Tx, items: readonly KeptEvent[]): Promise<void> {
  if (items.length === 0) return;
  const subjects = items.map(({ channel }) => ({
    subject: `channel:${channel.id}`,
    parent: `workspace:${channel.workspaceId}`,
  }));
  const keys = app.keyring.ensure(subjects);
  const rows = items.flatMap((item) => {
    const { channel } = item;
    const key = keys.get(`channel:${channel.id}`);
    if (!key) return [];
    const id = derivedId("ine", item.occurredAt, `${channel.id}/${item.kind}/${item.dedupeKey}`);
    const text = JSON.stringify(item.part);
    const kept = text.length > maxBodyBytes ? JSON.stringify({ form: "raw", raw: null }) : text;
    const tokens = addressTokens(app, channel.workspaceId, item.part);
    return [{ item, id, body: seal(key, bodyPlace(channel.workspaceId, id), kept), tokens }];
  });
  // an array of arrays must be rectangular in SQL, so the tokens travel as one text of hex words each
  await tx.named(
    "inbound_event.keep",
    `insert into inbound_event (workspace_id, id, channel_id, kind, name, error_code, body, address_tokens, received_at)
     select w, i, c, k, n, e, b, coalesce((select array_agg(decode(t, 'hex')) from unnest(string_to_array(nullif(a, ''), ' ')) as t), '{}'), r
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::text[], $9::timestamptz[])
       as x (w, i, c, k, n, e, b, a, r)
     on conflict (workspace_id, id) do nothing`,
    [
      rows.map(({ item }) => item.channel.workspaceId),
      rows.map(({ id }) => id),
      rows.map(({ item }) => item.channel.id),
      rows.map(({ item }) => item.kind),
      rows.map(({ item }) => item.name.slice(0, 100)),
      rows.map(({ item }) => item.errorCode?.slice(0, 100) ?? null),
      rows.map(({ body }) => body),
      rows.map(({ tokens }) => tokens.join(" ")),
      rows.map(({ item }) => item.receivedAt),
    ],
  );
}

/** Hex tokens of everything in a part that looks like a number or a user id. */
function addressTokens(app: Pick<App, "keyring">, workspaceId: string, part: StoredPart): string[] {
  const key = app.keyring.indexKey(workspaceId, "address");
  const found = new Set<string>();
  const visit = (value: unknown, depth: number): void => {
    if (found.size >= maxTokens || depth > 12) return;
    if (typeof value === "string") {
      const digits = /^\+?(\d{7,15})$/.exec(value)?.[1];
      if (digits !== undefined) found.add(blindIndex(key, "phone", `+${digits}`).toString("hex"));
      else if (/^[A-Z]{2}\.ENT\.\w{4,140}$/.test(value))
        found.add(blindIndex(key, "wa_parent_user_id", value).toString("hex"));
      else if (/^[A-Z]{2}\.\w{4,140}$/.test(value)) found.add(blindIndex(key, "wa_user_id", value).toString("hex"));
    } else if (typeof value === "object" && value !== null) {
      for (const item of Object.values(value)) visit(item, depth + 1);
    }
  };
  visit(part, 0);
  return [...found];
}

const dateKeys = new Set(["occurredAt", "expiresAt"]);

/** Opens a kept part; the times of an event are dates again. */
export function openPart(
  app: Pick<App, "keyring">,
  row: { workspaceId: string; id: string; body: Buffer },
): StoredPart {
  const text = openText(app.keyring, bodyPlace(row.workspaceId, row.id), row.body);
  const part = JSON.parse(text) as StoredPart;
  if (part.form === "raw") return part;
  return JSON.parse(text, (key, value: unknown) =>
    dateKeys.has(key) && typeof value === "string" ? new Date(value) : value,
  ) as StoredPart;
}
