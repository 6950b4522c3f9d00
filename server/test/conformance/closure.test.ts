// The end of a workspace, looked at from all sides: 90 days after it closed.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { openKeyring } from "../../platform/open-keyring.ts";
import { loadRootKey } from "../../platform/root-key.ts";
import { purgeDue } from "../../privacy/purge-workspace.ts";
import { scanForNeedles } from "../../privacy/scan-for-needles.ts";
import { writeBackup } from "../../privacy/write-backup.ts";
import { allTables } from "../../schema.ts";
import { createTestApp } from "../app.ts";
import { plantCanaries } from "../canaries.ts";

const lines: string[] = [];
const t = createTestApp({ logLines: lines });
const home = fs.mkdtempSync(path.join(os.tmpdir(), "kw-closed-"));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));
const DAY_MS = 86_400_000;
const backup = () =>
  writeBackup(t.app, { to: path.join(home, "backups"), tables: allTables, ownerUrl: t.databaseUrl, keepDays: 30 });

const filesBelow = (dir: string): Record<string, string> =>
  Object.fromEntries(
    fs
      .readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [file, fs.readFileSync(file).toString("latin1").toLowerCase()]),
  );

test("ninety days after a workspace closed nothing of it is in any store or backup, and no key that could read a copy [MSJ-30]", async () => {
  const { workspace, contactId, ofContact, ofOthers } = await plantCanaries(t);
  const { reply = "", authority = "", breach = "", invited = "" } = ofOthers;
  const before = await backup();
  const rowsOf = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const { name, privacy } of t.app.registry.tables) {
      if (privacy.scope !== "workspace" || name === "workspace") continue;
      const { rowCount } = await t.admin.query(`select 1 from ${name} where workspace_id = $1 limit 1`, [workspace.id]);
      if (rowCount) found.push(name);
    }
    return found;
  };
  expect((await rowsOf()).length).toBeGreaterThan(15);
  const { rows } = await t.admin.query<{ name: string }>("select name from workspace where id = $1", [workspace.id]);
  const name = rows[0]?.name;
  const closed = await workspace.owner.api.post(`/v1/workspaces/${workspace.id}/close`, { name });
  expect(closed.status, JSON.stringify(closed.body)).toBe(200);
  // a copy from the last day before the purge is the last that holds its rows
  t.clock.advance(29 * DAY_MS);
  const last = await backup();
  expect(last.removed).toEqual([]);
  t.clock.advance(2 * DAY_MS);
  await purgeDue(t.app);
  expect(await rowsOf()).toEqual(["erasure_ledger"]);
  t.clock.advance(59 * DAY_MS);
  const { removed } = await backup();
  expect(removed.toSorted()).toEqual([before.dir, last.dir].map((dir) => path.basename(dir)).toSorted());

  const needles = [...Object.values(ofContact), reply, authority, breach, invited, workspace.apiKey];
  const inBackups = filesBelow(path.join(home, "backups"));
  expect(
    await scanForNeedles(t.app, needles, { adminUrl: t.adminUrl, texts: { log: lines.join("\n"), ...inBackups } }),
  ).toEqual([]);
  const ring = openKeyring({
    dir: path.join(home, "backups", "keyring"),
    rootKey: loadRootKey({ keyFile: path.join(t.app.config.dataDir, "root.key") }),
    clock: t.clock,
  });
  try {
    for (const keys of [t.app.keyring, ring])
      for (const subject of [`workspace:${workspace.id}`, `contact:${contactId}`])
        expect(() => keys.current(subject)).toThrow("destroyed");
  } finally {
    ring.close();
  }
});
