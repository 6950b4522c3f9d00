// A file that the network does not keep any more, asked for at the phone that sent or received it. The fetching worker notes that it is to
// be asked for; the process that has the channel's connection asks, now or with its next connection, and the worker fetches again.
import { linkOf } from "../channels/channel-directory.ts";
import { findAddresses } from "../contacts/find-contacts.ts";
import { openProviderMessageId } from "../messages/provider-message-id.ts";
import type { App } from "../platform/context.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { seal, sealedWith, tryOpenText } from "../platform/seal.ts";
import { strongestAddress } from "../providers/address.ts";
import type { MediaRef } from "../providers/message-content.ts";
import { ProviderError } from "../providers/provider-error.ts";
import type { MediaQuestion } from "../providers/provider.ts";
import { attachmentPlace } from "./attachment-places.ts";
import { enqueueMediaFetches } from "./enqueue-media.ts";
import { finishMedia } from "./finish-media.ts";

/** A phone that is off for longer is not asked any more. */
export const ASK_DAYS = 7;
const ANSWER_TIMEOUT_MS = 30_000;
/** A question that nobody answered is not put again sooner. */
const TRY_AGAIN_MS = 3_600_000;
/** So many without an answer, one after the other: the phone is off. The rest is asked with the next round, and first. */
const SILENT = 3;
const AT_ONCE = 20;

/** Somebody's file is to be asked for; the payload is `workspace/channel`. */
export const MEDIA_ASK_TOPIC = "media.ask";

interface Place {
  workspaceId: string;
  channelId: string;
}

/** Notes that a file is to be asked for. False when the phone answered before, or the file is not waited for any more: then it is gone. */
export async function noteQuestion(
  app: Pick<App, "db" | "bus" | "clock">,
  { workspaceId, channelId }: Place,
  attachmentId: string,
): Promise<boolean> {
  return app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const rows = await tx.query(
      `update attachment set asked_at = coalesce(asked_at, $3) where workspace_id = $1 and id = $2 and state = 'pending' and answered_at is null
       returning id`,
      [workspaceId, attachmentId, app.clock.now()],
    );
    if (rows.length > 0) app.bus.publish(tx, MEDIA_ASK_TOPIC, `${workspaceId}/${channelId}`);
    return rows.length > 0;
  });
}

interface Asked {
  id: string;
  details: Buffer | null;
  message_id: string;
  conversation_id: string;
  contact_id: string;
  sender_contact_id: string | null;
  direction: string;
  content: Buffer | null;
  provider_message_id: Buffer | null;
}

/** The connection that questions go over. */
export interface Line {
  stands(): boolean;
  /** Aborts when nobody waits for answers any more. */
  signal: AbortSignal;
}

/**
 * Asks the channel's phone for every file that waits for it, one after the other, as long as the line stands. One without an answer does
 * not hold up the others.
 */
export async function askForMedia(
  app: App,
  { workspaceId, channelId }: Place,
  line: Line,
  silentBefore = 0,
): Promise<void> {
  const scope = { workspaceIds: [workspaceId] };
  let silent = silentBefore;
  const rows = await app.db.tx(scope, (tx) =>
    tx.named<Asked>(
      "attachment.asked",
      // Plan: attachment_asked, which is empty but for such files
      `select a.id, a.details, a.message_id, m.conversation_id, m.contact_id, m.sender_contact_id, m.direction, m.content, m.provider_message_id
       from attachment a join message m on m.workspace_id = a.workspace_id and m.id = a.message_id
       where a.workspace_id = $1 and a.channel_id = $2 and a.state = 'pending' and a.asked_at is not null and a.answered_at is null
         and (a.tried_at is null or a.tried_at <= $4)
       order by a.tried_at nulls first, a.asked_at, a.id limit $3`,
      [workspaceId, channelId, AT_ONCE, new Date(app.clock.ms() - TRY_AGAIN_MS)],
    ),
  );
  for (const row of rows) {
    if (!line.stands()) return;
    const ref = await answerTo(app, { workspaceId, channelId }, row, line.signal);
    if (ref === "not_asked") return;
    if (ref === "no_answer") {
      await noteTry(app, workspaceId, row);
      silent += 1;
      if (silent === SILENT) return;
      continue;
    }
    silent = 0;
    await noteAnswer(app, { workspaceId, channelId }, row, ref);
  }
  if (rows.length === AT_ONCE) await askForMedia(app, { workspaceId, channelId }, line, silent);
}

/** Where the file is now; null: nobody has it any more. `not_asked`: the line broke, and the next connection asks. */
async function answerTo(
  app: App,
  { workspaceId, channelId }: Place,
  row: Asked,
  signal: AbortSignal,
): Promise<MediaRef | null | "no_answer" | "not_asked"> {
  const channel = app.channels.peek(channelId);
  const provider = channel && app.providers[channel.provider];
  const details = row.details && tryOpenText(app.keyring, attachmentPlace(workspaceId, row.id, "details"), row.details);
  const providerMessageId = openProviderMessageId(app.keyring, workspaceId, { ...row, id: row.message_id });
  if (!channel || !provider?.askForMedia || !details || providerMessageId === undefined) return null;
  const addresses = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    findAddresses({ workspaceId, keyring: app.keyring, tx }, [row.contact_id, row.sender_contact_id]),
  );
  const to = strongestAddress(addresses.get(row.contact_id));
  const author = strongestAddress(addresses.get(row.sender_contact_id ?? ""));
  if (!to) return null;
  const question: MediaQuestion = {
    ...{ ref: JSON.parse(details) as MediaRef, providerMessageId, to, isOwn: row.direction === "outbound" },
    ...(author ? { author } : {}),
  };
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]);
    return await provider.askForMedia(linkOf(app, channel), question, within);
  } catch (error) {
    if (error instanceof ProviderError && error.fault.kind === "rejected") return null;
    const isLost = error instanceof ProviderError && error.fault.scope === "channel";
    return isLost || signal.aborted ? "not_asked" : "no_answer";
  }
}

async function noteTry(app: App, workspaceId: string, { id }: Asked): Promise<void> {
  await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    tx.query("update attachment set tried_at = $3 where workspace_id = $1 and id = $2", [
      ...[workspaceId, id, app.clock.now()],
    ]),
  );
}

async function noteAnswer(
  app: App,
  { workspaceId, channelId }: Place,
  row: Asked,
  ref: MediaRef | null,
): Promise<void> {
  const place = { channel_id: channelId, conversation_id: row.conversation_id, message_id: row.message_id };
  const details = ref && resealed(app, workspaceId, row, ref);
  if (!details) return finishMedia(app, workspaceId, row.id, place, "media_gone");
  await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const rows = await tx.query(
      `update attachment set details = $3, answered_at = $4
       where workspace_id = $1 and id = $2 and state = 'pending' and answered_at is null returning id`,
      [workspaceId, row.id, details, app.clock.now()],
    );
    if (rows.length > 0) await enqueueMediaFetches(tx, [{ workspaceId, attachmentId: row.id }]);
  });
}

/** Under the key that it was under; undefined when that was destroyed meanwhile. */
function resealed(app: App, workspaceId: string, { id, details }: Asked, ref: MediaRef): Buffer | undefined {
  try {
    const key = details && sealedWith(app.keyring, details);
    return key ? seal(key, attachmentPlace(workspaceId, id, "details"), JSON.stringify(ref)) : undefined;
  } catch (error) {
    if (error instanceof KeyDestroyed) return undefined;
    throw error;
  }
}
