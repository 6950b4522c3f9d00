import { execFile } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { readLedger } from "./ledger.ts";
import { purposes } from "./purposes.ts";
import { subjectRequestJobs } from "./subject-request.jobs.ts";

const t = createTestApp();

test("whoever left every workspace may erase the account; what they wrote stays, by a former member [ONE-04]", async () => {
  const { id: workspaceId, owner: first } = await t.given.workspace();
  const person = await t.given.person({ name: "Canary Person" });
  const leaver = await t.given.member(workspaceId, "agent", { person });
  const erase = (api: typeof leaver.api) => api.post("/v1/me/erase", {});
  expect((await erase(leaver.api)).body).toMatchObject({ code: "person.has_memberships" });
  expect((await first.api.delete(`/v1/members/${leaver.memberId}`)).status).toBe(204);
  expect((await erase(leaver.api)).status).toBe(204);
  expect((await leaver.api.get("/v1/me")).status).toBe(401);
  const left = await t.admin.query("select person_id from member where id = $1", [leaver.memberId]);
  expect(left.rows).toEqual([{ person_id: null }]);
  const members = await first.api.get<{ data: { id: string }[] }>("/v1/members");
  expect(members.body.data.map(({ id }) => id)).not.toContain(leaver.memberId);
  for (const table of ["person", "login", "login_link"]) {
    const column = table === "person" ? "id" : "person_id";
    const { rows } = await t.admin.query(`select 1 from ${table} where ${column} = $1`, [person.personId]);
    expect([table, rows]).toEqual([table, []]);
  }
  expect(() => t.app.keyring.current(`person:${person.personId}`)).toThrow("destroyed");
  expect((await readLedger(t.app)).some(({ subjectId }) => subjectId === person.personId)).toBe(true);
});

test("what somebody prefers is kept as settings, no more; they go with the account, and whoever comes again finds none [ONE-30]", async () => {
  const { id: workspaceId, owner: first } = await t.given.workspace();
  const person = await t.given.person();
  const leaver = await t.given.member(workspaceId, "agent", { person });
  const preferences = async (api: typeof leaver.api) =>
    (await api.get<{ data: { kind: string; byMail: boolean }[] }>("/v1/me/notification-preferences")).body.data;
  const start = await preferences(leaver.api);
  const chosen = { kind: "admin", byMail: false, inApp: false };
  expect((await leaver.api.patch("/v1/me/notification-preferences", chosen)).status).toBe(200);
  expect(await preferences(leaver.api)).toContainEqual({ ...chosen, isFixed: false });
  const save = async (api: typeof leaver.api, name: string, isShared: boolean): Promise<void> =>
    expect((await api.post("/v1/saved-views", { name, filter: { status: "open" }, isShared })).status).toBe(201);
  await save(leaver.api, "only mine", false);
  await save(leaver.api, "the team's", true);
  await save(first.api, "of somebody else", false);
  const stored = async () => {
    const { rowCount } = await t.admin.query("select 1 from notification_preference where person_id = $1", [
      person.personId,
    ]);
    const views = await t.admin.query<{ name: string }>(
      "select name from saved_view where workspace_id = $1 order by name",
      [workspaceId],
    );
    return [rowCount, views.rows.map(({ name }) => name)];
  };
  expect(await stored()).toEqual([1, ["of somebody else", "only mine", "the team's"]]);
  expect((await first.api.delete(`/v1/members/${leaver.memberId}`)).status).toBe(204);
  expect((await leaver.api.post("/v1/me/erase", {})).status).toBe(204);
  expect(await stored()).toEqual([0, ["of somebody else", "the team's"]]);
  const again = await t.given.member(workspaceId, "agent", {
    person: await t.given.person({ email: person.email }),
  });
  expect(await preferences(again.api)).toEqual(start);
});

test("nothing that is declared describes, scores or sorts people: no purpose, no table about them, no column [ONE-30]", () => {
  const { tables } = t.app.registry;
  // what Fideslang calls it where behaviour is used to tailor, target or train
  const profiling = /personalize|advertising|marketing|train_ai|profil/;
  for (const [purpose, { use, sentence }] of Object.entries(purposes))
    expect([purpose, `${use} ${sentence}`.match(profiling)]).toEqual([purpose, null]);
  const derived =
    /score|rating|segment|interest|propensity|affinity|likelihood|persona(?!l)|profil|behaviou?r|sentiment/i;
  expect("engagementScore").toMatch(derived);
  const about = tables.filter(({ privacy }) => (privacy.subjects ?? []).some(({ kind }) => kind !== "workspace"));
  expect(about.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["contact", "person", "member", "notification_preference", "saved_view"]),
  );
  for (const { name, columns } of about)
    for (const column of [name, ...Object.keys(columns)])
      expect([name, column, derived.test(column)]).toEqual([name, column, false]);
  const choices = tables.find(({ name }) => name === "notification_preference");
  expect(choices?.privacy).toMatchObject({ purpose: "account", retention: "with-parent" });
  // the only score there is counts a workspace's sending, and leads to nobody
  const scored = tables.filter(({ columns }) => Object.keys(columns).some((column) => derived.test(column)));
  expect(scored.map(({ name, privacy }) => [name, privacy.subjects ?? []])).toEqual([["abuse_score", []]]);
});

test("a process that dies between forgetting a person and destroying their key leaves the key to a job [ONE-04]", async () => {
  const { personId } = await t.given.person({ name: "Halfway Person" });
  const script = path.resolve(import.meta.dirname, "../test/forget-and-die.ts");
  const args = [script, t.app.config.dataDir, t.databaseUrl, personId];
  const signal = await new Promise((resolve) => {
    execFile(process.execPath, args, (error) => resolve((error as { signal?: string } | null)?.signal ?? error));
  });
  expect(signal).toBe("SIGKILL");
  expect((await t.admin.query("select 1 from person where id = $1", [personId])).rowCount).toBe(0);
  expect(t.app.keyring.current(`person:${personId}`)).toBeDefined();
  const { rows: jobs } = await t.admin.query<{ payload: { personId: string } }>(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
     where k.identifier = 'person.destroy_key'`,
  );
  const left = jobs.filter(({ payload }) => payload.personId === personId);
  expect(left).toHaveLength(1);
  await subjectRequestJobs.find(({ name }) => name === "person.destroy_key")?.run(t.app, left[0]?.payload as never);
  expect(() => t.app.keyring.current(`person:${personId}`)).toThrow("destroyed");
}, 120_000); // a child loads the whole server
