import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, says } from "../test/hooks.ts";
import type { Page } from "../test/shop.ts";
import { claim } from "./claim.ts";
import { failAllStranded, failStranded } from "./fail-stranded.ts";

const t = createTestApp();
const QUEUED = 1_200;

/** A workspace with a long queue: one message that was sent by the API, and copies of its rows. */
async function givenQueue() {
  const workspace = await t.given.workspace({ name: "Long queue" });
  const channel = await givenChannel(t, workspace);
  await post(t, channel, says(channel, { phone: "254733880001" }, "wamid.q1", t.clock.ms(), "hello"));
  const [conversation] = (await workspace.api.get<Page<{ id: string }>>("/v1/conversations")).body.data;
  const sent = await workspace.api.post<{ id: string }>("/v1/messages", {
    ...{ conversationId: conversation?.id, type: "text", text: "later" },
    scheduledAt: new Date(t.clock.ms() + 3_600_000).toISOString(),
  });
  expect(sent.status, JSON.stringify(sent.body)).toBe(202);
  await t.admin.query(
    `insert into message (workspace_id, id, conversation_id, channel_id, contact_id, direction, type, content, status, sort_at, received_at, scheduled_at)
     select m.workspace_id, 'msg_queue' || lpad(n::text, 21, '0'), m.conversation_id, m.channel_id, m.contact_id, m.direction, m.type, m.content,
       m.status, m.sort_at, m.received_at, m.scheduled_at from message m, generate_series(1, $2::int - 1) n where m.id = $1`,
    [sent.body.id, QUEUED],
  );
  await t.admin.query(
    `insert into outbox (workspace_id, message_id, channel_id, conversation_id, due_at, order_at)
     select o.workspace_id, 'msg_queue' || lpad(n::text, 21, '0'), o.channel_id, o.conversation_id, o.due_at, o.order_at
     from outbox o, generate_series(1, $2::int - 1) n where o.message_id = $1`,
    [sent.body.id, QUEUED],
  );
  const count = async (sql: string): Promise<number> =>
    (await t.admin.query<{ n: number }>(`select count(*)::int as n from ${sql}`, [workspace.id])).rows[0]?.n ?? -1;
  return {
    workspace,
    channelId: channel.id,
    waiting: () => count("outbox where workspace_id = $1"),
    cancelled: () => count("message where workspace_id = $1 and error ->> 'code' = 'message.cancelled'"),
    told: () => count("event where workspace_id = $1 and type = 'message.failed'"),
  };
}

test("a workspace with a long queue closes at once; the queue fails page by page, also across a crash or when it was reopened, each message once", async () => {
  const queue = await givenQueue();
  const { id: workspaceId, owner } = queue.workspace;
  const closed = await owner.api.post(`/v1/workspaces/${workspaceId}/close`, { name: "Long queue" });
  expect(closed.status, JSON.stringify(closed.body)).toBe(200);
  expect([await queue.waiting(), await queue.cancelled()]).toEqual([QUEUED - 500, 500]);
  const { rows: jobs } = await t.admin.query<{ payload: object }>(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
     where k.identifier = 'outbound.fail_stranded'`,
  );
  expect(jobs.map(({ payload }) => payload)).toEqual([{ workspaceId }]);

  // reopened before the rest has failed, and all of it is due: it is not sent
  const reopened = await owner.api.post(`/v1/workspaces/${workspaceId}/reopen`, {});
  expect(reopened.status, JSON.stringify(reopened.body)).toBe(204);
  t.clock.advance(2 * 3_600_000);
  expect(await claim(t.app, { workspaceId, channelId: queue.channelId }, 10, "own_1")).toEqual([]);

  let transactions = 0;
  const tx: typeof t.app.db.tx = (scope, run) => {
    if (++transactions > 1) throw new Error("killed");
    return t.app.db.tx(scope, run);
  };
  const dying = Object.assign(Object.create(t.app) as typeof t.app, { db: { ...t.app.db, tx } });
  await expect(failStranded(dying, workspaceId)).rejects.toThrow("killed");
  expect(await queue.waiting()).toBe(QUEUED - 1000);
  await failAllStranded(t.app);
  expect([await queue.waiting(), await queue.cancelled(), await queue.told()]).toEqual([0, QUEUED, QUEUED]);
  await failAllStranded(t.app);
  expect(await queue.told()).toBe(QUEUED);
}, 60_000);
