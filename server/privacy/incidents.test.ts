import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import type { BreachView } from "./breach.ts";
import { mailBreachJob } from "./incident.jobs.ts";
import type { DisclosureView } from "./legal-disclosure.ts";

const t = createTestApp();
const HOUR_MS = 3_600_000;

test("an authority gets nothing before two people approved, on a closed list of grounds; keys and agents cannot [ONE-37]", async () => {
  const workspace = await t.given.workspace();
  const admin = await t.given.member(workspace.id, "admin");
  const agent = await t.given.member(workspace.id, "agent");
  const asked = { authority: "Staatsanwaltschaft Ulm, 12 Js 34/26", ground: "legal_obligation", scope: "metadata" };
  const { owner } = workspace;
  expect((await owner.api.post("/v1/legal-disclosures", { ...asked, ground: "curiosity" })).status).toBe(400);
  expect((await agent.api.post("/v1/legal-disclosures", asked)).status).toBe(403);
  const foreign = { ...asked, contactId: "con_00000000000000000000000000" };
  expect((await owner.api.post("/v1/legal-disclosures", foreign)).status).toBe(404);
  const made = await owner.api.post<DisclosureView>("/v1/legal-disclosures", asked);
  expect([made.status, made.body.state]).toEqual([201, "proposed"]);
  const approve = (api: typeof owner.api) =>
    api.post<DisclosureView & { code?: string }>(`/v1/legal-disclosures/${made.body.id}/approve`, {});
  expect((await approve(workspace.api)).status).toBe(403);
  expect((await approve(owner.api)).body.state).toBe("approved_once");
  expect((await approve(owner.api)).body.code).toBe("legal_disclosure.needs_another");
  const done = await approve(admin.api);
  expect([done.body.state, done.body.approvals.map(({ memberId }) => memberId)]).toEqual([
    "approved",
    [owner.memberId, admin.memberId],
  ]);
  const { rows } = await t.admin.query<{ row: string }>("select d::text as row from legal_disclosure d");
  expect(rows[0]?.row).not.toContain(Buffer.from("Ulm").toString("hex"));
  await expect(
    t.app.db.tx({ workspaceIds: [workspace.id] }, (tx) => tx.query("delete from legal_disclosure")),
  ).rejects.toThrow(/permission denied/);
});

test("a breach starts a clock of 72 hours that owners hear of by mail, and that telling the authority stops [M24-35]", async () => {
  const workspace = await t.given.workspace();
  const { api, email } = workspace.owner;
  const future = new Date(t.clock.ms() + 1000).toISOString();
  const found = { kind: "confidentiality", description: "A laptop was stolen in Ulm.", peopleAffected: 3 };
  expect((await api.post("/v1/breaches", { ...found, foundAt: future })).status).toBe(400);
  // who gets alerts decides about alerts alone
  expect((await api.patch("/v1/alert-settings", { recipients: "nobody" })).status).toBe(200);
  const made = await api.post<BreachView>("/v1/breaches", found);
  expect(Date.parse(made.body.authorityDueAt) - Date.parse(made.body.foundAt)).toBe(72 * HOUR_MS);
  await mailBreachJob.run(t.app, { workspaceId: workspace.id, breachId: made.body.id });
  const mail = t.mail.list().find((one) => one.to === email);
  expect(mail?.text).toContain(made.body.authorityDueAt.slice(0, 10));
  expect(mail?.text).not.toContain("laptop");
  const read = async () => (await workspace.api.get<{ data: BreachView[] }>("/v1/breaches")).body.data[0];
  t.clock.advance(72 * HOUR_MS);
  expect((await read())?.isOverdue).toBe(false);
  t.clock.advance(1);
  expect((await read())?.isOverdue).toBe(true);
  const told = new Date(t.clock.ms() - HOUR_MS).toISOString();
  await workspace.api.patch(`/v1/breaches/${made.body.id}`, { authorityToldAt: told });
  expect(await read()).toMatchObject({ isOverdue: false, authorityToldAt: told });
  await workspace.api.patch(`/v1/breaches/${made.body.id}`, { authorityToldAt: future });
  expect((await read())?.authorityToldAt).toBe(told);
  const other = await t.given.workspace();
  expect((await other.api.patch(`/v1/breaches/${made.body.id}`, {})).status).toBe(404);
});
