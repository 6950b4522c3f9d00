import { expect, test } from "vitest";
import { KeepwordError } from "../src/error.ts";
import { createKeepword } from "../src/index.ts";
import { request, type Operation } from "../src/request.ts";
import { follow, type ServerEvent } from "../src/stream.ts";
import { cut, cutAfter, events, fakeServer, json } from "./fake-server.ts";

const server = fakeServer();

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
  server.answers = [json(200, {})];
  await request({ baseUrl: `${server.baseUrl}/`, apiKey: "kw_live_x", workspaceId: () => "wsp_1" }, send, {
    id: "a/b",
    dry: true,
    text: "hi",
    gone: undefined,
  });
  expect(server.seen[0]).toMatchObject({
    method: "POST",
    url: "/v1/things/a%2Fb/send?dry=true&workspaceId=wsp_1",
    body: '{"text":"hi"}',
  });
  expect(server.seen[0]?.headers).toMatchObject({
    authorization: "Bearer kw_live_x",
    "content-type": "application/json",
  });
});

test("a lost answer is asked for again under the same Idempotency-Key", async () => {
  server.answers = [cut, json(503, { code: "outcome_unknown", title: "?", status: 503 }), json(202, { id: "msg_1" })];
  const response = await request({ baseUrl: server.baseUrl }, send, { id: "x" });
  expect(response.status).toBe(202);
  const keys = server.seen.map((one) => one.headers["idempotency-key"]);
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[\w-]{36}$/);
});

test("a POST without an Idempotency-Key is never repeated after it may have happened", async () => {
  server.answers = [cut];
  await expect(request({ baseUrl: server.baseUrl }, plain, { id: "x" })).rejects.toMatchObject({
    code: "network",
    status: 0,
  });
  server.answers = [json(503, { code: "outcome_unknown", title: "?", status: 503 })];
  await expect(request({ baseUrl: server.baseUrl }, plain, { id: "x" })).rejects.toMatchObject({
    code: "outcome_unknown",
  });
  expect(server.seen).toHaveLength(2);
});

test("a request that was refused before it began is repeated when the server says", async () => {
  server.answers = [
    json(429, { code: "too_many_requests", title: "slow", status: 429, retryAfterMs: 1 }),
    json(200, {}),
  ];
  expect((await request({ baseUrl: server.baseUrl }, plain, { id: "x" })).status).toBe(200);
});

test("a problem becomes a KeepwordError with code, status, detail, issues and trace id", async () => {
  const issues = [{ path: "body.text", message: "required" }];
  server.answers = [
    json(400, {
      type: "/docs/errors#x",
      title: "Shape",
      status: 400,
      code: "validation_failed",
      detail: "No text",
      fix: "Send a text.",
      traceId: "t1",
      issues,
    }),
  ];
  const error = await request({ baseUrl: server.baseUrl }, send, { id: "x" }).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(KeepwordError);
  expect(error).toMatchObject({
    code: "validation_failed",
    status: 400,
    detail: "No text",
    fix: "Send a text.",
    traceId: "t1",
    issues,
    message: "No text",
  });
  server.answers = [(response) => void response.writeHead(404, { "content-type": "text/html" }).end("<h1>proxy</h1>")];
  await expect(request({ baseUrl: server.baseUrl }, send, { id: "x" })).rejects.toMatchObject({
    code: "unexpected_answer",
    status: 404,
  });
});

test("an aborted call ends at once with the code aborted", async () => {
  const stop = new AbortController();
  server.answers = [() => stop.abort()];
  await expect(request({ baseUrl: server.baseUrl }, send, { id: "x" }, { signal: stop.signal })).rejects.toMatchObject({
    code: "aborted",
  });
});

test("paginate gives every item of every page and stops at the last", async () => {
  const kw = createKeepword({ baseUrl: server.baseUrl });
  server.answers = [
    json(200, { data: [{ id: "a" }, { id: "b" }], nextCursor: "c2" }),
    json(200, { data: [{ id: "c" }], nextCursor: null }),
  ];
  const ids: string[] = [];
  for await (const item of kw.paginate("audit_entry.list")) ids.push(item.id);
  expect(ids).toEqual(["a", "b", "c"]);
  expect(server.seen).toHaveLength(2);
});

test("operations are grouped by noun, and a 204 gives nothing", async () => {
  const kw = createKeepword({ baseUrl: server.baseUrl });
  server.answers = [(response) => void response.writeHead(204).end()];
  expect(await kw.login.delete({ id: "lgn_1" })).toBeUndefined();
  expect(server.seen[0]).toMatchObject({ method: "DELETE", url: "/v1/logins/lgn_1", body: "" });
});

test("a stream goes on after the last event over a broken connection, and skips and repeats nothing", async () => {
  const stop = new AbortController();
  server.answers = [
    events('retry: 1\n\n: hi\n\nid: 1\nevent: message.received\ndata: {"n":1}\n\nid: 2\nda'),
    cut,
    events('id: 2\r\ndata: {"n":2}\r\n\r\nid: 3\ndata: one\ndata: two\n\n'),
  ];
  const got: ServerEvent[] = [];
  const states: string[] = [];
  for await (const event of follow(
    { baseUrl: server.baseUrl },
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
  expect(server.seen.map((one) => one.headers["last-event-id"])).toEqual([undefined, "1", "1"]);
  expect(states).toEqual(["open", "waiting", "waiting", "open"]);
});

test("a stream that the server refuses throws instead of trying for ever", async () => {
  server.answers = [json(401, { code: "unauthorized", title: "No", status: 401 })];
  await expect(follow({ baseUrl: server.baseUrl }, watch, {}).next()).rejects.toMatchObject({ code: "unauthorized" });
});

test("an upload is one multipart body with the fields before the file", async () => {
  server.answers = [json(201, { id: "att_1" })];
  const upload: Operation = { method: "POST", path: "/v1/media", kind: "upload", query: [], isIdempotent: false };
  await request({ baseUrl: server.baseUrl }, upload, {
    file: new Blob(["bytes"], { type: "image/png" }),
    fileName: "a.png",
    channelId: "chn_1",
  });
  expect(server.seen[0]?.headers["content-type"]).toContain("multipart/form-data; boundary=");
  expect(server.seen[0]?.body.indexOf("chn_1")).toBeLessThan(server.seen[0]?.body.indexOf("bytes") ?? 0);
  expect(server.seen[0]?.body).toContain('filename="a.png"');
});

test("an answer that breaks off in its middle is asked for again", async () => {
  const kw = createKeepword({ baseUrl: server.baseUrl });
  server.answers = [cutAfter('{"data":['), json(200, { data: [], nextCursor: null })];
  expect((await kw.label.list()).data).toEqual([]);
  expect(server.seen).toHaveLength(2);
});

test("a server that does not answer in time is left, and asked again only where nothing can happen twice", async () => {
  const silent = (): void => {};
  const options = { baseUrl: server.baseUrl, timeoutMs: 50 };
  server.answers = [silent, json(200, {})];
  await request(options, send, { id: "x" });
  expect(server.seen).toHaveLength(2);
  server.answers = [silent];
  await expect(request(options, plain, { id: "x" })).rejects.toMatchObject({ code: "timeout", status: 0 });
  server.answers = [silent];
  const call = request({ baseUrl: server.baseUrl, maxRetries: 0 }, send, { id: "x" }, { timeoutMs: 20 });
  await expect(call).rejects.toMatchObject({ code: "timeout" });
});

test("Retry-After is kept as seconds and as a date; a wait of more than a minute is left to the caller", async () => {
  const busy = { code: "service_busy", title: "busy", status: 503 };
  const inThePast = new Date(Date.now() - 5_000).toUTCString();
  server.answers = [
    json(503, busy, { "retry-after": "0" }),
    json(503, busy, { "retry-after": inThePast }),
    json(200, {}),
  ];
  expect((await request({ baseUrl: server.baseUrl }, plain, { id: "x" })).status).toBe(200);
  server.answers = [json(429, { code: "too_many_requests", title: "slow", status: 429 }, { "retry-after": "3600" })];
  await expect(request({ baseUrl: server.baseUrl }, plain, { id: "x" })).rejects.toMatchObject({
    retryAfterMs: 3_600_000,
  });
});

test("an error names the request, also when the answer is no problem document", async () => {
  server.answers = [(response) => void response.writeHead(500, { "x-request-id": "req1" }).end("broken")];
  await expect(request({ baseUrl: server.baseUrl }, send, { id: "x" })).rejects.toMatchObject({
    code: "unexpected_answer",
    traceId: "req1",
  });
});

test("a stream of bytes is uploaded as it comes, with its name and type, and never sent twice", async () => {
  const kw = createKeepword({ baseUrl: server.baseUrl });
  const file = (): ReadableStream<Uint8Array> => new Blob(["first ", "second"]).stream();
  server.answers = [json(201, { id: "att_1" })];
  await kw.media.upload({ file: file(), fileName: 'a "b".txt', mimeType: "text/plain", kind: "document" });
  expect(server.seen[0]?.headers["transfer-encoding"]).toBe("chunked");
  const boundary = /boundary=(.*)/.exec(server.seen[0]?.headers["content-type"] ?? "")?.[1];
  expect(server.seen[0]?.body).toBe(
    [
      `--${boundary}`,
      'content-disposition: form-data; name="kind"',
      "",
      "document",
      `--${boundary}`,
      'content-disposition: form-data; name="file"; filename="a %22b%22.txt"',
      "content-type: text/plain",
      "",
      "first second",
      `--${boundary}--`,
      "",
    ].join("\r\n"),
  );
  server.answers = [cut];
  await expect(kw.media.upload({ file: file() })).rejects.toMatchObject({ code: "network" });
  expect(server.seen).toHaveLength(2);
  await expect(kw.media.upload({ file: "text" as never })).rejects.toThrow("must be a Blob");
});
