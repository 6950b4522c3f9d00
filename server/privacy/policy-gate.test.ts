import { expect, test } from "vitest";
import { analyticsEntry } from "../test/analytics.ts";
import { createTestApp } from "../test/app.ts";
import { newId } from "../platform/ids.ts";
import { isHostAmong } from "../platform/store.ts";
import { policyFacts } from "./policy-facts.ts";
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
