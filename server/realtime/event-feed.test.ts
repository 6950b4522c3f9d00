import { describe, expect, test } from "vitest";
import { labelChanged } from "../conversations/label.ts";
import { EVENTS_TOPIC } from "../platform/event.ts";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, reports, says, statusOf } from "../test/hooks.ts";
import type { EventView } from "./render-events.ts";
import { keepEventPartitions } from "./event-partitions.ts";

const t = createTestApp();
const ana = { phone: "393331112222", name: "Ana Ruiz" };

interface Page {
  data: EventView[];
  nextCursor: string | null;
  lastPosition: string;
}
const feed = async (api: ApiClient, query = ""): Promise<Page> => (await api.get<Page>(`/v1/events${query}`)).body;
const typesOf = (page: Page): string[] => page.data.map(({ type }) => type);

describe("GET /v1/events", () => {
  test("tells what happened in order, with bodies as they are now", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    const { lastPosition } = await feed(workspace.api);
    await post(t, channel, says(channel, ana, "wamid.feed", t.clock.now(), "Ciao!"));
    const page = await feed(workspace.api, `?after=${lastPosition}`);
    expect(typesOf(page)).toEqual(["contact.created", "conversation.created", "message.received"]);
    const [contact, conversation, message] = page.data;
    expect(contact?.data).toEqual({ contactId: expect.stringMatching(/^con_/) });
    expect(conversation?.data).toMatchObject({ conversation: { inboundCount: 1, contact: { name: "Ana Ruiz" } } });
    expect(message?.data).toMatchObject({ message: { text: "Ciao!", direction: "inbound", channelId: channel.id } });
    expect(page.data.map(({ position }) => Number(position))).toEqual([1, 2, 3].map((n) => Number(lastPosition) + n));
    expect(page).toMatchObject({ nextCursor: null, lastPosition: message?.position });
    expect(await feed(workspace.api, `?after=${page.lastPosition}`)).toMatchObject({ data: [], nextCursor: null });
  });

  test("never replays what was destroyed since", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    await post(t, channel, says(channel, ana, "wamid.gone", t.clock.now(), "my secret"));
    const before = await feed(workspace.api, "?types=message.*");
    const contactId = String(before.data[0]?.data["contactId"]);
    t.app.keyring.destroy(`contact:${contactId}`);
    const after = await feed(workspace.api, "?types=message.*");
    expect(after.data[0]?.data).toMatchObject({ message: { type: "text" } });
    expect(JSON.stringify(after)).not.toContain("my secret");
    await t.admin.query("delete from message where workspace_id = $1", [workspace.id]);
    expect((await feed(workspace.api, "?types=message.*")).data[0]?.data).toMatchObject({ message: null });
  });

  test("takes types and patterns, and moves on past what they leave out", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    await post(t, channel, says(channel, ana, "wamid.types", t.clock.now(), "one"));
    await post(t, channel, says(channel, ana, "wamid.types2", t.clock.now(), "two"));
    const messages = await feed(workspace.api, "?types=message.*,contact.created");
    expect(typesOf(messages)).toEqual(["contact.created", "message.received", "message.received"]);
    expect(typesOf(await feed(workspace.api, "?types=message.sent"))).toEqual([]);
    const all = await feed(workspace.api);
    expect((await feed(workspace.api, "?types=message.sent")).lastPosition).toBe(all.lastPosition);
    // the last two are no types at all: who waits for them would wait for ever
    for (const types of ["message.%25", "'", "message.received;", "message.sent,message.recieved", "massage.*"])
      expect((await workspace.api.get(`/v1/events?types=${types}`)).status).toBe(400);
  });

  test("pages join without a hole, also when a page is cut in the middle of a transaction", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    for (let n = 0; n < 5; n++)
      await post(t, channel, says(channel, ana, `wamid.page${n}`, t.clock.now(), `number ${n}`));
    const whole = await feed(workspace.api, "?limit=500");
    const pieces: EventView[] = [];
    for (let after: string | null = ""; after !== null;) {
      const page: Page = await feed(workspace.api, `?limit=2${after === "" ? "" : `&after=${after}`}`);
      pieces.push(...page.data);
      after = page.nextCursor;
    }
    expect(pieces).toEqual(whole.data);
  });

  test("shows only the channels that are granted, and management only to managers", async () => {
    const workspace = await t.given.workspace();
    const open = await givenChannel(t, workspace);
    const closed = await givenChannel(t, workspace);
    await post(t, open, says(open, ana, "wamid.open", t.clock.now(), "for all"));
    await post(t, closed, says(closed, ana, "wamid.closed", t.clock.now(), "for some"));
    const agent = await t.given.member(workspace.id, "agent", { channelIds: [open.id] });
    const limited = await feed(agent.api);
    expect(JSON.stringify(limited)).toContain("for all");
    expect(JSON.stringify(limited)).not.toContain("for some");
    expect(JSON.stringify(limited)).not.toContain(closed.id);
    expect(typesOf(limited).some((type) => type.startsWith("api_key."))).toBe(false);
    const key = await t.given.apiKey(workspace.id, { scopes: ["event:read"] });
    const ids = await feed(key.api, "?types=message.*");
    expect(ids.data).toHaveLength(2);
    expect(JSON.stringify(ids)).not.toContain("for all");
    const stranger = await t.given.workspace();
    expect(JSON.stringify(await feed(stranger.api))).not.toContain("for all");
    expect(
      (await (await t.given.apiKey(workspace.id, { scopes: ["message:read"] })).api.get("/v1/events")).status,
    ).toBe(403);
  });

  test("tells only the member who read that they did", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    await post(t, channel, says(channel, ana, "wamid.readmark", t.clock.now(), "read me"));
    const [message] = (await feed(workspace.api, "?types=message.*")).data;
    await workspace.owner.api.post(`/v1/conversations/${String(message?.data["conversationId"])}/read`, {});
    const reads = "?types=conversation.updated";
    expect((await feed(workspace.owner.api, reads)).data).toMatchObject([{ data: { changed: ["read"] } }]);
    const other = await t.given.member(workspace.id, "admin");
    for (const api of [other.api, workspace.api]) expect((await feed(api, reads)).data).toEqual([]);
  });

  test("says so when it does not reach back or forward to a position, instead of skipping", async () => {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    const { lastPosition } = await feed(workspace.api);
    await post(t, channel, says(channel, ana, "wamid.old", t.clock.now(), "old"));
    const start = t.clock.now();
    t.clock.advance(33 * 86_400_000);
    await keepEventPartitions(t.app);
    const gone = await workspace.api.get(`/v1/events?after=${lastPosition}`);
    expect([gone.status, gone.body["code"]]).toEqual([410, "event.position_unknown"]);
    const fresh = await feed(workspace.api);
    expect(fresh.data).toEqual([]);
    expect((await workspace.api.get(`/v1/events?after=${fresh.lastPosition}`)).status).toBe(200);
    const future = await workspace.api.get(`/v1/events?after=${Number(fresh.lastPosition) + 1}`);
    expect([future.status, future.body["code"]]).toEqual([410, "event.position_unknown"]);
    expect(gone.body["detail"]).toContain("before the oldest event");
    expect(future.body["detail"]).toContain("in the future");
    expect((await workspace.api.get("/v1/events?after=yesterday")).status).toBe(400);
    t.clock.set(start);
  });

  test("gives a follower every event once and in order while 32 write at the same time", async () => {
    const workspace = await t.given.workspace();
    const other = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    const begin = (await feed(workspace.api)).lastPosition;
    const wanted = 32 * 4;
    const seen: EventView[] = [];
    let after = begin;
    const isDone = (): boolean => seen.filter(({ type }) => type === "label.changed").length >= wanted;
    const done = Promise.withResolvers<void>();
    let reading = Promise.resolve();
    const read = async (): Promise<void> => {
      for (let next: string | null = after; next !== null;) {
        const page: Page = await feed(workspace.api, `?limit=30&after=${next}`);
        seen.push(...page.data);
        after = page.lastPosition;
        next = page.nextCursor;
      }
      if (isDone()) done.resolve();
    };
    const stop = t.app.bus.subscribe(EVENTS_TOPIC, () => void (reading = reading.then(read)));
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; n < 4; n++) {
        const items = [workspace.id, other.id].map((workspaceId) => ({
          workspaceId,
          payload: { labelId: `lbl_${writer}_${n}` },
        }));
        await t.app.db.tx({ workspaceIds: [workspace.id, other.id] }, (tx) =>
          t.app.emit(tx, labelChanged, items as never),
        );
        if (n === 1) await post(t, channel, says(channel, ana, `wamid.w${writer}`, t.clock.now(), `writer ${writer}`));
        if (n === 3) await post(t, channel, reports(channel, statusOf(`wamid.x${writer}`, "sent", t.clock.now())));
      }
    };
    await Promise.all(Array.from({ length: 32 }, (_, writer) => write(writer)));
    await done.promise;
    stop();
    await reading;
    const positions = seen.map(({ position }) => Number(position));
    expect(positions).toEqual(positions.map((_, i) => Number(begin) + 1 + i));
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    expect(seen.filter(({ type }) => type === "message.received")).toHaveLength(32);
  });
});

describe("the partitions of the log", () => {
  test("are made ahead, also for days that already have events, and whole old days go", async () => {
    const workspace = await t.given.workspace();
    const start = t.clock.now();
    t.clock.advance(200 * 86_400_000);
    const emit = (labelId: string) =>
      t.app.db.tx({ workspaceIds: [workspace.id] }, (tx) =>
        t.app.emit(tx, labelChanged, [{ workspaceId: workspace.id, payload: { labelId } as never }]),
      );
    await emit("lbl_late");
    const partitionOf = async (labelId: string) =>
      (
        await t.admin.query("select tableoid::regclass::text as name from event where payload ->> 'labelId' = $1", [
          labelId,
        ])
      ).rows;
    expect(await partitionOf("lbl_late")).toEqual([{ name: "event_default" }]);
    await Promise.all([keepEventPartitions(t.app), keepEventPartitions(t.app)]);
    const day = t.clock.now().toISOString().slice(0, 10).replaceAll("-", "");
    expect(await partitionOf("lbl_late")).toEqual([{ name: `event_${day}` }]);
    t.clock.advance(31 * 86_400_000);
    await keepEventPartitions(t.app);
    expect(await partitionOf("lbl_late")).toHaveLength(1);
    t.clock.advance(86_400_000);
    await keepEventPartitions(t.app);
    expect(await partitionOf("lbl_late")).toEqual([]);
    t.clock.set(start);
    await keepEventPartitions(t.app);
  });
});
