import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import type { Page } from "../test/shop.ts";
import { appendToLedger, destroyWorkspaceKey, missingErasures, readLedger, refuseStaleDatabase } from "./ledger.ts";
import { appendEntries, ledgerFile, type LedgerEntry } from "./ledger-file.ts";
import { replayRefusal } from "./note-refusals.ts";

const t = createTestApp();
const attestation = { isLawful: true, basis: "contract" };
const file = () => ledgerFile(t.app.config.dataDir);
const entry = (id: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id,
  kind: "contact_erased",
  workspaceId: "wsp_1",
  subjectId: "ctc_1",
  keyIds: ["12"],
  at: t.clock.now().toISOString(),
  ...more,
});
const append = (one: LedgerEntry) =>
  t.app.db.tx({ workspaceIds: [one.workspaceId] }, (tx) => appendToLedger(t.app, tx, one));

test("an entry is in the database and outside it once committed, and a retry makes no second one", async () => {
  await append(entry("erl_1", { requestId: "sbr_1" }));
  await append(entry("erl_1", { requestId: "sbr_1" }));
  expect(await readLedger(t.app)).toEqual([entry("erl_1", { requestId: "sbr_1" })]);
  expect(readFileSync(file(), "utf8")).toContain('"erl_1"');
  await expect(refuseStaleDatabase(t.app)).resolves.toBeUndefined();
});

test("a database without an erasure that the file knows is refused, with one clear line", async () => {
  await append(entry("erl_2"));
  await t.admin.query("delete from erasure_ledger where id = 'erl_2'");
  await expect(refuseStaleDatabase(t.app)).rejects.toThrow(
    /restored older state: 1 entry of the ledger has .* keepword restore/,
  );
  expect(await missingErasures(t.app)).toEqual([entry("erl_2")]);
  expect((await readLedger(t.app)).map(({ id }) => id)).toContain("erl_2");
  await append(entry("erl_2"));
});

test("a line that a crash cut short is no entry, and the next one is whole", async () => {
  appendFileSync(file(), '0123456789abcdef {"id":"erl_cut","kin');
  await append(entry("erl_3"));
  expect((await readLedger(t.app)).map(({ id }) => id)).toEqual(["erl_1", "erl_2", "erl_3"]);
});

test("a changed line is named, and nothing goes on", async () => {
  const text = readFileSync(file(), "utf8");
  writeFileSync(file(), text.replace("ctc_1", "ctc_2"));
  await expect(readLedger(t.app)).rejects.toThrow(/changed or damaged in line 1/);
  writeFileSync(file(), text);
});

test("a lost file is written again from the database", async () => {
  const before = await readLedger(t.app);
  rmSync(file());
  await refuseStaleDatabase(t.app);
  await t.admin.query("delete from erasure_ledger");
  expect(await missingErasures(t.app)).toEqual(before);
});

test("the key of a workspace is destroyed only after the ledger says so", async () => {
  const workspace = await t.given.workspace();
  expect(() => destroyWorkspaceKey(t.app, workspace.id)).toThrow(/no entry/);
  await append(entry("erl_4", { kind: "workspace_closed", workspaceId: workspace.id, subjectId: workspace.id }));
  t.app.keyring.ensure([{ subject: `workspace:${workspace.id}`, parent: null }]);
  expect(destroyWorkspaceKey(t.app, workspace.id)).toEqual({ isScrubbed: true });
  expect(() => t.app.keyring.current(`workspace:${workspace.id}`)).toThrow();
});

test("a refusal holds although the file cannot be written, and the next start writes it there", async () => {
  const { api } = await t.given.workspace();
  await api.post("/v1/contacts/import", { contacts: [{ phone: "+254700000777" }], attestation });
  const [contact] = (await api.get<Page<{ id: string }>>("/v1/contacts")).body.data;
  const consents = `/v1/contacts/${contact?.id}/consents`;
  rmSync(file());
  mkdirSync(file());
  await api.post(consents, { purpose: "marketing", action: "withdrawn", method: "form" });
  const { data } = (await api.get<Page<{ action: string }>>(consents)).body;
  expect(data.map(({ action }) => action)).toContain("withdrawn");
  rmSync(file(), { recursive: true });
  await refuseStaleDatabase(t.app);
  expect(readFileSync(file(), "utf8")).toMatch(/"consent_refused".*"withdrawn"/);
});

test("a start beside a server that writes to the ledger takes none of it for missing", async () => {
  const { tx } = t.app.db;
  const around = (hooks: { after?: () => Promise<void>; beforeSecond?: () => Promise<void> }): typeof t.app => {
    let reads = 0;
    const reading: typeof tx = async (scope, run) => {
      if (++reads === 2) await hooks.beforeSecond?.();
      const read = await tx(scope, run);
      if (reads === 1) await hooks.after?.();
      return read;
    };
    return Object.assign(Object.create(t.app) as typeof t.app, { db: { ...t.app.db, tx: reading } });
  };
  await expect(refuseStaleDatabase(around({ after: () => append(entry("erl_5")) }))).resolves.toBeUndefined();
  // its line is in the file, its commit is under way
  appendEntries(file(), [entry("erl_6")]);
  const commits = around({ beforeSecond: () => append(entry("erl_6")) });
  await expect(refuseStaleDatabase(commits)).resolves.toBeUndefined();
});

test("a refusal is kept for all that were merged, so that a backup of before the merge has it for each of them", async () => {
  const { api, id: workspaceId } = await t.given.workspace();
  const contacts = [{ phone: "+254700000778" }, { phone: "+254700000779" }];
  await api.post("/v1/contacts/import", { contacts, attestation });
  const [merged = "", stays = ""] = (await api.get<Page<{ id: string }>>("/v1/contacts")).body.data.map(({ id }) => id);
  const merge = (into: string | null) =>
    t.admin.query("update contact set merged_into = $2 where id = $1", [merged, into]);
  await merge(stays);
  await api.post(`/v1/contacts/${stays}/consents`, { purpose: "marketing", action: "withdrawn", method: "form" });
  const entries = (await readLedger(t.app)).filter((one) => one.workspaceId === workspaceId);
  expect(entries.map(({ subjectId }) => subjectId).toSorted()).toEqual([merged, stays].toSorted());
  const replay = async () => {
    for (const one of entries)
      expect(await t.app.db.tx({ workspaceIds: [workspaceId] }, (tx) => replayRefusal(tx, one, t.clock.now()))).toBe(
        true,
      );
    const { rows } = await t.admin.query<{ contact_id: string }>(
      "select contact_id from consent_event where workspace_id = $1 and action = 'withdrawn'",
      [workspaceId],
    );
    return rows.map((row) => row.contact_id).toSorted();
  };
  expect(await replay()).toEqual([stays]);
  await merge(null);
  expect(await replay()).toEqual([merged, stays].toSorted());
});
