import { expect, test } from "vitest";
import { analyticsEntry } from "../test/analytics.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, says } from "../test/hooks.ts";
import { newId } from "../platform/ids.ts";
import { isHostAmong } from "../platform/store.ts";
import { policyFacts } from "./policy-facts.ts";
import { publishPolicyJob } from "./publish-policy.jobs.ts";
import { publishPolicy } from "./publish-policy.ts";
import { sweepAll } from "./sweep.ts";

const t = createTestApp({ env: { KEEPWORD_GA_ID: "G-TEST1234", ...analyticsEntry } });
const DAY_MS = 86_400_000;
const gate = () => t.app.policyGate;
const processorOf = (id: string) => {
  const found = t.app.registry.processors.find((one) => one.id === id);
  if (!found) throw new Error(`no processor ${id}`);
  return found;
};

/** As if the version in force had been published without this. */
async function tellOtherwise(change: string): Promise<void> {
  await t.admin.query("delete from policy_notice");
  await t.admin.query("delete from policy_version where number > 1");
  await t.admin.query("update policy_version set facts = $1", [
    JSON.stringify(policyFacts(t.app.registry, t.app.config)),
  ]);
  await t.admin.query(
    `update policy_version set hash = 'older', facts = ${change}, notified_at = $1, effective_at = $1`,
    [t.clock.now()],
  );
  await gate().reload();
}
const without = (id: string): string =>
  `jsonb_set(facts, '{recipients}', (select coalesce(jsonb_agg(r), '[]') from jsonb_array_elements(facts -> 'recipients') r where r ->> 'id' <> '${id}'))`;

async function publish(): Promise<void> {
  await publishPolicy(t.app);
  await gate().reload();
}
const tagOffered = async (): Promise<boolean> =>
  (await (await fetch(`${t.url}/privacy`)).text()).includes('id="choice"');

test("what the first version names flows at once; a new recipient gets nothing before the 30 days of its notice are over [ONE-57]", async () => {
  const meta = processorOf("meta_whatsapp_cloud");
  const host = "graph.facebook.com";
  const isReached = () => isHostAmong(host, t.app.registry.hostsFor(t.app.config, gate().isOpen));
  expect([gate().isOpen(meta), isReached(), await tagOffered()]).toEqual([true, true, true]);
  await tellOtherwise(without("meta_whatsapp_cloud"));
  // installed, and nobody was told yet
  expect([gate().closedUntil(meta), isReached()]).toEqual([null, false]);
  await publish();
  const opensAt = new Date(t.clock.ms() + 30 * DAY_MS);
  expect(gate().closedUntil(meta)).toEqual(opensAt);
  const refused = await t.app.fetch(`https://${host}/`).catch((error: unknown) => (error as { kind?: string }).kind);
  expect(refused).toBe("blocked");
  t.clock.advance(30 * DAY_MS - 1);
  expect(isReached()).toBe(false);
  t.clock.advance(1);
  expect([gate().closedUntil(meta), isReached()]).toEqual([undefined, true]);
});

test("a channel of a provider that waits for its notice is refused with the day from when it can be made", async () => {
  await tellOtherwise(without("meta_whatsapp_cloud"));
  await publish();
  const { api } = (await t.given.workspace()).owner;
  const answer = await api.post<{ code: string; detail: string }>("/v1/channels", {
    ...{ provider: "whatsapp_cloud", name: "N", settings: { phoneNumberId: "1", wabaId: "2" } },
    secrets: { accessToken: "a", appSecret: "b", verifyToken: "c" },
  });
  expect([answer.status, answer.body.code]).toEqual([409, "channel.provider_waits"]);
  expect(answer.body.detail).toContain(new Date(t.clock.ms() + 30 * DAY_MS).toISOString().slice(0, 10));
});

test("Google's tag is not even offered while its notice runs, and machines of the operator go on", async () => {
  await tellOtherwise(without("google_analytics"));
  await publish();
  expect(await tagOffered()).toBe(false);
  expect(gate().isOpen(processorOf("mail_server"))).toBe(true);
  t.clock.advance(30 * DAY_MS);
  expect(await tagOffered()).toBe(true);
});

test("data goes by the time that the version in force says until a longer one counts [ONE-57]", async () => {
  const { personId } = await t.given.person();
  const plant = async (): Promise<string> => {
    const id = newId("lnk");
    await t.admin.query(
      "insert into login_link (id, person_id, kind, token_hash, expires_at, created_at) values ($1, $2, 'password_reset', $3, $4, $4)",
      [id, personId, Buffer.from(id), new Date(t.clock.ms() - 6 * DAY_MS)],
    );
    return id;
  };
  const isThere = async (id: string): Promise<boolean> => {
    await sweepAll(t.app);
    return (await t.admin.query("select 1 from login_link where id = $1", [id])).rowCount === 1;
  };
  expect(await isThere(await plant())).toBe(true);
  await tellOtherwise(
    `jsonb_set(facts, '{held}', (select jsonb_agg(case when h ->> 'place' = 'login_link' then jsonb_set(h, '{days}', '5') else h end)
       from jsonb_array_elements(facts -> 'held') h))`,
  );
  expect(await isThere(await plant())).toBe(false);
  await publish();
  const { rows } = await t.admin.query<{ kinds: string[] }>(
    "select array(select c ->> 'kind' from jsonb_array_elements(changes) c) as kinds from policy_version where number = 2",
  );
  expect(rows[0]?.kinds).toContain("longer_retention");
  t.clock.advance(14 * DAY_MS - 1);
  expect(await isThere(await plant())).toBe(false);
  t.clock.advance(1);
  expect(await isThere(await plant())).toBe(true);
});

test("a change that matters has its notice period; working on through it and past it, and saying that it was read, writes no consent and accepts nothing: only accepting does, as a contract of its own kind [GEN-43]", async () => {
  const workspace = await t.given.workspace();
  const { api, memberId } = workspace.owner;
  // what counts for sending is what was accepted at first, and it is not what is in force
  await t.admin.query("update workspace_agreement set version = 'earlier-' || document where workspace_id = $1", [
    workspace.id,
  ]);
  const channel = await givenChannel(t, workspace);
  const mine = { phone: "254711000009", name: "Customer" };
  const written = async () => {
    const count = async (table: string, where = ""): Promise<number> =>
      (await t.admin.query(`select 1 from ${table} ${where}`)).rowCount ?? 0;
    const ours = `where workspace_id = '${workspace.id}'`;
    return {
      ...{ consents: await count("consent_event"), accepted: await count("policy_acceptance") },
      contracts: await count("workspace_agreement", ours),
    };
  };
  const before = await written();
  await tellOtherwise(without("meta_whatsapp_cloud"));
  await publish();
  const noticeDays = 30;
  const read = async (): Promise<object[]> =>
    (
      await t.admin.query<object>(
        `select is_material, notice_days, effective_at - notified_at >= notice_days * interval '1 day' as waits from policy_version
         where number = 2`,
      )
    ).rows;
  expect(await read()).toEqual([{ is_material: true, notice_days: noticeDays, waits: true }]);
  const use = async (day: number): Promise<void> => {
    await post(t, channel, says(channel, mine, `wamid.use${day}`, t.clock.ms(), "hello"));
    const [contact] = (await workspace.api.get<{ data: { id: string }[] }>("/v1/contacts")).body.data;
    const sent = { channelId: channel.id, to: { contactId: contact?.id }, type: "text", text: `day ${day}` };
    expect((await workspace.api.post("/v1/messages", sent)).status).toBe(202);
    const owner = await t.given.login(workspace.owner);
    for (const path of ["/v1/me", "/v1/policy-notice", "/v1/agreements", "/v1/conversations", "/v1/contacts"])
      expect([path, (await owner.api.get(path)).status]).toEqual([path, 200]);
    for (const path of ["/privacy", "/privacy/versions/2", "/privacy/terms"])
      expect((await fetch(`${t.url}${path}`)).status).toBe(200);
  };
  await use(0);
  expect((await api.post("/v1/policy-notice/acknowledge", { version: 2 })).status).toBe(204);
  for (const day of [10, 20, noticeDays, noticeDays + 10]) {
    t.clock.advance(10 * DAY_MS);
    await use(day);
    expect([day, await written()]).toEqual([day, before]);
  }
  const { api: later } = await t.given.login(workspace.owner);
  const { body } = await later.get<{ data: { document: string; version: string }[] }>("/v1/agreements");
  for (const { document, version } of body.data)
    expect((await later.post("/v1/agreements/accept", { document, version })).status).toBe(200);
  const { rows: contracts } = await t.admin.query(
    "select document, accepted_by, accepted_at from workspace_agreement where workspace_id = $1 and version not like 'earlier-%' order by document",
    [workspace.id],
  );
  const by = { accepted_by: memberId, accepted_at: t.clock.now() };
  expect(contracts).toEqual([
    { document: "data_processing", ...by },
    { document: "terms", ...by },
  ]);
  expect(await written()).toEqual({ ...before, contracts: 4 });
});

test("workspaces that turn special categories on and off as often as they like make one version of the page and one mail, and no more than ten changes a minute each", async () => {
  await tellOtherwise("facts");
  const owners = [(await t.given.workspace()).owner.api, (await t.given.workspace()).owner.api];
  const jobs = async (): Promise<number> =>
    (
      await t.admin.query(
        `select 1 from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
         where k.identifier = 'policy.mail'`,
      )
    ).rowCount ?? 0;
  const before = await jobs();
  const path = "/v1/special-categories";
  const change = async (answer: Promise<{ status: number }>): Promise<number> => {
    const { status } = await answer;
    await publishPolicyJob.run(t.app, {});
    return status;
  };
  for (let times = 0; times < 5; times++)
    for (const api of owners)
      expect([
        await change(api.put(path, { legalBasis: "health_care" })),
        await change(api.put(path, { legalBasis: "research" })),
        await change(api.delete(path)),
      ]).toEqual([200, 200, 204]);
  const { rows } = await t.admin.query("select number, changes from policy_version order by number");
  expect(rows).toMatchObject([
    { number: 1 },
    { number: 2, changes: expect.arrayContaining([{ kind: "new_category", what: "user.special" }]) as unknown },
  ]);
  expect((await jobs()) - before).toBe(1);
  for (const api of owners) expect((await api.put(path, { legalBasis: "health_care" })).status).toBe(429);
});

test("nothing opens on the day of a version that a newer one of the same day overtakes", async () => {
  await tellOtherwise(without("meta_whatsapp_cloud"));
  await publish();
  const meta = processorOf("meta_whatsapp_cloud");
  expect(gate().closedUntil(meta)).toEqual(new Date(t.clock.ms() + 30 * DAY_MS));
  await t.admin.query(
    `insert into policy_version (number, facts, hash, changes, is_material, notice_days, notified_at, effective_at)
     select 3, (select facts from policy_version where number = 1), 'newer', '[]', false, 0, notified_at, effective_at
     from policy_version where number = 2`,
  );
  await gate().reload();
  expect(gate().closedUntil(meta)).toBe(null);
  t.clock.advance(30 * DAY_MS);
  expect(gate().closedUntil(meta)).toBe(null);
});
