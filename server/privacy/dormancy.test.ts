import { expect, test } from "vitest";
import { readConfig } from "../platform/config.ts";
import { createTestApp } from "../test/app.ts";
import { mailClosingJob } from "./closing.jobs.ts";
import { watchDormancy } from "./dormancy.ts";

// nothing is sent there: the test keeps its mails
const env = { KEEPWORD_DORMANT_DAYS: "100", SMTP_URL: "smtp://127.0.0.1:1" };

const t = createTestApp({ env });
const DAY_MS = 86_400_000;

test("a workspace that nobody uses is told 30 and 7 days ahead, then it begins to close; who comes back keeps it [API-28]", async () => {
  expect(readConfig({}).dormantDays).toBe(730);
  const quiet = await t.given.workspace();
  const used = await t.given.workspace();
  // who gets alerts decides about alerts alone
  expect((await quiet.owner.api.patch("/v1/alert-settings", { recipients: "nobody" })).status).toBe(200);
  const closing = async (id: string) =>
    (await t.admin.query("select closing_reason from workspace where id = $1", [id])).rows[0].closing_reason;
  const mails = (template: string) =>
    t.mail.list().filter((mail) => mail.template === template && mail.to === quiet.owner.email);
  const notices = () => mails("workspace_dormant").length;
  const days = async (count: number) => {
    for (let n = 0; n < count; n++) {
      t.clock.advance(DAY_MS);
      await t.admin.query("update login set last_used_at = $1 where person_id = $2", [
        t.clock.now(),
        used.owner.personId,
      ]);
      await watchDormancy(t.app);
    }
  };
  await days(69);
  expect(notices()).toBe(0);
  await days(3);
  expect(notices()).toBe(1);
  await days(24);
  expect(notices()).toBe(2);
  expect(await closing(quiet.id)).toBeNull();
  await days(8);
  expect([await closing(quiet.id), await closing(used.id)]).toEqual(["dormant", null]);
  const { rows: jobs } = await t.admin.query(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
     where k.identifier = 'workspace.mail_closing' and j.payload::text like '%' || $1 || '%'`,
    [quiet.id],
  );
  expect(jobs).toHaveLength(1);
  await mailClosingJob.run(t.app, { workspaceId: quiet.id });
  const { rows } = await t.admin.query("select purge_at from workspace where id = $1", [quiet.id]);
  expect(mails("workspace_closing")[0]?.text).toContain(rows[0].purge_at.toISOString().slice(0, 10));
});

test("nobody's workspace closes unless somebody could be told, nor one that was used after its notices", async () => {
  const { id, owner: its } = await t.given.workspace();
  const unread = await t.given.workspace({ owner: await t.given.person({ email: "no@two@example.test" }) });
  const state = async (workspaceId: string) =>
    (await t.admin.query("select dormancy_notices as n, closing_at as at from workspace where id = $1", [workspaceId]))
      .rows[0];
  t.clock.advance(200 * DAY_MS);
  await watchDormancy({ ...t.app, config: { ...t.app.config, smtpUrl: undefined } });
  expect(await state(id)).toEqual({ n: 0, at: null });
  for (const days of [0, 23]) {
    t.clock.advance(days * DAY_MS);
    await watchDormancy(t.app);
  }
  expect([(await state(id)).n, (await state(unread.id)).n]).toEqual([2, 0]);
  // long enough ago for a notice, not for the end
  await t.admin.query("update login set last_used_at = $1 where person_id = $2", [
    new Date(t.clock.ms() - 75 * DAY_MS),
    its.personId,
  ]);
  t.clock.advance(7 * DAY_MS);
  await watchDormancy(t.app);
  expect([(await state(id)).at, (await state(unread.id)).at]).toEqual([null, null]);
});
