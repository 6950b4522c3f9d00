import { expect, test } from "vitest";
import { newId } from "../platform/ids.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { runImport } from "./run-import.ts";
import { attestation, byPhone, importsOf, many } from "../test/imports.ts";

const t = createTestApp();
const { uploaded, act, read, checked, started, refusalsOf, contactsOf, blobsLeft, afterBatch } = importsOf(t);
const HOUR = 3_600_000;

test("values are judged with the eyes of whoever starts the import, and one that may not be written is left out and told with its column [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, owner, id: workspaceId } = workspace;
  const asOwner = `?workspaceId=${workspaceId}`;
  expect((await owner.api.put(`/v1/special-categories${asOwner}`, { legalBasis: "health_care" })).status).toBe(200);
  await api.post("/v1/contact-attributes", {
    name: "size",
    type: "choice",
    options: ["S", "M"],
    category: "user.content",
  });
  const special = { name: "allergy", type: "text", category: "special.health" };
  expect((await owner.api.post(`/v1/contact-attributes${asOwner}`, special)).status).toBe(201);
  // the privacy page names it only later; who may write it is what this is about
  const held = t.app.policyGate.unheldUntil;
  t.app.policyGate.unheldUntil = () => undefined;
  try {
    const content = "phone,size,allergy\n+254711000061,M,nuts\n+254711000062,XXL,\n";
    const columns = [
      ...byPhone,
      { column: 2, to: "attribute", attribute: "size" },
      { column: 3, to: "attribute", attribute: "allergy" },
    ];
    const outcome = async (caller: ApiClient) => {
      const { id } = await checked(caller, content, columns);
      const before = await refusalsOf(caller, id);
      await started({ ...workspace, api: caller }, id);
      const after = await refusalsOf(caller, id);
      expect(after).toEqual(before);
      return after.map(({ row, column, code }) => [row, column, code]);
    };
    const agent = (await t.given.apiKey(workspaceId, { scopes: ["contact:read", "contact:write"] })).api;
    const invalid = [3, 2, "contact_attribute.value_invalid"];
    const held = async () => (await contactsOf(api)).map(({ attributes }) => JSON.stringify(attributes)).toSorted();
    expect(await outcome(agent)).toEqual([[2, 3, "contact_attribute.restricted"], invalid]);
    expect(await held()).toEqual([`{"size":"M"}`, "{}"]);
    // an admin who is one no more when the job runs
    const admin = await t.given.member(workspaceId, "admin");
    const { id } = await checked(admin.api, content, columns);
    expect((await act(admin.api, id, "start", { attestation })).status).toBe(202);
    expect((await owner.api.patch(`/v1/members/${admin.memberId}${asOwner}`, { role: "agent" })).status).toBe(200);
    await runImport(t.app, { workspaceId, importId: id });
    expect((await refusalsOf(api, id)).map(({ code }) => code)).toContain("contact_attribute.restricted");
    expect(await held()).toEqual([`{"size":"M"}`, "{}"]);
    expect(await outcome(api)).toEqual([invalid]);
    expect(await held()).toEqual([`{"size":"M","allergy":"nuts"}`, "{}"]);
  } finally {
    t.app.policyGate.unheldUntil = held;
  }
});

test("a transaction that breaks off writes nothing, and the job that is run again goes on after the last thousand; canceled it stops there; nothing is taken twice [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { id: workspaceId, api } = workspace;
  const { id } = await checked(api, many(2_500));
  await act(api, id, "start", { attestation });
  // in the second thousand a contact turns out to be erased: no reason to end the import
  let batches = 0;
  const breaking = {
    ...t.app,
    emit: async (...args: Parameters<typeof t.app.emit>) => {
      await t.app.emit(...args);
      if (args[1].type === "contact.created" && ++batches === 2) throw new KeyDestroyed(["contact:con_gone"]);
    },
  } as typeof t.app;
  await expect(runImport(breaking, { workspaceId, importId: id })).rejects.toThrow(KeyDestroyed);
  expect(await read(api, id)).toMatchObject({ state: "running", taken: 1000, counts: { new: 1000 } });
  await runImport(t.app, { workspaceId, importId: id });
  // the queue may run a job twice
  await runImport(t.app, { workspaceId, importId: id });
  expect(await read(api, id)).toMatchObject({ outcome: "done", taken: 2500, counts: { new: 2500, repeated: 0 } });
  const { rows } = await t.admin.query<{ n: number }>(
    "select count(*)::int as n from contact where workspace_id = $1",
    [workspaceId],
  );
  expect(rows[0]?.n).toBe(2500);

  const other = await t.given.workspace();
  const stopped = await checked(other.api, many(2_500));
  await act(other.api, stopped.id, "start", { attestation });
  const canceling = afterBatch(() => act(other.api, stopped.id, "cancel"));
  await runImport(canceling, { workspaceId: other.id, importId: stopped.id });
  expect(await read(other.api, stopped.id)).toMatchObject({ state: "ended", outcome: "canceled", taken: 1000 });
  expect([await blobsLeft(workspaceId), await blobsLeft(other.id)]).toEqual([0, 0]);
});

test("whoever started an import and may import no more ends it where it is: a member who left, a key that was revoked [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { owner, id: workspaceId } = workspace;
  const agent = await t.given.member(workspaceId, "agent");
  const key = await t.given.apiKey(workspaceId);
  for (const [caller, leaves] of [
    [agent.api, () => owner.api.delete(`/v1/members/${agent.memberId}`)],
    [key.api, () => owner.api.delete(`/v1/api-keys/${key.id}`)],
  ] as const) {
    const { id } = await checked(caller, many(1_001));
    expect((await act(caller, id, "start", { attestation })).status).toBe(202);
    await runImport(
      afterBatch(async () => expect((await leaves()).status).toBe(204)),
      { workspaceId, importId: id },
    );
    expect(await read(workspace.api, id)).toMatchObject({ outcome: "not_permitted", taken: 1000, fileName: null });
  }
});

test("a file that is gone, or a workspace that closes, ends the import with its reason; one that was never there is not found [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, id: workspaceId } = workspace;
  const lose = async (id: string) => {
    const { rows } = await t.admin.query<{ name: string }>(
      "select blob_name as name from contact_import where id = $1",
      [id],
    );
    await t.app.blobs.remove(rows.map(({ name }) => name));
  };
  const content = "phone\n+254711000051\n";
  const [first, second, third] = [
    await uploaded(api, content),
    await checked(api, content),
    await checked(api, content),
  ];
  await lose(first.id);
  expect((await act(api, first.id, "check", { mapping: byPhone })).body.code).toBe("contact_import.not_ready");
  await lose(second.id);
  await started(workspace, second.id);
  for (const { id } of [first, second]) expect((await read(api, id)).outcome).toBe("unreadable");
  await act(api, third.id, "start", { attestation });
  await t.admin.query("update workspace set closing_at = $2, purge_at = $2, closing_reason = 'owner' where id = $1", [
    workspaceId,
    new Date(t.clock.ms() + 24 * HOUR),
  ]);
  await runImport(t.app, { workspaceId, importId: third.id });
  expect((await read(api, third.id)).outcome).toBe("workspace_closing");
  expect(await contactsOf(api)).toEqual([]);
  expect((await api.get(`/v1/contact-imports/${newId("cim")}`)).status).toBe(404);
});
