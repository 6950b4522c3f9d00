import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { comparePolicies, isMaterial, noticeDaysOf } from "./compare-policies.ts";
import { mailPolicy } from "./mail-policy.ts";
import { policyFacts, type PolicyFacts } from "./policy-facts.ts";
import { publishPolicy } from "./publish-policy.ts";
import { readingPages } from "../test/policy-page.ts";

const t = createTestApp();
const page = readingPages(t);

const DAY_MS = 86_400_000;

const facts = (): PolicyFacts => policyFacts(t.app.registry, t.app.config);

const recipient = {
  id: "gpt",
  name: "Gpt",
  does: "Reads.",
  role: "sub_processor",
  country: "Nowhere",
  categories: ["user.content"],
  when: "Always.",
};

test.each<[string, (facts: PolicyFacts) => unknown, string, number]>([
  [
    "a new kind of data",
    (f) =>
      f.held.push({
        place: "login",
        category: "user.health",
        purpose: "security",
        role: "controller",
        protect: "sealed",
        days: 1,
      }),
    "new_category",
    14,
  ],
  [
    "a new purpose",
    (f) =>
      f.held.push({
        place: "x",
        category: "user.content",
        purpose: "billing",
        role: "controller",
        protect: "sealed",
        days: 1,
      }),
    "new_purpose",
    14,
  ],
  ["a new recipient", (f) => f.recipients.push(recipient), "new_recipient", 30],
  ["more for a recipient", (f) => f.recipients[0]?.categories.push("user.behavior"), "new_recipient", 30],
  ["another country", (f) => (f.operator.region = "Hoster, IN"), "new_country", 30],
  ["another country of a recipient", (f) => f.recipients[0]?.countries?.push("IN"), "new_country", 30],
  ["somebody else who answers", (f) => (f.operator.name = "Buyer GmbH"), "new_controller", 30],
  ["a longer time", (f) => f.held.forEach((one) => one.place === "login" && (one.days = 9999)), "longer_retention", 14],
  [
    "no limit any more",
    (f) => f.held.forEach((one) => one.place === "login" && (one.days = null)),
    "longer_retention",
    14,
  ],
  [
    "weaker protection",
    (f) => f.held.forEach((one) => one.place === "contact" && (one.protect = "plain")),
    "weaker_protection",
    14,
  ],
  ["a security measure that is off", (f) => f.measures?.pop(), "weaker_protection", 14],
  ["a lost right", (f) => f.rights.pop(), "lost_right", 14],
])("%s is a change that matters and is told ahead [MSJ-48]", (_what, change, kind, days) => {
  const after = structuredClone(facts());
  change(after);
  const changes = comparePolicies(facts(), after);
  expect(changes.map((one) => one.kind)).toContain(kind);
  expect(noticeDaysOf(changes)).toBe(days);
  // the way back asks for no more than it takes
  expect(comparePolicies(facts(), facts())).toEqual([]);
});

test("keeping less, for less, protected better, is no change that has to wait", () => {
  const after = structuredClone(facts());
  for (const one of after.held) if (one.days !== null) one.days -= 1;
  after.held.pop();
  expect(isMaterial(comparePolicies(facts(), after))).toBe(false);
});

test("a version that matters is mailed, shown and compared, and comes into force no sooner than it says; none can be changed, and no choice of notices keeps it from anybody [M24-39 ONE-59 MSJ-48 GEN-15]", async () => {
  const who = await t.given.person();
  const { email } = who;
  const german = await t.given.person();
  const { id: workspaceId } = await t.given.workspace({ owner: german });
  await t.admin.query(
    "insert into alert_setting (workspace_id, recipients, language, updated_at) values ($1, 'nobody', 'de', now())",
    [workspaceId],
  );
  const { api } = await t.given.login(who);
  for (const kind of ["admin", "product"])
    await api.patch("/v1/me/notification-preferences", { kind, byMail: false, inApp: false });
  expect(await publishPolicy(t.app)).toBeUndefined();
  const registry = {
    ...t.app.registry,
    processorsOn: () => [
      ...t.app.registry.processorsOn(t.app.config),
      { ...recipient, subjects: [], purpose: "inbox", isOn: () => true },
    ],
  };
  const other = { ...t.app, registry } as unknown as typeof t.app;
  const numbers = await Promise.all([publishPolicy(other), publishPolicy(other)]);
  expect(numbers.filter((one) => one !== undefined)).toEqual([2]);
  await mailPolicy(t.app, { version: 2 });
  await mailPolicy(t.app, { version: 2 });
  const mails = t.mail.list().filter((mail) => mail.to === email);
  expect(mails).toHaveLength(1);
  expect(mails[0]?.text).toContain("Somebody new receives data: gpt.");
  const [inGerman] = t.mail.list().filter((mail) => mail.to === german.email);
  expect(inGerman?.subject).toMatch(/^Unsere Datenschutzerklärung ändert sich am \d{4}-\d\d-\d\d$/);
  expect(inGerman?.text).toContain("Jemand Neues erhält Daten: gpt.");
  expect(inGerman?.text).toContain("/privacy/versions/2?lang=de");
  expect((await api.get("/v1/me/notifications")).body).toMatchObject({
    data: [{ kind: "legal", topic: "policy_changed", target: "2" }],
  });
  const notice = async () =>
    (await api.get<{ notice: { version: number; changes: string[] } | null }>("/v1/policy-notice")).body.notice;
  expect(await notice()).toMatchObject({
    version: 2,
    changes: expect.arrayContaining(["Somebody new receives data: gpt."]),
  });
  expect((await api.post("/v1/policy-notice/acknowledge", { version: 99 })).status).toBe(404);
  expect((await api.post("/v1/policy-notice/acknowledge", { version: 2 })).status).toBe(204);
  expect(await notice()).toBeNull();
  const before = (await page("/privacy")).text;
  expect(before).toContain("Version 2 comes into force");
  expect(before).not.toContain("Gpt (Nowhere)");
  expect((await page("/privacy/versions/2")).text).toMatch(/<ins>Gpt \(Nowhere\)/);
  expect((await page("/privacy/versions")).text).toContain("Version 1");
  expect((await page("/privacy/versions/3")).status).toBe(404);
  t.clock.advance(30 * DAY_MS - 1);
  expect((await page("/privacy")).text).not.toContain("Gpt (Nowhere)");
  t.clock.advance(1);
  expect((await page("/privacy")).text).toContain("Gpt (Nowhere)");
  for (const sql of ["update policy_version set facts = '{}'", "delete from policy_version"])
    await expect(t.app.db.tx({ workspaceIds: [] }, (tx) => tx.query(sql))).rejects.toThrow(/permission denied/);
  await expect(
    t.admin.query(
      `insert into policy_version (number, facts, hash, changes, is_material, notice_days, notified_at, effective_at)
      values (9, '{}', '', '[]', true, 14, $1, $1)`,
      [t.clock.now()],
    ),
  ).rejects.toThrow(/check constraint/);
});

test("when another operator takes over, owners hear of it 30 days ahead, by mail and in the app, and may export or close until then; the page names the old one to the end [ONE-36]", async () => {
  const workspace = await t.given.workspace();
  const { owner } = workspace;
  const { rows: first } = await t.admin.query("select max(number) as number from policy_version");
  await publishPolicy(t.app);
  await publishPolicy({ ...t.app, config: { ...t.app.config, operatorName: "Buyer GmbH" } });
  const { rows } = await t.admin.query(
    `select number, is_material, changes, effective_at - notified_at as ahead, effective_at as at from policy_version order by number desc limit 1`,
  );
  const [version] = rows;
  expect(version.number).toBeGreaterThan(first[0]?.number);
  expect(version).toMatchObject({ is_material: true, changes: [{ kind: "new_controller", what: "Buyer GmbH" }] });
  expect(version.at.getTime() - t.clock.ms()).toBeGreaterThanOrEqual(30 * DAY_MS);
  await mailPolicy(t.app, { version: version.number });
  const mail = t.mail.list().find(({ to, text }) => to === owner.email && text.includes("Buyer GmbH"));
  for (const word of [
    "The privacy policy of Test GmbH changes",
    ...[
      "Somebody else answers for your data: Buyer GmbH.",
      "export your data and close your workspace before that day",
    ],
    "/settings/privacy",
  ])
    expect(mail?.text).toContain(word);
  const notice = await owner.api.get<{ notice: { changes: string[] } }>("/v1/policy-notice");
  expect(notice.body.notice.changes).toEqual(["Somebody else answers for your data: Buyer GmbH."]);
  t.clock.set(version.at.getTime() - 1);
  expect((await page("/privacy")).text).toContain("Test GmbH runs this server");
  // the way out is open in these days: a copy, and the end of the workspace
  const { api } = await t.given.member(workspace.id, "owner");
  expect((await api.post("/v1/me/subject-requests", { type: "access" })).status).toBeLessThan(300);
  const { rows: names } = await t.admin.query("select name from workspace where id = $1", [workspace.id]);
  const closed = await api.post(`/v1/workspaces/${workspace.id}/close`, { name: names[0]?.name });
  expect(closed.status).toBe(200);
  t.clock.advance(1);
  expect((await page("/privacy")).text).toContain("Buyer GmbH runs this server");
});
