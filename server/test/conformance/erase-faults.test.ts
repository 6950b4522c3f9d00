// Erasures under bad conditions: killed in every step, beside people who write and lists that are imported, and a lot of it.
import { execFile } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { createTestApp } from "../app.ts";
import { givenChannel, post, says, type HookChannel } from "../hooks.ts";
import type { GivenWorkspace } from "../given.ts";
import type { Page } from "../shop.ts";
import { advanceRequest } from "../../privacy/advance-request.ts";
import { eraseSteps } from "../../privacy/erase-contact.ts";
import { readLedger } from "../../privacy/ledger.ts";
import { scanForNeedles } from "../../privacy/scan-for-needles.ts";
import type { RequestView } from "../../privacy/view-request.ts";

const t = createTestApp();
const person = { phone: "254733000001", name: "Killjoy Canary" };

async function planted(said = "words to forget"): Promise<{
  workspace: GivenWorkspace;
  channel: HookChannel;
  contactId: string;
}> {
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  await post(t, channel, says(channel, person, "wamid.k1", t.clock.ms(), said));
  const [contact] = (await workspace.api.get<Page<{ id: string }>>("/v1/contacts")).body.data;
  return { workspace, channel, contactId: contact?.id ?? "" };
}

const asked = async (workspace: GivenWorkspace, contactId: string): Promise<string> =>
  (await workspace.api.delete<{ id: string }>(`/v1/contacts/${contactId}`)).body.id;

const rowsOf = async (workspaceId: string, contactId: string): Promise<number> => {
  const { rows } = await t.admin.query<{ n: number }>(
    `select ((select count(*) from message where workspace_id = $1 and contact_id = $2)
       + (select count(*) from conversation where workspace_id = $1 and contact_id = $2)
       + (select count(*) from contact_identity where workspace_id = $1 and contact_id = $2)
       + (select count(*) from attachment where workspace_id = $1 and contact_id = $2)
       + (select count(*) from contact where workspace_id = $1 and id = $2))::int as n`,
    [workspaceId, contactId],
  );
  return rows[0]?.n ?? -1;
};

/** Resolves with the signal that ended the process. */
const eraseAndDie = (workspaceId: string, requestId: string, step: string): Promise<string | null> =>
  new Promise((resolve) => {
    const script = path.resolve(import.meta.dirname, "../erase-and-die.ts");
    const args = [script, t.app.config.dataDir, t.databaseUrl, workspaceId, requestId, step];
    execFile(process.execPath, args, (error) => resolve((error as { signal?: string } | null)?.signal ?? null));
  });

test("an erase that is killed in any of its steps goes on where it was, and ends clean [GEN-32]", async () => {
  const { workspace, contactId } = await planted("killedCanaryFlamingo");
  const requestId = await asked(workspace, contactId);
  const deaths: (string | null)[] = [];
  for (const { name } of eraseSteps) {
    deaths.push(await eraseAndDie(workspace.id, requestId, name));
    const { body } = await workspace.api.get<RequestView>(`/v1/subject-requests/${requestId}`);
    expect([name, body.state === "done", body.steps.find(({ step }) => step === name)?.state]).toEqual([
      ...[name, false, "waiting"],
    ]);
  }
  expect(deaths).toEqual(eraseSteps.map(() => "SIGKILL"));
  await advanceRequest(t.app, { workspaceId: workspace.id, requestId });
  const { body } = await workspace.api.get<RequestView>(`/v1/subject-requests/${requestId}`);
  expect(body.state).toBe("done");
  expect(body.receipt?.deleted).toEqual(
    expect.arrayContaining([
      { what: "message", kind: "messages", count: 1 },
      { what: "contact", kind: "person", count: 1 },
    ]),
  );
  expect(await rowsOf(workspace.id, contactId)).toBe(0);
  const entries = (await readLedger(t.app)).filter((entry) => entry.requestId === requestId);
  expect(entries.map(({ subjectId }) => subjectId)).toEqual([contactId]);
  expect(await scanForNeedles(t.app, ["killedCanaryFlamingo", "Killjoy"])).toEqual([]);
}, 240_000);

test("beside people who write and lists that are imported, nothing of the erased person stays or comes back [GEN-32]", async () => {
  const { workspace, channel, contactId } = await planted();
  const requestId = await asked(workspace, contactId);
  const writing = Array.from({ length: 40 }, (_, i) =>
    post(t, channel, says(channel, person, `wamid.race${i}`, t.clock.ms(), `racing ${i}`)),
  );
  const importing = Array.from({ length: 10 }, () =>
    workspace.api.post("/v1/contacts/import", {
      contacts: [{ phone: `+${person.phone}`, name: "From a list" }],
      attestation: { isLawful: true, basis: "contract" },
    }),
  );
  const erasing = advanceRequest(t.app, { workspaceId: workspace.id, requestId });
  const [answers] = await Promise.all([Promise.all(writing), Promise.all(importing), erasing]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await rowsOf(workspace.id, contactId)).toBe(0);
  const left = await t.admin.query<{ contact_id: string }>(
    "select distinct contact_id from message where workspace_id = $1",
    [workspace.id],
  );
  for (const row of left.rows) expect(t.app.keyring.current(`contact:${row.contact_id}`)).toBeDefined();
});

test("what waits to be sent to an erased person is never sent", async () => {
  const { workspace, channel, contactId } = await planted();
  const sends = await Promise.all(
    Array.from({ length: 5 }, (_, i) =>
      workspace.api.post("/v1/messages", { channelId: channel.id, to: { contactId }, type: "text", text: `send ${i}` }),
    ),
  );
  expect(sends.map(({ status }) => status)).toEqual(sends.map(() => 202));
  const requestId = await asked(workspace, contactId);
  await advanceRequest(t.app, { workspaceId: workspace.id, requestId });
  await t.app.drain?.idle();
  const left = await t.admin.query("select 1 from outbox where workspace_id = $1", [workspace.id]);
  expect([left.rowCount, await rowsOf(workspace.id, contactId)]).toEqual([0, 0]);
});

test("25,000 messages of one person are erased whole, and no one else's [GEN-32]", async () => {
  const { workspace, channel, contactId } = await planted();
  await post(t, channel, says(channel, { phone: "254733000009", name: "Stays" }, "wamid.s1", t.clock.ms(), "stay"));
  await t.admin.query(
    `insert into message (workspace_id, id, conversation_id, channel_id, contact_id, direction, type, content, provider_message_index,
       status, sort_at, received_at)
     select m.workspace_id, 'msg_big' || lpad(n::text, 22, '0'), m.conversation_id, m.channel_id, m.contact_id, 'inbound', 'text',
       m.content, decode(md5(n::text), 'hex'), 0, m.sort_at, m.received_at
     from message m, generate_series(1, 24999) n where m.workspace_id = $1 and m.contact_id = $2`,
    [workspace.id, contactId],
  );
  const requestId = await asked(workspace, contactId);
  await advanceRequest(t.app, { workspaceId: workspace.id, requestId });
  const { body } = await workspace.api.get<RequestView>(`/v1/subject-requests/${requestId}`);
  expect(body.receipt?.deleted).toContainEqual({ what: "message", kind: "messages", count: 25_000 });
  const left = await t.admin.query("select 1 from message where workspace_id = $1", [workspace.id]);
  expect(left.rowCount).toBe(1);
}, 120_000);
