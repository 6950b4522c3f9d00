import { z } from "zod";
import { linkOf } from "../channels/channel-directory.ts";
import type { App } from "../platform/context.ts";
import { job } from "../platform/job.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { sealedWith, tryOpenText } from "../platform/seal.ts";
import type { MediaRef } from "../providers/message-content.ts";
import { ProviderError } from "../providers/provider-error.ts";
import { attachmentPlace } from "./attachment-places.ts";
import { ASK_DAYS, noteQuestion } from "./ask-for-media.ts";
import { finishMedia, type MediaPlace } from "./finish-media.ts";
import { MAX_UPLOAD_BYTES } from "./media.ts";
import { MediaTooLarge, storeMedia, type StoredMedia } from "./store-media.ts";

const FETCH_TIMEOUT_MS = 120_000;
/** About three hours with the queue's backoff; the provider keeps received files for days. */
const FETCH_ATTEMPTS = 12;
const UNSENT_HOURS = 24;

/** Fetches one received medium from its provider. Its state is on the attachment, so a slow file holds up nothing else. */
export const mediaFetchJob = job<App, z.ZodObject<{ workspaceId: z.ZodString; attachmentId: z.ZodString }>>({
  name: "media.fetch",
  doc: "Fetches a received medium into the blob store.",
  payload: z.object({ workspaceId: z.string(), attachmentId: z.string() }),
  maxAttempts: FETCH_ATTEMPTS,
  run: fetchMedia,
});

export const mediaSweepJob = job<App, z.ZodObject>({
  name: "media.sweep",
  doc: `Removes uploads that no message used within ${UNSENT_HOURS} hours, and the blobs of withdrawn messages; gives up files that no phone answered for within ${ASK_DAYS} days.`,
  payload: z.object({}),
  schedule: "17 * * * *",
  run: sweepMedia,
});

export const mediaJobs = [mediaFetchJob, mediaSweepJob];

interface Row extends MediaPlace {
  contact_id: string;
  state: string;
  attempts: number;
  details: Buffer | null;
}

async function fetchMedia(
  app: App,
  { workspaceId, attachmentId }: { workspaceId: string; attachmentId: string },
): Promise<void> {
  const row = await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const [found] = await tx.query<Row>(
      `update attachment a set attempts = a.attempts + 1 from message m
       where a.workspace_id = $1 and a.id = $2 and a.state = 'pending' and m.workspace_id = a.workspace_id and m.id = a.message_id
       returning a.message_id, m.conversation_id, a.channel_id, a.contact_id, a.state, a.attempts, a.details`,
      [workspaceId, attachmentId],
    );
    return found;
  });
  if (!row) return; // fetched already, removed, or erased
  const opened =
    row.details && tryOpenText(app.keyring, attachmentPlace(workspaceId, attachmentId, "details"), row.details);
  const channel = await app.channels.find(row.channel_id);
  const provider = channel && app.providers[channel.provider];
  if (!opened || !channel || !provider) return finishMedia(app, workspaceId, attachmentId, row, "gone");
  const ref = JSON.parse(opened) as MediaRef;
  let stored: StoredMedia;
  try {
    // the bytes go under the key of what is known of them already: the contact's, or a transit key
    const key = row.details && sealedWith(app.keyring, row.details);
    if (!key) return await finishMedia(app, workspaceId, attachmentId, row, "gone");
    const media = await provider.fetchMedia(linkOf(app, channel), ref, AbortSignal.timeout(FETCH_TIMEOUT_MS));
    stored = await storeMedia(app, key, { workspaceId, attachmentId }, media.bytes, {
      maxBytes: MAX_UPLOAD_BYTES,
      claimedType: ref.mimeType,
    });
  } catch (error) {
    if (error instanceof MediaTooLarge) return finishMedia(app, workspaceId, attachmentId, row, "too_large");
    if (error instanceof KeyDestroyed) return finishMedia(app, workspaceId, attachmentId, row, "gone");
    const isGone = error instanceof ProviderError && error.fault.sentence === "media_gone";
    if (isGone && provider.askForMedia) {
      const place = { workspaceId, channelId: row.channel_id };
      if (await noteQuestion(app, place, attachmentId)) return;
    }
    const isFinal = error instanceof ProviderError && !["retry_later", "auth_lost"].includes(error.fault.kind);
    if (isFinal || row.attempts >= FETCH_ATTEMPTS)
      return finishMedia(
        app,
        workspaceId,
        attachmentId,
        row,
        error instanceof ProviderError ? error.fault.sentence : "unreadable",
      );
    throw error;
  }
  await finishMedia(app, workspaceId, attachmentId, row, null, stored);
}

const SWEEP_PAGE = 200;

/** Marked first, so that no message can use one any more; then the blobs; the rows last. A crash goes on where it was. */
async function sweepMedia(app: App): Promise<void> {
  const before = new Date(app.clock.ms() - UNSENT_HOURS * 3_600_000);
  const workspaces = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ id: string }>("select w as id from kw.all_workspace_ids() w"),
  );
  for (const { id: workspaceId } of workspaces) {
    const scope = { workspaceIds: [workspaceId] };
    await giveUpQuestions(app, workspaceId);
    await app.db.tx(scope, (tx) =>
      tx.query(
        `update attachment set state = 'removed', blob_key = null, details = null
         where workspace_id = $1 and message_id is null and created_at < $2 and state <> 'removed'`,
        [workspaceId, before],
      ),
    );
    for (;;) {
      const rows = await app.db.tx(scope, (tx) =>
        tx.query<{ id: string; blob_name: string | null }>(
          `select id, blob_name from attachment where workspace_id = $1 and state = 'removed'
             and (blob_name is not null or message_id is null) order by id limit $2`,
          [workspaceId, SWEEP_PAGE],
        ),
      );
      if (rows.length === 0) break;
      await app.blobs.remove(rows.flatMap((row) => row.blob_name ?? []));
      const ids = rows.map((row) => row.id);
      await app.db.tx(scope, async (tx) => {
        await tx.query(
          "delete from attachment where workspace_id = $1 and id = any ($2::text[]) and message_id is null",
          [workspaceId, ids],
        );
        await tx.query("update attachment set blob_name = null where workspace_id = $1 and id = any ($2::text[])", [
          workspaceId,
          ids,
        ]);
      });
    }
  }
}

async function giveUpQuestions(app: App, workspaceId: string): Promise<void> {
  const rows = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    tx.query<MediaPlace & { id: string }>(
      `select a.id, a.message_id, a.channel_id, m.conversation_id from attachment a
       join message m on m.workspace_id = a.workspace_id and m.id = a.message_id
       where a.workspace_id = $1 and a.state = 'pending' and a.asked_at < $2 and a.answered_at is null limit $3`,
      [workspaceId, new Date(app.clock.ms() - ASK_DAYS * 86_400_000), SWEEP_PAGE],
    ),
  );
  for (const { id, ...place } of rows) await finishMedia(app, workspaceId, id, place, "media_gone");
}
