import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { KeepwordError } from "../src/error.ts";
import { createKeepword } from "../src/index.ts";
import { request, type Operation } from "../src/request.ts";
import { follow, type ServerEvent } from "../src/stream.ts";

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

const seen: Seen[] = [];
let answers: ((response: ServerResponse) => void)[] = [];
let baseUrl = "";

const server = createServer((incoming, response) => {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
  incoming.on("end", () => {
    const { method, url, headers } = incoming;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    const answer = answers.shift() ?? json(500, { code: "internal", title: "nothing planned", status: 500 });
    answer(response);
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  seen.length = 0;
  answers = [];
});

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const cut = (response: ServerResponse): void => void response.destroy();
const events = (text: string) => (response: ServerResponse) =>
  void response.writeHead(200, { "content-type": "text/event-stream" }).end(text);

const send: Operation = {
  method: "POST",
  path: "/v1/things/{id}/send",
  kind: "json",
  query: ["dry"],
  isIdempotent: true,
};
const plain: Operation = { ...send, isIdempotent: false };
const watch: Operation = { method: "GET", path: "/v1/stream", kind: "stream", query: [], isIdempotent: false };

test("fields go where the operation says: path, query, and the rest as the JSON body", async () => {
  answers = [json(200, {})];
  await request({ baseUrl: `${baseUrl}/`, apiKey: "kw_live_x", workspaceId: () => "wsp_1" }, send, {
    id: "a/b",
    dry: true,
    text: "hi",
    gone: undefined,
  });
  expect(seen[0]).toMatchObject({
    method: "POST",
    url: "/v1/things/a%2Fb/send?dry=true&workspaceId=wsp_1",
    body: '{"text":"hi"}',
  });
  expect(seen[0]?.headers).toMatchObject({ authorization: "Bearer kw_live_x", "content-type": "application/json" });
});

test("a lost answer is asked for again under the same Idempotency-Key", async () => {
  answers = [cut, json(503, { code: "outcome_unknown", title: "?", status: 503 }), json(202, { id: "msg_1" })];
  const response = await request({ baseUrl }, send, { id: "x" });
  expect(response.status).toBe(202);
  const keys = seen.map((one) => one.headers["idempotency-key"]);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[\w-]{36}$/);
});

test("a POST without an Idempotency-Key is never repeated after it may have happened", async () => {
  answers = [cut];
  await expect(request({ baseUrl }, plain, { id: "x" })).rejects.toMatchObject({ code: "network", status: 0 });
  answers = [json(503, { code: "outcome_unknown", title: "?", status: 503 })];
  await expect(request({ baseUrl }, plain, { id: "x" })).rejects.toMatchObject({ code: "outcome_unknown" });
  expect(seen).toHaveLength(2);
});

test("a request that was refused before it began is repeated when the server says", async () => {
  answers = [json(429, { code: "too_many_requests", title: "slow", status: 429, retryAfterMs: 1 }), json(200, {})];
  expect((await request({ baseUrl }, plain, { id: "x" })).status).toBe(200);
});

test("a problem becomes a KeepwordError with code, status, detail, issues and trace id", async () => {
  const issues = [{ path: "body.text", message: "required" }];
  answers = [
    json(400, {
      type: "/docs/errors#x",
      title: "Shape",
      status: 400,
      code: "validation_failed",
      detail: "No text",
      traceId: "t1",
      issues,
    }),
  ];
  const error = await request({ baseUrl }, send, { id: "x" }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(KeepwordError);
  expect(error).toMatchObject({
    code: "validation_failed",
    status: 400,
    detail: "No text",
    traceId: "t1",
    issues,
    message: "No text",
  });
  answers = [(response) => void response.writeHead(404, { "content-type": "text/html" }).end("<h1>proxy</h1>")];
  await expect(request({ baseUrl }, send, { id: "x" })).rejects.toMatchObject({
    code: "unexpected_answer",
    status: 404,
  });
});

test("an aborted call ends at once with the code aborted", async () => {
  const stop = new AbortController();
  answers = [() => stop.abort()];
  await expect(request({ baseUrl }, send, { id: "x" }, { signal: stop.signal })).rejects.toMatchObject({
    code: "aborted",
  });
});

test("paginate gives every item of every page and stops at the last", async () => {
  const kw = createKeepword({ baseUrl });
  answers = [
    json(200, { data: [{ id: "a" }, { id: "b" }], nextCursor: "c2" }),
    json(200, { data: [{ id: "c" }], nextCursor: null }),
  ];
  const ids: string[] = [];
  for await (const item of kw.paginate("audit_entry.list")) ids.push(item.id);
  expect(ids).toEqual(["a", "b", "c"]);
  expect(seen).toHaveLength(2);
});

test("operations are grouped by noun, and a 204 gives nothing", async () => {
  const kw = createKeepword({ baseUrl });
  answers = [(response) => void response.writeHead(204).end()];
  expect(await kw.login.delete({ id: "lgn_1" })).toBeUndefined();
  expect(seen[0]).toMatchObject({ method: "DELETE", url: "/v1/logins/lgn_1", body: "" });
});

test("a stream goes on after the last event over a broken connection, and skips and repeats nothing", async () => {
  const stop = new AbortController();
  answers = [
    events('retry: 1\n\n: hi\n\nid: 1\nevent: message.received\ndata: {"n":1}\n\nid: 2\nda'),
    cut,
    events('id: 2\r\ndata: {"n":2}\r\n\r\nid: 3\ndata: one\ndata: two\n\n'),
  ];
  const got: ServerEvent[] = [];
  const states: string[] = [];
  for await (const event of follow(
    { baseUrl },
    watch,
    {},
    { signal: stop.signal, onState: (state) => states.push(state) },
  )) {
    got.push(event);
    if (event.id === "3") stop.abort();
  }
  expect(got).toEqual([
    { id: "1", event: "message.received", data: { n: 1 } },
    { id: "2", event: "message", data: { n: 2 } },
    { id: "3", event: "message", data: "one\ntwo" },
  ]);
  expect(seen.map((one) => one.headers["last-event-id"])).toEqual([undefined, "1", "1"]);
  expect(states).toEqual(["open", "waiting", "waiting", "open"]);
});

test("a stream that the server refuses throws instead of trying for ever", async () => {
  answers = [json(401, { code: "unauthorized", title: "No", status: 401 })];
  await expect(follow({ baseUrl }, watch, {}).next()).rejects.toMatchObject({ code: "unauthorized" });
});

test("an upload is one multipart body with the fields before the file", async () => {
  answers = [json(201, { id: "att_1" })];
  const upload: Operation = { method: "POST", path: "/v1/media", kind: "upload", query: [], isIdempotent: false };
  await request({ baseUrl }, upload, {
    file: new Blob(["bytes"], { type: "image/png" }),
    fileName: "a.png",
    channelId: "chn_1",
  });
  expect(seen[0]?.headers["content-type"]).toContain("multipart/form-data; boundary=");
  expect(seen[0]?.body.indexOf("chn_1")).toBeLessThan(seen[0]?.body.indexOf("bytes") ?? 0);
  expect(seen[0]?.body).toContain('filename="a.png"');
});
