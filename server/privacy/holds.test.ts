import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { holdsFor } from "./holds.ts";

const testing = createTestApp();
const DAY_MS = 86_400_000;

test("a hold binds its contact, what was merged into another with it, or the whole workspace, until its day [GEN-26]", async () => {
  const { id: workspaceId } = await testing.given.workspace();
  const at = testing.clock.now();
  const until = new Date(at.getTime() + DAY_MS);
  await testing.admin.query(
    `insert into contact (workspace_id, id, created_at, updated_at, merged_into) values ($1, 'con_a', $2, $2, 'con_b'), ($1, 'con_b', $2, $2, null)`,
    [workspaceId, at],
  );
  const plant = (id: string, kind: string, subject: string) =>
    testing.admin.query(
      `insert into legal_hold (workspace_id, id, subject_kind, subject_id, reason, until, created_at) values ($1, $2, $3, $4, 'legal_claim', $5, $6)`,
      [workspaceId, id, kind, subject, until, at],
    );
  const held = (ids: string[], now = at) =>
    testing.app.db.tx({ workspaceIds: [workspaceId] }, async (tx) =>
      (await holdsFor(tx, workspaceId, ids, now)).map((hold) => hold.id),
    );
  await plant("hld_a", "contact", "con_a");
  expect(await held(["con_a"])).toEqual(["hld_a"]);
  expect(await held(["con_b"])).toEqual(["hld_a"]);
  expect(await held(["con_c"])).toEqual([]);
  await plant("hld_w", "workspace", workspaceId);
  expect(await held(["con_c"])).toEqual(["hld_w"]);
  expect(await held(["con_a"], until)).toEqual([]);
});
