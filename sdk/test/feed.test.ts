import { expect, test } from "vitest";
import { createKeepword, isEvent, type Event } from "../src/index.ts";
import { cut, fakeServer, json } from "./fake-server.ts";

const server = fakeServer();
const event = (position: string, type = "message.received"): Event => ({
  ...{ id: `evt_${position}`, type, position, occurredAt: "2026-03-01T10:00:00Z" },
  data: { messageId: `msg_${position}`, conversationId: "cnv_1", contactId: "con_1", channelId: "chn_1" },
});
const page = (data: Event[], lastPosition: string, nextCursor: string | null = null) =>
  json(200, { data, nextCursor, lastPosition });

test("a follower gets every event once and in order, over pages, pauses and a server that is away", async () => {
  const kw = createKeepword({ baseUrl: server.baseUrl, maxRetries: 0 });
  const stop = new AbortController();
  const [got, positions]: [string[], string[]] = [[], []];
  server.answers = [
    page([event("1"), event("2")], "2", "2"),
    page([event("3")], "3"),
    cut,
    page([], "9"),
    page([event("10")], "10"),
  ];
  const onPosition = (position: string): void => void positions.push(position);
  for await (const one of kw.followEvents({
    types: ["message.*", "x.y"],
    pollMs: 1,
    signal: stop.signal,
    onPosition,
  })) {
    got.push(one.position);
    if (one.position === "10") stop.abort();
  }
  expect(got).toEqual(["1", "2", "3", "10"]);
  expect(positions).toEqual(["2", "3", "9", "10"]);
  expect(server.seen.map(({ url }) => new URLSearchParams(url?.split("?")[1]).get("after"))).toEqual([
    null,
    "2",
    "3",
    "3",
    "9",
  ]);
  expect(server.seen[0]?.url).toContain("types=message.*%2Cx.y");
});

test("a follower goes on after the position that it is given", async () => {
  const kw = createKeepword({ baseUrl: server.baseUrl });
  server.answers = [page([event("8")], "8")];
  const first = await kw.followEvents({ after: "7" }).next();
  expect(first.value).toMatchObject({ position: "8" });
  expect(server.seen[0]?.url).toContain("after=7");
});

test("a follower that the server refuses ends with its problem", async () => {
  const kw = createKeepword({ baseUrl: server.baseUrl });
  server.answers = [json(410, { code: "event.position_unknown", title: "gone", status: 410 })];
  await expect(kw.followEvents({ after: "1" }).next()).rejects.toMatchObject({ code: "event.position_unknown" });
});

test("an event of a known type has the fields of that type", () => {
  const one: Event = event("1");
  if (!isEvent(one, "message.received", "message.sent")) throw new Error("not narrowed");
  const id: string = one.data.messageId;
  expect(id).toBe("msg_1");
  expect(isEvent(one, "contact.created")).toBe(false);
});

test("a list that is no cursor list is not paginated for ever", async () => {
  const kw = createKeepword({ baseUrl: server.baseUrl });
  server.answers = [page([event("1")], "1", "1"), page([event("1")], "1", "1")];
  // @ts-expect-error the feed has positions: followEvents reads it
  const pages = kw.paginate("event.list");
  await pages.next();
  await expect(pages.next()).rejects.toThrow("event.list has no cursor");
});
