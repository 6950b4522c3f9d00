// What a person says by one word is obeyed in the transaction that stores the message: STOP holds before the next message can be sent.
import { isOptedOut } from "../contacts/opt-out.ts";
import { sealProof } from "../contacts/consent-chain.ts";
import { expiryBy, readConsentRule } from "../contacts/consent-rules.ts";
import { readConsentWord, readPageCode, type HeardWord } from "../contacts/consent-words.ts";
import { consentChanged, oweReply, recordConsents, type NewConsent } from "../contacts/record-consents.ts";
import type { HeardWords } from "../inbound/apply-batch.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { replyToConsentJob } from "./consent.jobs.ts";
import { proveCode } from "./page-code.ts";

type WordApp = Pick<App, "clock" | "emit" | "enqueue" | "keyring">;

/** Records what people said, and owes each one confirmation: not to somebody who says again what holds already. */
export async function hearWords(app: WordApp, tx: Tx, items: readonly HeardWords[]): Promise<void> {
  for (const item of items) {
    const heard = readConsentWord(item.text);
    if (heard) await obeyWord(app, tx, item, heard);
    const digits = readPageCode(item.text);
    if (digits !== undefined) await proveCode(app, tx, item, digits);
  }
}

async function obeyWord(app: WordApp, tx: Tx, item: HeardWords, heard: HeardWord): Promise<void> {
  const { workspaceId, contactId, messageId, channelId, at } = item;
  const purpose = heard.word === "yes" ? await askedPurpose(tx, item) : "marketing";
  if (purpose === undefined) return;
  const wasRefused = await isRefused(tx, item);
  // "start" takes a stop back; said by anybody else it is a word like any other, and agrees to nothing
  if (heard.word === "start" && !wasRefused) return;
  const id = newId("cns", app.clock.ms());
  const proof = { messageId, channelId, word: heard.word, language: heard.language };
  const entry: NewConsent = {
    ...{ workspaceId, id, contactId, channelId: null, purpose, occurredAt: at },
    ...said[heard.word],
    expiresAt: heard.word === "stop" ? null : expiryBy(await readConsentRule({ tx, workspaceId }, purpose), at),
    proof: sealProof(app.keyring, { workspaceId, id, contactId }, proof),
  };
  await recordConsents(tx, [entry], app.clock.now());
  await app.emit(tx, consentChanged, [
    { workspaceId, channelId, payload: { contactId, purpose, action: entry.action } },
  ]);
  if (heard.word === "stop" && wasRefused) return;
  await oweReply(tx, workspaceId, contactId, id);
  await app.enqueue(tx, replyToConsentJob, { workspaceId, contactId });
}

const said = {
  stop: { action: "withdrawn", method: "keyword" },
  start: { action: "granted", method: "keyword" },
  yes: { action: "confirmed", method: "double_opt_in" },
} as const;

async function isRefused(tx: Tx, { workspaceId, contactId, channelId }: HeardWords): Promise<boolean> {
  const place = { workspaceId: "$1", contactId: "$2", channelId: "$3", purpose: "'marketing'" };
  const [row] = await tx.named<{ refused: boolean }>("consent_event.word", `select ${isOptedOut(place)} as refused`, [
    workspaceId,
    contactId,
    channelId,
  ]);
  return row?.refused === true;
}

/** "Yes" answers the newest request that is still open; without one it is a word like any other. */
async function askedPurpose(tx: Tx, { workspaceId, contactId, at }: HeardWords): Promise<string | undefined> {
  const [row] = await tx.named<{ purpose: string }>(
    "consent_event.asked",
    `select r.purpose from consent_event r where r.workspace_id = $1 and r.contact_id = $2 and r.action = 'requested'
       and r.method = 'double_opt_in' and r.occurred_at <= $3 and r.expires_at > $3 and not exists (select 1 from consent_event l
         where l.workspace_id = r.workspace_id and l.contact_id = r.contact_id and l.purpose = r.purpose and l.position > r.position
           and l.action in ('confirmed', 'withdrawn', 'objected'))
     order by r.occurred_at desc, r.id desc limit 1`,
    [workspaceId, contactId, at],
  );
  return row?.purpose;
}
