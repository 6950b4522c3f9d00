import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mediaFetchJob } from "../media/media.jobs.ts";
import { createTestApp } from "../test/app.ts";
import { givenShop } from "../test/shop.ts";
import { readLedger } from "./ledger.ts";
import { sweepAll } from "./sweep.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms(), pairLimit: false, throughput: 1000 });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());
const DAY_MS = 86_400_000;

test("somebody with whom nobody has spoken for as long as contacts are kept is forgotten: key, rows, files and tokens [GEN-24 ONE-41 MSJ-29]", async () => {
  const shop = await givenShop(t, sim, "key");
  const silent = await shop.hears({ person: "wanjiru", image: { caption: "secretword" } });
  const [message] = await shop.thread(silent.id);
  const attachmentId = message?.attachments[0]?.id ?? "";
  await mediaFetchJob.run(t.app, { workspaceId: shop.workspace.id, attachmentId });
  const { rows } = await t.admin.query<{ blob_name: string }>("select blob_name from attachment where id = $1", [
    attachmentId,
  ]);
  const blob = rows[0]?.blob_name ?? "";
  expect(await t.app.blobs.exists(blob)).toBe(true);
  await t.app.indexer?.idle();
  t.clock.advance(1094 * DAY_MS);
  await sweepAll(t.app);
  const contactId = silent.contact.id;
  const left = async (id: string) => {
    const found: string[] = [];
    for (const { name, privacy } of t.app.registry.tables)
      for (const { column, kind } of privacy.subjects ?? [])
        // an event holds ids, and goes with its day
        if (kind === "contact" && !column.includes(".")) {
          const snake = column.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
          if ((await t.admin.query(`select 1 from ${name} where ${snake} = $1`, [id])).rowCount) found.push(name);
        }
    return [...new Set(found)];
  };
  expect(await left(contactId)).toEqual(expect.arrayContaining(["contact", "contact_identity", "conversation"]));
  const other = await shop.hears({ person: "pavel", text: "still here" });
  t.clock.advance(2 * DAY_MS);
  await sweepAll(t.app);
  expect(await left(contactId)).toEqual([]);
  expect(await t.app.blobs.exists(blob)).toBe(false);
  expect(() => t.app.keyring.current(`contact:${contactId}`)).toThrow("destroyed");
  expect((await t.admin.query("select 1 from message_search where conversation_id = $1", [silent.id])).rows).toEqual(
    [],
  );
  expect((await readLedger(t.app)).filter(({ subjectId }) => subjectId === contactId)).toMatchObject([
    { kind: "contact_erased" },
  ]);
  // who spoke meanwhile stays, and whoever comes back is somebody new
  expect(await left(other.contact.id)).toEqual(expect.arrayContaining(["contact", "message"]));
  const back = await shop.hears({ person: "wanjiru", text: "hello again" });
  expect(back.contact.id).not.toBe(contactId);
});
