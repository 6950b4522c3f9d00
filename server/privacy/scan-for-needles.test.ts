import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { formsOf } from "./needles.ts";
import { scanForNeedles } from "./scan-for-needles.ts";

const t = createTestApp();
const word = 'Quaggapüre "41"';

// the scan that finds nothing proves nothing unless it finds what is there, in every form and store
test.each([
  ["raw", word],
  ["json", JSON.stringify({ a: word })],
  ["url", `?q=${encodeURIComponent(word)}`],
  ["base64 at 0", Buffer.from(`${word}!!`).toString("base64")],
  ["base64 at 1", Buffer.from(`x${word}!!`).toString("base64")],
  ["base64url at 2", Buffer.from(`xy${word}!!`).toString("base64url")],
  ["hex", Buffer.from(word).toString("hex")],
  ["upper case", word.toUpperCase()],
])("a text is found as %s", (_form, text) => {
  expect([...formsOf(word).keys()].some((shape) => text.toLowerCase().includes(shape))).toBe(true);
});

test("a number is found by its digits alone", () => {
  expect([...formsOf("+49 (30) 123-4567").keys()]).toContain("49301234567");
});

test("what is planted in each store is found there, and what was not is nowhere", async () => {
  await t.admin.query(
    `insert into audit_entry (workspace_id, id, actor_kind, action, target_id, detail, created_at)
     values ('wsp_1', 'aud_1', 'system', 'x', $1, $2, $3)`,
    [word, { said: word }, t.clock.now()],
  );
  await t.admin.query("insert into kw.declared_job (name) values ($1)", [word]);
  const { dataDir } = t.app.config;
  for (const folder of ["keyring", "blobs", "outbox", "other"]) {
    mkdirSync(path.join(dataDir, folder), { recursive: true });
    writeFileSync(path.join(dataDir, folder, "planted"), Buffer.from(`xx${word}xx`));
  }
  const scan = (needles: string[]) =>
    scanForNeedles(t.app, needles, { adminUrl: t.adminUrl, texts: { log: `{"a":"${word}"}` } });
  const found = await scan([word]);
  expect(new Set(found.map(({ store }) => store))).toEqual(
    new Set(["table", "keyring", "blobs", "mail", "data folder", "text"]),
  );
  expect(found.map(({ place }) => place)).toEqual(expect.arrayContaining(["public.audit_entry", "kw.declared_job"]));
  expect(await scan(["Okapi and nothing else"])).toEqual([]);
  const ofWorkspace = await scanForNeedles(t.app, [word], { workspaceIds: ["wsp_1"] });
  expect(ofWorkspace.map(({ place }) => place)).toContain("public.audit_entry");
});
