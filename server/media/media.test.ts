import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import S3rver from "@20minutes/s3rver";
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../test/app.ts";
import { mp3, mp4 } from "../test/files.ts";
import { givenShop, type Shop } from "../test/shop.ts";
import { advanceRequest } from "../privacy/advance-request.ts";
import { mediaFetchJob, mediaJobs } from "./media.jobs.ts";
import { MAX_UPLOAD_BYTES } from "./media.ts";

let sim: WhatsAppCloudSim;
let store: S3rver;
let storeUrl = "";
const folder = mkdtempSync(join(tmpdir(), "kw-s3-"));
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms() });
  store = new S3rver({
    ...{ port: 0, address: "127.0.0.1", silent: true, directory: folder, configureBuckets: [{ name: "keepword" }] },
    allowMismatchedSignatures: false,
  });
  const { port } = await store.run();
  storeUrl = `http://127.0.0.1:${port}`;
  Object.assign(s3env, { S3_ENDPOINT: storeUrl });
});
const s3env: Record<string, string> = {
  ...{ S3_BUCKET: "keepword", S3_REGION: "us-east-1", S3_ENDPOINT: "http://127.0.0.1:1", S3_FORCE_PATH_STYLE: "true" },
  ...{ S3_ACCESS_KEY_ID: "S3RVER", S3_SECRET_ACCESS_KEY: "S3RVER" },
};
const t = createTestApp({ providerOrigins: () => [sim.url] });
const s3 = createTestApp({ providerOrigins: () => [sim.url], env: s3env });
afterAll(async () => {
  await sim[Symbol.asyncDispose]();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Uploaded {
  id: string;
  kind: string;
  mimeType: string;
  bytes: number;
  sha256: string;
}
async function upload(test: TestApp, shop: Shop, bytes: Buffer, type = "application/octet-stream", kind?: string) {
  const form = new FormData();
  if (kind !== undefined) form.append("kind", kind);
  form.append("file", new Blob([new Uint8Array(bytes)], { type }), "my file.bin");
  const answer = await fetch(`${test.url}/v1/media`, { method: "POST", headers: shop.api.headers, body: form });
  return { status: answer.status, body: (await answer.json()) as Uploaded & { code?: string } };
}
const content = (test: TestApp, shop: Shop, id: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${test.url}/v1/media/${id}/content`, { headers: { ...shop.api.headers, ...headers } });
const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer());
const pdf = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(200_000)]);
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

describe.each([
  ["the local folder", () => t],
  ["an S3 store", () => s3],
])("media in %s", (_name, given) => {
  test("come back byte by byte, whole and in ranges", async () => {
    const test = given();
    const shop = await givenShop(test, sim);
    const { status, body } = await upload(test, shop, pdf);
    expect([status, body.kind, body.mimeType, body.bytes]).toEqual([201, "document", "application/pdf", pdf.length]);
    const whole = await content(test, shop, body.id);
    expect([whole.status, whole.headers.get("accept-ranges"), whole.headers.get("content-length")]).toEqual([
      ...[200, "bytes", String(pdf.length)],
    ]);
    expect((await bytesOf(whole)).equals(pdf)).toBe(true);
    const ranges: [string, number, number][] = [
      ["bytes=0-0", 0, 1],
      ["bytes=65530-65545", 65_530, 65_546],
      ["bytes=100000-", 100_000, pdf.length],
      ["bytes=200000-99999999", 200_000, pdf.length],
    ];
    for (const [range, start, end] of ranges) {
      const part = await content(test, shop, body.id, { range });
      expect([range, part.status, part.headers.get("content-range")]).toEqual([
        ...[range, 206, `bytes ${start}-${end - 1}/${pdf.length}`],
      ]);
      expect((await bytesOf(part)).equals(pdf.subarray(start, end))).toBe(true);
    }
    expect((await content(test, shop, body.id, { range: "bytes=9999999-" })).status).toBe(416);
    for (const range of ["bytes=5-2", "bytes=-5", "lines=1-2", "bytes=0-1,4-5"])
      expect([range, (await content(test, shop, body.id, { range })).status]).toEqual([range, 200]);
  });

  test("of all four kinds are taken by what the bytes are, kept in the store and found by their row; any other type is 415 and leaves nothing [M24-09]", async () => {
    const test = given();
    const shop = await givenShop(test, sim);
    const files: [kind: string, bytes: Buffer, type: string][] = [
      ["image", png, "image/png"],
      ["video", mp4, "video/mp4"],
      ["audio", mp3, "audio/mpeg"],
      ["document", pdf, "application/pdf"],
    ];
    const rows = async () =>
      (
        await test.admin.query<{ id: string; kind: string; blob_name: string }>(
          "select id, kind, blob_name from attachment where workspace_id = $1",
          [shop.workspace.id],
        )
      ).rows;
    for (const [kind, bytes, type] of files) {
      // named as something else
      const { status, body } = await upload(test, shop, bytes, "application/x-msdownload");
      expect([status, body.kind, body.mimeType, body.bytes]).toEqual([201, kind, type, bytes.length]);
      const row = (await rows()).find(({ id }) => id === body.id);
      expect(row?.kind).toBe(kind);
      expect(await test.app.blobs.exists(row?.blob_name ?? "")).toBe(true);
    }
    const names = (await rows()).map(({ blob_name }) => blob_name);
    const program = Buffer.concat([Buffer.from("MZ"), randomBytes(300_000)]);
    for (const bytes of [program, randomBytes(40), Buffer.from("\x7fELF\x02\x01\x01"), randomBytes(9_000_000)]) {
      expect(await upload(test, shop, bytes, "application/pdf")).toMatchObject({
        ...{ status: 415, body: { code: "media.type_refused" } },
      });
    }
    // nor because it is called a text
    const unknown = Buffer.concat([Buffer.from("KWBIN\x01\x00"), randomBytes(300)]);
    for (const type of ["text/plain", "text/csv", "application/json", "application/xml", "text/xml; charset=utf-8"])
      expect([type, (await upload(test, shop, unknown, type)).status]).toEqual([type, 415]);
    expect((await rows()).map(({ blob_name }) => blob_name)).toEqual(names);
  });

  test("are received, sent again as they were, and end with the person's key [MSJ-06]", async () => {
    const test = given();
    const shop = await givenShop(test, sim);
    const { id, contact } = await shop.hears({ person: "pavel", image: { caption: "this one" } });
    const [photo] = await shop.thread(id);
    const attachmentId = photo?.attachments[0]?.id ?? "";
    expect((await shop.api.get(`/v1/media/${attachmentId}`)).body["code"]).toBe("media.not_stored");
    await mediaFetchJob.run(test.app, { workspaceId: shop.workspace.id, attachmentId });
    const [stored] = await shop.thread(id);
    expect(stored?.attachments[0]).toMatchObject({ state: "stored", kind: "image" });
    const picture = await bytesOf(await content(test, shop, attachmentId));
    const { body: copy } = await upload(test, shop, picture, "image/jpeg");
    const sent = await shop.send({ conversationId: id, type: "image", attachment: { id: copy.id } });
    await shop.sent();
    expect((await shop.read(sent.body.id)).status).toBe("delivered");
    const link = await shop.api.get<{ url: string }>(`/v1/media/${attachmentId}`);
    const open = () => fetch(new URL(new URL(link.body.url).pathname, test.url), { headers: shop.api.headers });
    expect((await open()).status).toBe(200);
    test.app.keyring.destroy(`contact:${contact.id}`);
    for (const answer of [await open(), await content(test, shop, attachmentId), await content(test, shop, copy.id)])
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([410, "media.destroyed"]);
  });
});

describe("what is shown and taken", () => {
  test("HTML and SVG are downloads in a sandbox, whatever they were called", async () => {
    const shop = await givenShop(t, sim);
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    const html = Buffer.from("<!doctype html><script>alert(1)</script>");
    for (const [bytes, type] of [
      [svg, "image/svg+xml"],
      [html, "text/html"],
      [html, "image/png"],
      [svg, "image/jpeg"],
    ] as const) {
      const { body } = await upload(t, shop, bytes, type);
      const answer = await content(t, shop, body.id);
      expect(answer.headers.get("content-disposition")).toMatch(/^attachment/);
      expect(answer.headers.get("content-type")).not.toMatch(/html|svg.*charset|image\/(png|jpeg)/);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("content-security-policy")).toMatch(/sandbox/);
      const { id: conversationId } = await shop.hears({ person: "mei", text: "hi" });
      const sent = await shop.send({ conversationId, type: "image", attachment: { id: body.id } });
      expect([sent.status, (sent.body as unknown as { code: string }).code]).toEqual([409, "media.unusable"]);
    }
    const { body } = await upload(t, shop, png, "text/html");
    expect(body.mimeType).toBe("image/png");
    expect((await content(t, shop, body.id)).headers.get("content-disposition")).toBe("inline");
  });

  test("texts, also in older encodings, and plain XML such as an e-invoice are documents and downloads", async () => {
    const shop = await givenShop(t, sim);
    const invoice = '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>7</ID></Invoice>';
    const long = Buffer.from(`a${"ä".repeat(5_000)}`);
    for (const [bytes, type, stored] of [
      [Buffer.from(`<?xml version="1.0"?>\n${invoice}`), "application/octet-stream", "application/xml"],
      [Buffer.from(invoice), "text/xml", "text/xml"],
      [Buffer.from(invoice), "application/xml", "application/xml"],
      [Buffer.from("Name;Stra\xDFe\r\nJ\xF6rg;Ulm\r\n", "latin1"), "text/csv", "text/csv"],
      [Buffer.from('{"a":1}'), "application/json", "application/json"],
      [long, "application/octet-stream", "text/plain"],
    ] as const) {
      const { status, body } = await upload(t, shop, bytes, type);
      expect([type, status, body.kind, body.mimeType]).toEqual([type, 201, "document", stored]);
      const answer = await content(t, shop, body.id);
      expect(answer.headers.get("content-disposition")).toMatch(/^attachment/);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("content-security-policy")).toMatch(/sandbox/);
      expect((await bytesOf(answer)).equals(bytes)).toBe(true);
    }
  });

  test("what the bytes are decides, not what they are called; a wrong wish is ignored", async () => {
    const shop = await givenShop(t, sim);
    expect((await upload(t, shop, pdf, "image/png", "sticker")).body).toMatchObject({ kind: "document" });
    expect((await upload(t, shop, png, "audio/ogg", "voice")).body).toMatchObject({ kind: "image" });
    expect((await upload(t, shop, png, "image/png", "document")).body).toMatchObject({ kind: "document" });
  });

  test("an upload above the limit is refused and leaves nothing [M24-09]", async () => {
    const shop = await givenShop(t, sim);
    const boundary = "kwlimit";
    const head = Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\ncontent-type: application/octet-stream\r\n\r\n`,
    );
    const piece = Buffer.alloc(1024 * 1024, 1);
    async function* body(): AsyncIterable<Uint8Array> {
      yield head;
      for (let sent = 0; sent <= MAX_UPLOAD_BYTES; sent += piece.length)
        yield sent === 0 ? Buffer.concat([pdf, piece]) : piece;
      yield Buffer.from(`\r\n--${boundary}--\r\n`);
    }
    const answer = await fetch(`${t.url}/v1/media`, {
      method: "POST",
      headers: { ...shop.api.headers, "content-type": `multipart/form-data; boundary=${boundary}` },
      body: body() as unknown as ReadableStream,
      duplex: "half",
    } as RequestInit).catch(() => undefined);
    // the connection may be cut before the answer is read
    if (answer) expect(answer.status).toBe(413);
    const { rows } = await t.admin.query("select 1 from attachment where workspace_id = $1", [shop.workspace.id]);
    expect(rows).toEqual([]);
  });

  test("no file, two files and no form are refused", async () => {
    const shop = await givenShop(t, sim);
    const post = async (form: FormData): Promise<number> =>
      (await fetch(`${t.url}/v1/media`, { method: "POST", headers: shop.api.headers, body: form })).status;
    const two = new FormData();
    two.append("file", new Blob(["a"]), "a");
    two.append("file", new Blob(["b"]), "b");
    const none = new FormData();
    none.append("kind", "voice");
    expect([await post(two), await post(none)]).toEqual([400, 400]);
    expect((await shop.api.post("/v1/media", { file: "x" })).status).toBe(415);
  });

  test("files are for those who may see their channel; a link is of one session or key, cannot be forged, and ends after five minutes [M24-25]", async () => {
    const other = await givenShop(t, sim);
    const shop = await givenShop(t, sim);
    const { id: conversationId } = await shop.hears({ person: "mei", text: "hi" });
    const { body } = await upload(t, shop, png);
    await shop.send({ conversationId, type: "image", attachment: { id: body.id } });
    const blind = await t.given.member(shop.workspace.id, "agent", { channelIds: [] });
    expect((await blind.api.get(`/v1/media/${body.id}`)).status).toBe(404);
    expect((await other.api.get(`/v1/media/${body.id}`)).status).toBe(404);
    const { url } = (await shop.api.get<{ url: string }>(`/v1/media/${body.id}`)).body;
    const token = url.slice(url.lastIndexOf("/") + 1);
    const { headers } = shop.api;
    const get = async (name: string, as: Record<string, string> = headers): Promise<number> =>
      (await fetch(`${t.url}/v1/media-files/${name}`, { headers: as })).status;
    expect(await get(token)).toBe(200);
    // whoever else has it, also another session of the same person, gets nothing
    const again = await t.given.login(shop.workspace.owner);
    const colleague = await t.given.member(shop.workspace.id, "agent");
    for (const stranger of [{}, again.api.headers, colleague.api.headers, shop.workspace.api.headers])
      expect(await get(token, stranger)).toBe(404);
    const program = await t.given.apiKey(shop.workspace.id);
    const ofProgram = (await program.api.get<{ url: string }>(`/v1/media/${body.id}`)).body.url.split("/").at(-1) ?? "";
    expect(await get(ofProgram, {})).toBe(200);
    expect((await shop.api.delete(`/v1/api-keys/${program.id}`)).status).toBe(204);
    expect(await get(ofProgram, {})).toBe(404);
    const [text = "", signature = ""] = token.split(".");
    const later = Buffer.from(Buffer.from(text, "base64url").toString().replace(/\d+$/, "9999999999999")).toString(
      "base64url",
    );
    for (const forged of [`${later}.${signature}`, text, `${text}.`, `${text}.${signature}x`])
      expect(await get(forged)).toBe(404);
    const other_ = (await shop.api.get<{ url: string }>(`/v1/media/${(await upload(t, shop, png)).body.id}`)).body.url;
    const [mine] = [other_.split("/").at(-1)?.split(".")[0] ?? ""];
    expect(await get(`${mine}.${signature}`)).toBe(404);
    const reads = async () => [await get(token), await get(other_.split("/").at(-1) ?? "")];
    t.clock.advance(5 * 60_000 - 1_000);
    expect(await reads()).toEqual([200, 200]);
    t.clock.advance(1_000);
    expect(await reads()).toEqual([404, 404]);
    const fresh = (await shop.api.get<{ url: string }>(`/v1/media/${body.id}`)).body.url.split("/").at(-1) ?? "";
    expect(await get(fresh)).toBe(200);
    expect((await shop.api.post("/v1/sign-out")).status).toBe(204);
    expect(await get(fresh)).toBe(404);
  });

  test("a link that opened a moment ago is 404 or 410 as soon as its person is erased [M24-25]", async () => {
    const shop = await givenShop(t, sim);
    const { id, contact } = await shop.hears({ person: "pavel", image: {} });
    const [photo] = await shop.thread(id);
    const attachmentId = photo?.attachments[0]?.id ?? "";
    await mediaFetchJob.run(t.app, { workspaceId: shop.workspace.id, attachmentId });
    const { url } = (await shop.api.get<{ url: string }>(`/v1/media/${attachmentId}`)).body;
    const open = async () => (await fetch(new URL(new URL(url).pathname, t.url), { headers: shop.api.headers })).status;
    expect(await open()).toBe(200);
    const asked = await shop.api.post<{ id: string }>("/v1/subject-requests", { type: "erase", contactId: contact.id });
    expect(asked.status).toBe(202);
    await advanceRequest(t.app, { workspaceId: shop.workspace.id, requestId: asked.body.id });
    expect([404, 410]).toContain(await open());
  });

  test("an upload that nobody sends is swept with its bytes after a day; one that was sent stays", async () => {
    const shop = await givenShop(t, sim);
    const { id: conversationId } = await shop.hears({ person: "mei", text: "hi" });
    const [kept, unsent] = [(await upload(t, shop, png)).body, (await upload(t, shop, png)).body];
    await shop.send({ conversationId, type: "image", attachment: { id: kept.id } });
    const { rows } = await t.admin.query<{ id: string; blob_name: string }>(
      "select id, blob_name from attachment where workspace_id = $1",
      [shop.workspace.id],
    );
    const blob = (id: string): string => rows.find((row) => row.id === id)?.blob_name ?? "";
    const sweep = async () => mediaJobs.find((job) => job.name === "media.sweep")?.run(t.app, {} as never);
    await sweep();
    expect(await t.app.blobs.exists(blob(unsent.id))).toBe(true);
    t.clock.advance(25 * 3_600_000);
    await sweep();
    expect([await t.app.blobs.exists(blob(unsent.id)), await t.app.blobs.exists(blob(kept.id))]).toEqual([false, true]);
    const left = await t.admin.query<{ id: string }>("select id from attachment where workspace_id = $1", [
      shop.workspace.id,
    ]);
    expect(left.rows.map((row) => row.id)).toEqual([kept.id]);
  });
});
