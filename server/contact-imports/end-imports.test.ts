import { expect, test, vi } from "vitest";
import { advanceRequest } from "../privacy/advance-request.ts";
import { scanForNeedles } from "../privacy/scan-for-needles.ts";
import { writeBackup } from "../privacy/write-backup.ts";
import { allTables } from "../schema.ts";
import { createTestApp } from "../test/app.ts";
import type { GivenWorkspace } from "../test/given.ts";
import { sweepImports } from "./end-imports.ts";
import { runImport } from "./run-import.ts";
import { attestation, byPhone, importsOf, many } from "../test/imports.ts";

const lines: string[] = [];
const t = createTestApp({ logLines: lines });

const { uploaded, act, read, checked, started, contactsOf, blobsLeft, afterBatch } = importsOf(t);
const HOUR = 3_600_000;

/** As the job of a request does it. */
async function advanced({ id: workspaceId, api }: GivenWorkspace, requestId: string) {
  await advanceRequest(t.app, { workspaceId, requestId });
  const { body } = await api.get<{ state: string; receipt: { deleted: object[] } }>(
    `/v1/subject-requests/${requestId}`,
  );
  return body;
}

test("no byte of the file is left once the import ends, nor a day after it came or was started, and never is it in a backup [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, id: workspaceId } = workspace;
  const content = "Quaggaheader,phone\nNeedlebird,+254711000041\n";
  const exists = async (id: string) => {
    const { rows } = await t.admin.query<{ name: string }>(
      "select blob_name as name from contact_import where id = $1",
      [id],
    );
    return rows[0]?.name ? t.app.blobs.exists(rows[0].name) : false;
  };
  const finished = await checked(api, content, [{ column: 2, to: "phone" }]);
  const unused = await checked(api, content, [{ column: 2, to: "phone" }]);
  const stalled = await checked(api, content, [{ column: 2, to: "phone" }]);
  expect([await exists(finished.id), await exists(unused.id), await exists(stalled.id)]).toEqual([true, true, true]);
  const { rows } = await t.admin.query<{ name: string }>(
    "select blob_name as name from contact_import where workspace_id = $1",
    [workspaceId],
  );
  const { blobs } = await writeBackup(t.app, {
    ...{ to: `${t.app.config.dataDir}/copies`, tables: allTables, ownerUrl: t.databaseUrl, keepDays: 30 },
  });
  expect(blobs).toBe(0);

  expect((await started(workspace, finished.id)).fileRemovedAt).toBe(t.clock.now().toISOString());
  expect(await exists(finished.id)).toBe(false);
  t.clock.advance(22 * HOUR);
  await act(api, stalled.id, "start", { attestation });
  await sweepImports(t.app);
  expect([await exists(unused.id), await exists(stalled.id)]).toEqual([true, true]);
  t.clock.advance(1.75 * HOUR);
  await sweepImports(t.app);
  expect([await exists(unused.id), (await read(api, unused.id)).outcome]).toEqual([false, "unused"]);
  expect((await read(api, stalled.id)).state).toBe("running");
  t.clock.advance(22 * HOUR);
  await sweepImports(t.app);
  expect([await exists(stalled.id), (await read(api, stalled.id)).outcome]).toEqual([false, "stalled"]);
  for (const { name } of rows) expect(await t.app.blobs.exists(name)).toBe(false);
  // nothing is left to do, and no workspace is looked into
  const tx = vi.spyOn(t.app.db, "tx");
  await sweepImports(t.app);
  expect(tx).toHaveBeenCalledTimes(1);
  tx.mockRestore();

  const needles = ["Quaggaheader", "Needlebird", "254711000041", "people.csv"];
  const scan = () => scanForNeedles(t.app, needles, { adminUrl: t.adminUrl, texts: { log: lines.join("\n") } });
  expect(await scan()).toEqual([]);
  // sealed from the first byte on, so the look for clear text proves little by itself: what was sealed cannot be opened either
  const { rows: left } = await t.admin.query("select details, blob_key from contact_import where workspace_id = $1", [
    workspaceId,
  ]);
  expect(left).toEqual(Array.from({ length: 3 }, () => ({ details: null, blob_key: null })));
  // and the record of counts goes too
  t.clock.advance(91 * 24 * HOUR);
  await t.admin.query("select kw.sweep_contact_import($1, 100, 0)", [t.clock.now()]);
  expect((await t.admin.query("select 1 from contact_import where workspace_id = $1", [workspaceId])).rowCount).toBe(0);
});

test("an erase of somebody whom only a list knows ends the lists too, and finds who came from one since they asked [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, id: workspaceId } = workspace;
  const content = "phone\n+254 711 000 071\n";
  const ask = async () => {
    const asked = await api.post<{ id: string }>("/v1/subject-requests", { type: "erase", identity: "+254711000071" });
    expect(asked.status).toBe(202);
    return asked.body.id;
  };
  const waiting = await uploaded(api, content);
  const running = await checked(api, content);
  await act(api, running.id, "start", { attestation });
  const { state, receipt } = await advanced(workspace, await ask());
  expect([state, receipt.deleted]).toEqual(["done", [{ what: "import_file", kind: "copies", count: 2 }]]);
  await runImport(t.app, { workspaceId, importId: running.id });
  for (const { id } of [running, waiting]) expect((await read(api, id)).outcome).toBe("person_erased");
  expect(await contactsOf(api)).toEqual([]);
  // the list is quicker than the request
  const { id } = await checked(api, content);
  const requestId = await ask();
  await started(workspace, id);
  expect(await contactsOf(api)).toHaveLength(1);
  expect((await advanced(workspace, requestId)).receipt.deleted).toContainEqual({
    what: "contact",
    kind: "person",
    count: 1,
  });
  expect(await contactsOf(api)).toEqual([]);
});

test("an erase ends every list of the workspace with its file, also one that is half imported: nobody comes back from it [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, id: workspaceId } = workspace;
  // the person is in the first thousand, and again, in other words, in the second
  const content = `${many(1_500)}+254 700 000 000\n`;
  const running = await checked(api, content);
  const waiting = await uploaded(api, content);
  await act(api, running.id, "start", { attestation });
  const erasing = afterBatch(async () => {
    const found = await api.get<{ data: { id: string }[] }>("/v1/contacts?q=%2B254700000000");
    const asked = await api.delete<{ id: string }>(`/v1/contacts/${found.body.data[0]?.id}`);
    const { state, receipt } = await advanced(workspace, asked.body.id);
    expect([state, receipt.deleted]).toEqual([
      "done",
      expect.arrayContaining([{ what: "import_file", kind: "copies", count: 2 }]),
    ]);
  });
  await runImport(erasing, { workspaceId, importId: running.id });
  await runImport(t.app, { workspaceId, importId: running.id });
  for (const { id } of [running, waiting])
    expect(await read(api, id)).toMatchObject({ state: "ended", outcome: "person_erased", fileName: null });
  expect((await act(api, waiting.id, "check", { mapping: byPhone })).body.code).toBe("contact_import.not_ready");
  expect((await api.get<{ data: object[] }>("/v1/contacts?q=%2B254700000000")).body.data).toEqual([]);
  expect(await blobsLeft(workspaceId)).toBe(0);
  // other workspaces are not touched
  const other = await t.given.workspace();
  expect((await started(other, (await checked(other.api, content)).id)).outcome).toBe("done");
});
