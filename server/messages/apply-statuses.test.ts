import { describe, expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { change, contactOf, envelope, givenChannel, post, reports, statusOf, type HookChannel } from "../test/hooks.ts";
import type { MessageView } from "./message-view.ts";

const t = createTestApp();
const bo = { phone: "15557770000", userId: "US.13491208655302741918", name: "Bo" };
const minute = (n: number): Date => new Date(t.clock.ms() - 3_600_000 + n * 60_000);

/** The business wrote from its phone app: a message of ours that the provider told us about. */
async function echo(channel: HookChannel, id: string): Promise<void> {
  const message = {
    from: "15550001111",
    to: bo.phone,
    id,
    timestamp: String(minute(0).getTime() / 1000),
    type: "text",
  };
  const value = { contacts: [contactOf(bo)], message_echoes: [{ ...message, text: { body: "hi" } }] };
  expect((await post(t, channel, envelope(channel, change(channel, value, "smb_message_echoes")))).status).toBe(200);
}

const stored = async (channel: HookChannel, id: string): Promise<Pick<MessageView, "id" | "status" | "error">> => {
  const workspace = channel.workspaceId;
  const { api } = await t.given.apiKey(workspace);
  const list = await api.get<{ data: { id: string }[] }>("/v1/conversations");
  for (const { id: conversationId } of list.body.data) {
    const thread = await api.get<{ data: MessageView[] }>(`/v1/conversations/${conversationId}/messages`);
    const found = thread.body.data.find((message) => message.providerMessageId === id);
    if (found) return found;
  }
  throw new Error("no such message");
};

const times = async (channel: HookChannel) =>
  (
    await t.admin.query(
      "select status, sent_at, delivered_at, read_at, failed_at from message where channel_id = $1 and direction = 'outbound'",
      [channel.id],
    )
  ).rows;

const events = async (channel: HookChannel): Promise<string[]> =>
  (
    await t.admin.query("select type from event where channel_id = $1 and type like 'message.%' order by position", [
      channel.id,
    ])
  ).rows.map((row) => row.type as string);

const permutations = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));

describe("statuses", () => {
  test("reach the same end in every order of arrival, with the provider's time of each [M24-16 ONE-18]", async () => {
    const channel = await givenChannel(t, await t.given.workspace());
    const orders = permutations(["sent", "delivered", "read"]);
    for (const [n, order] of orders.entries()) {
      const id = `wamid.order${n}`;
      await echo(channel, id);
      for (const status of order) {
        const at = minute(["sent", "delivered", "read"].indexOf(status) + 1);
        expect((await post(t, channel, reports(channel, statusOf(id, status, at)))).status).toBe(200);
      }
      expect(await stored(channel, id)).toMatchObject({ status: "read" });
    }
    for (const row of await times(channel))
      expect(row).toMatchObject({ status: 40, delivered_at: minute(2), read_at: minute(3) });
  });

  test("of one body are applied together, and announced once each", async () => {
    const channel = await givenChannel(t, await t.given.workspace());
    await echo(channel, "wamid.together");
    const all = ["read", "delivered", "sent"].map((status, i) => statusOf("wamid.together", status, minute(4 - i)));
    for (let i = 0; i < 3; i++) expect((await post(t, channel, reports(channel, ...all))).status).toBe(200);
    expect(await stored(channel, "wamid.together")).toMatchObject({ status: "read" });
    expect(await events(channel)).toEqual(["message.imported", "message.delivered", "message.read"]);
  });

  test("that come before their message wait for it, also under concurrency", async () => {
    const channel = await givenChannel(t, await t.given.workspace());
    const ids = Array.from({ length: 12 }, (_, i) => `wamid.early${i}`);
    await Promise.all(
      ids.flatMap((id) => [
        post(t, channel, reports(channel, statusOf(id, "delivered", minute(2)))),
        echo(channel, id),
        post(t, channel, reports(channel, statusOf(id, "read", minute(3)))),
      ]),
    );
    const rows = await times(channel);
    expect(rows).toHaveLength(12);
    for (const row of rows) expect(row).toMatchObject({ status: 40, delivered_at: minute(2), read_at: minute(3) });
    const left = await t.admin.query("select 1 from early_status where channel_id = $1", [channel.id]);
    expect(left.rowCount).toBe(0);
  });

  test("keep a failure with its code against a late sent, and give it up for a delivery [ONE-18]", async () => {
    const channel = await givenChannel(t, await t.given.workspace());
    await echo(channel, "wamid.failed");
    const errors = [{ code: 131026, title: "Message undeliverable to 393401234567", message: "+39 340 1234567" }];
    await post(t, channel, reports(channel, statusOf("wamid.failed", "failed", minute(1), { errors })));
    await post(t, channel, reports(channel, statusOf("wamid.failed", "sent", minute(2))));
    const failed = await stored(channel, "wamid.failed");
    expect(failed).toMatchObject({ status: "failed", error: { providerCode: "131026" } });
    expect(failed.error?.sentence).toMatch(/^[A-Z].*\.$/s);
    expect(JSON.stringify(failed.error)).not.toMatch(/340 ?1234567/);
    const kept = await t.admin.query<{ row: string }>("select m::text as row from message m where channel_id = $1", [
      channel.id,
    ]);
    expect(kept.rows.filter(({ row }) => /340 ?1234567/.test(row))).toEqual([]);
    await post(t, channel, reports(channel, statusOf("wamid.failed", "delivered", minute(3))));
    const delivered = await stored(channel, "wamid.failed");
    expect([delivered.status, delivered.error]).toEqual(["delivered", undefined]);
  });

  test("never touch what a person wrote", async () => {
    const channel = await givenChannel(t, await t.given.workspace());
    const value = {
      contacts: [contactOf(bo)],
      messages: [
        {
          from: bo.phone,
          id: "wamid.in",
          timestamp: String(minute(0).getTime() / 1000),
          type: "text",
          text: { body: "?" },
        },
      ],
    };
    await post(t, channel, envelope(channel, change(channel, value)));
    await post(t, channel, reports(channel, statusOf("wamid.in", "read", minute(1))));
    expect(await stored(channel, "wamid.in")).toMatchObject({ status: "received" });
  });
});

test("a status is in no index of its message, so that its change stays on its page", async () => {
  const { rows } = await t.admin.query(
    `select i.indexrelid::regclass::text as index, a.attname as column from pg_index i
       join pg_attribute a on a.attrelid = i.indrelid
         and (a.attnum = any (i.indkey) or pg_get_expr(i.indpred, i.indrelid) ~ ('\\m' || a.attname || '\\M'))
     where i.indrelid = 'message'::regclass
       and a.attname in ('status', 'sent_at', 'delivered_at', 'read_at', 'played_at', 'failed_at', 'error')`,
  );
  expect(rows).toEqual([]);
});
