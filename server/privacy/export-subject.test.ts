import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, expect, test } from "vitest";
import { handlingOf } from "../platform/table.ts";
import { declareAttributes } from "../test/attributes.ts";
import { createTestApp } from "../test/app.ts";
import { givenShop, type Page, type Shop } from "../test/shop.ts";
import { advanceRequest } from "./advance-request.ts";
import type { ExportData } from "./export-format.ts";
import { bytesOf, entriesOf, type Archive } from "./unzip.ts";
import type { RequestView } from "./view-request.ts";
import { zipOf, type ZipFile } from "./zip.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms() });
});
const t = createTestApp({ providerOrigins: () => [sim.url], hasJobs: true });
/** Another installation: its own database, keyring and root key. */
const fresh = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

async function copyOf(shop: Shop, contactId: string, at = t): Promise<{ id: string; archive: Buffer; status: number }> {
  const asked = await shop.api.post<{ id: string }>("/v1/subject-requests", { type: "access", contactId });
  expect(asked.status, JSON.stringify(asked.body)).toBe(202);
  await advanceRequest(at.app, { workspaceId: shop.workspace.id, requestId: asked.body.id });
  const answer = await fetch(`${at.url}/v1/subject-requests/${asked.body.id}/copy`, { headers: shop.api.headers });
  return { id: asked.body.id, archive: Buffer.from(await answer.arrayBuffer()), status: answer.status };
}

const archiveOf = (bytes: Buffer): Archive => ({
  bytes: bytes.length,
  read: async (start, end) => Readable.from([bytes.subarray(start, end)]),
});

async function unpacked(bytes: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for (const [name, entry] of await entriesOf(archiveOf(bytes)))
    files.set(name, await buffer(Readable.from(bytesOf(archiveOf(bytes), entry))));
  return files;
}

/** The same archive with other files in it. */
async function repacked(bytes: Buffer, change: (files: Map<string, Buffer>) => void): Promise<Buffer> {
  const files = await unpacked(bytes);
  change(files);
  const last = files.get("manifest.json") ?? Buffer.from("{}");
  files.delete("manifest.json");
  async function* all(): AsyncGenerator<ZipFile> {
    for (const [name, content] of files) yield { name, bytes: Readable.from([content]) };
  }
  return buffer(Readable.from(zipOf(all(), () => ({ name: "manifest.json", bytes: Readable.from([last]) }))));
}

async function imported(shop: Shop, archive: Buffer, at = t) {
  const form = new FormData();
  form.append("channelId", shop.channelId);
  form.append("file", new Blob([new Uint8Array(archive)]), "copy.zip");
  const answer = await fetch(`${at.url}/v1/contacts/import-copy`, {
    method: "POST",
    headers: shop.api.headers,
    body: form,
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

test("a copy holds what is kept about a person, opens elsewhere, and imports into another instance as it was [M24-06 M24-37 ONE-50]", async () => {
  const shop = await givenShop(t, sim, "key");
  const conversation = await shop.hears({ person: "wanjiru", text: '=cmd "quoted", and مرحبا' });
  await shop.hears({ person: "wanjiru", image: { caption: "look" } });
  await shop.hears({ person: "pavel", text: "someone else's words" });
  await shop.send({ conversationId: conversation.id, type: "text", text: "our <b>answer</b>" });
  await shop.sent();
  await shop.api.post(`/v1/conversations/${conversation.id}/notes`, { text: "a private note" });
  await declareAttributes(shop.api, "size");
  await shop.api.patch(`/v1/contacts/${conversation.contact.id}`, { attributes: { size: "42" } });
  await shop.api.post(`/v1/contacts/${conversation.contact.id}/consents`, {
    ...{ purpose: "marketing", action: "withdrawn", method: "verbal" },
  });
  await expect
    .poll(async () => (await shop.thread(conversation.id)).flatMap((m) => m.attachments.map((a) => a.state)))
    .toEqual(["stored"]);
  const { archive, status, id } = await copyOf(shop, conversation.contact.id);
  expect(status).toBe(200);
  const files = await unpacked(archive);
  const data = JSON.parse(files.get("data.json")?.toString() ?? "") as ExportData;
  expect(data).toMatchObject({
    format: "keepword.export/1",
    person: { name: "Wanjiru Otieno", attributes: { size: "42" } },
    notes: [{ text: "a private note" }],
    consents: [{ purpose: "marketing", action: "withdrawn" }],
  });
  expect(data.messages.map(({ sender, text }) => `${sender}: ${text}`)).toEqual([
    ...['person: =cmd "quoted", and مرحبا', "person: look", "team: our <b>answer</b>"],
  ]);
  expect(data.purposes.map(({ what }) => what)).toEqual(expect.arrayContaining(["contact", "message"]));
  const everything = Buffer.concat([...files.values()]).toString();
  expect(everything).not.toContain("someone else's words");
  for (const secret of [sim.accessToken, sim.appSecret, sim.verifyToken, shop.workspace.apiKey])
    expect(everything).not.toContain(secret);
  expect(files.get("messages.csv")?.toString()).toContain(`"'=cmd ""quoted"", and مرحبا"`);
  expect(files.get("index.html")?.toString()).toContain("our &lt;b&gt;answer&lt;/b&gt;");
  expect(JSON.parse(files.get("schema.json")?.toString() ?? "")).toMatchObject({ properties: { messages: {} } });
  const media = [...files.keys()].filter((name) => name.startsWith("media/"));
  expect(media).toEqual([data.messages[1]?.attachments[0]?.file]);
  const manifest = JSON.parse(files.get("manifest.json")?.toString() ?? "") as {
    files: { name: string; sha256: string }[];
  };
  for (const file of manifest.files)
    expect([
      file.name,
      createHash("sha256")
        .update(files.get(file.name) ?? "")
        .digest("hex"),
    ]).toEqual([file.name, file.sha256]);

  const other = await givenShop(fresh, sim, "key");
  await declareAttributes(other.api, "size");
  const taken = await imported(other, archive, fresh);
  expect([taken.status, taken.body["messages"], taken.body["files"]], JSON.stringify(taken.body)).toEqual([201, 3, 1]);
  const again = await imported(other, archive, fresh);
  expect(again.body).toEqual({ contactId: taken.body["contactId"], messages: 0, files: 0 });
  const second = await unpacked((await copyOf(other, String(taken.body["contactId"]), fresh)).archive);
  const copied = JSON.parse(second.get("data.json")?.toString() ?? "") as ExportData;
  const said = ({ messages }: ExportData) => messages.map(({ sender, text, type, at }) => ({ sender, text, type, at }));
  expect(said(copied)).toEqual(said(data));
  expect(copied.person?.attributes).toEqual({ size: "42" });
  expect(copied.consents.map(({ action }) => action)).toEqual(["withdrawn"]);
  const mediaOf = (all: Map<string, Buffer>) =>
    [...all].filter(([name]) => name.startsWith("media/")).map(([, b]) => b.toString("hex"));
  expect(mediaOf(second)).toEqual(mediaOf(files));

  // what the copy says and this workspace cannot take leaves what is held
  await other.api.patch(`/v1/contacts/${String(taken.body["contactId"])}`, { attributes: { size: "43" } });
  const { body: fields } = await other.api.get<{ data: { id: string }[] }>("/v1/contact-attributes");
  await other.api.request("DELETE", `/v1/contact-attributes/${fields.data[0]?.id}`);
  expect((await imported(other, archive, fresh)).status).toBe(201);
  const there = await other.api.get<{ attributes: object }>(`/v1/contacts/${String(taken.body["contactId"])}`);
  expect(there.body.attributes).toEqual({ size: "43" });

  t.clock.advance(8 * 86_400_000);
  const late = await fetch(`${t.url}/v1/subject-requests/${id}/copy`, { headers: shop.api.headers });
  expect([late.status, ((await late.json()) as { code: string }).code]).toEqual([409, "subject_request.no_copy"]);
});

test("a copy holds every field that is declared to be in it, of every table that leads to a person [M24-37 ONE-50]", async () => {
  const shop = await givenShop(t, sim, "key");
  const { id, contact } = await shop.hears({ person: "wanjiru", document: { filename: "passport-canary.pdf" } });
  const [said] = await shop.thread(id);
  await shop.hears({ person: "wanjiru", text: "textcanary" });
  await shop.hears({ person: "wanjiru", reaction: { messageId: said?.providerMessageId ?? "", emoji: "🦜" } });
  await shop.api.post(`/v1/conversations/${id}/notes`, { text: "notecanary" });
  await declareAttributes(shop.api, "size");
  await shop.api.patch(`/v1/contacts/${contact.id}`, { attributes: { size: "attributecanary" } });
  const consent = { purpose: "marketing", action: "granted", method: "paper", proof: "proofcanary" };
  await shop.api.post(`/v1/contacts/${contact.id}/consents`, consent);
  const complaint = { type: "complaint", contactId: contact.id, detail: { text: "complaintcanary" } };
  expect((await shop.api.post("/v1/subject-requests", complaint)).status).toBe(202);
  const files = await unpacked((await copyOf(shop, contact.id)).archive);
  const text = files.get("data.json")?.toString() ?? "";
  const expected: Record<string, string> = {
    ...{ "contact.name": "Wanjiru Otieno", "contact.attributes": "attributecanary" },
    ...{ "contact_identity.address": contact.identities[0]?.value ?? "no address" },
    ...{ "consent_event.proof": "proofcanary", "note.body": "notecanary", "message.content": "textcanary" },
    ...{ "message.providerMessageId": said?.providerMessageId ?? "no id", "reaction.emoji": "🦜" },
    ...{ "attachment.details": "passport-canary.pdf", "subject_request.detail": "complaintcanary" },
  };
  const reached = new Set(t.app.subjectGraph.contact.map(({ table }) => table));
  const declared = t.app.registry.tables
    .filter(({ name }) => reached.has(name))
    .flatMap(({ name, columns }) =>
      Object.entries(columns).flatMap(([key, column]) =>
        handlingOf(column).export === "include" ? [`${name}.${key}`] : [],
      ),
    );
  expect(Object.keys(expected).toSorted()).toEqual(declared.toSorted());
  for (const [field, value] of Object.entries(expected))
    expect([field, text]).toEqual([field, expect.stringContaining(value)]);
});

test("of each field a copy says why and how long it is kept, where it comes from and who outside may receive it [GEN-30]", async () => {
  const shop = await givenShop(t, sim, "key");
  const { contact } = await shop.hears({ person: "wanjiru", text: "who knows of me?" });
  const told = async () => {
    const files = await unpacked((await copyOf(shop, contact.id)).archive);
    return {
      html: files.get("index.html")?.toString() ?? "",
      ...(JSON.parse(String(files.get("data.json"))) as ExportData),
    };
  };
  const before = await told();
  expect(before.recipients?.map(({ id }) => id)).toEqual(["meta_whatsapp_cloud", "simulators_and_proxies"]);
  const hook = { url: "https://example.com/told-canary", eventTypes: ["*"] };
  expect((await shop.api.post("/v1/webhook-endpoints", hook)).status).toBe(201);
  const { fields = [], recipients = [], html } = await told();
  expect(recipients.map(({ id }) => id)).toEqual([
    ...["meta_whatsapp_cloud", "simulators_and_proxies", "program:example.com"],
  ]);
  const reached = new Set(t.app.subjectGraph.contact.map(({ table }) => table));
  const declared = t.app.registry.tables.filter(({ name }) => reached.has(name));
  const shown = declared.flatMap(({ name, columns, privacy }) =>
    Object.entries(columns).flatMap(([key, column]) =>
      handlingOf(column).export === "include" ? [{ what: `${name}.${key}`, purpose: privacy.purpose }] : [],
    ),
  );
  expect(fields.map(({ what, purpose }) => ({ what, purpose }))).toEqual(shown);
  for (const { what, keptFor, source, category, recipients: ids } of fields) {
    expect([what, keptFor !== "", source.length > 0]).toEqual([what, true, true]);
    const may = recipients.filter(({ categories }) => categories.includes(category)).map(({ id }) => id);
    expect([what, ids.filter((id) => !may.includes(id))]).toEqual([what, []]);
  }
  const field = (what: string) => fields.find((one) => one.what === what);
  // what only the team sees goes to nobody who carries messages or is told of them
  expect(field("note.body")).toMatchObject({ purpose: "inbox", source: ["team"], recipients: [] });
  expect(field("contact.attributes")?.recipients).toEqual(["program:example.com"]);
  expect(field("message.content")?.recipients).toEqual(recipients.map(({ id }) => id));
  expect(field("reaction.emoji")).toMatchObject({ source: ["person", "team"] });
  expect(field("contact_identity.address")?.recipients).toContain("meta_whatsapp_cloud");
  for (const text of ["note.body", "Meta Platforms (WhatsApp Cloud API)", "example.com"]) expect(html).toContain(text);
});

test("an archive that was changed anywhere is refused whole", async () => {
  const shop = await givenShop(t, sim, "key");
  const conversation = await shop.hears({ person: "pavel", text: "tamper with this" });
  const { archive } = await copyOf(shop, conversation.contact.id);
  const other = await givenShop(t, sim, "key");
  const text = (files: Map<string, Buffer>): string => files.get("data.json")?.toString() ?? "";
  const bad = [
    await repacked(archive, (files) =>
      files.set("data.json", Buffer.from(text(files).replace("tamper with", "tampered in"))),
    ),
    await repacked(archive, (files) => files.set("extra.txt", Buffer.from("x"))),
    await repacked(archive, (files) => files.delete("messages.csv")),
    await repacked(archive, (files) => files.set("manifest.json", Buffer.from("{}"))),
    archive.subarray(0, archive.length - 40),
    Buffer.from("not an archive at all, but long enough to be read as one"),
  ];
  for (const [n, bytes] of bad.entries()) {
    const { status, body } = await imported(other, bytes);
    expect([n, status, body["code"]]).toEqual([n, 422, "copy.tampered"]);
  }
  expect((await other.api.get<Page<object>>("/v1/contacts")).body.data).toEqual([]);
});

test("a copy that somebody wrote themselves lifts no refusal, now or of later days [GEN-34]", async () => {
  const shop = await givenShop(t, sim, "key");
  const conversation = await shop.hears({ person: "pavel", text: "hello" });
  const { archive } = await copyOf(shop, conversation.contact.id);
  const forged = await repacked(archive, (files) => {
    const data = JSON.parse(files.get("data.json")?.toString() ?? "") as ExportData;
    const told = (action: string, occurredAt = "2099-01-01T00:00:00.000Z", purpose = "marketing") => ({
      ...{ purpose, action, method: "provider", channelId: null, occurredAt },
    });
    data.consents = [told("platform_resume"), told("granted"), told("objected"), told("granted", data.exportedAt, "x")];
    const bytes = Buffer.from(JSON.stringify(data));
    files.set("data.json", bytes);
    const list = JSON.parse(files.get("manifest.json")?.toString() ?? "") as { files: Record<string, unknown>[] };
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    for (const file of list.files)
      if (file["name"] === "data.json") Object.assign(file, { sha256, bytes: bytes.length });
    files.set("manifest.json", Buffer.from(JSON.stringify(list)));
  });
  const other = await givenShop(t, sim, "key");
  const { status, body } = await imported(other, forged);
  expect(status, JSON.stringify(body)).toBe(201);
  const { rows } = await t.admin.query<{ action: string; occurred_at: Date }>(
    "select action, occurred_at from consent_event where workspace_id = $1",
    [other.workspace.id],
  );
  expect(rows).toEqual([{ action: "objected", occurred_at: t.clock.now() }]);
});

test("a full disk ends the making of a copy with an error, leaves nothing, and the next attempt succeeds", async () => {
  const shop = await givenShop(t, sim, "key");
  const conversation = await shop.hears({ person: "pavel", text: "hello" });
  const asked = await t.app.db.tx({ workspaceIds: [shop.workspace.id] }, async (tx) => {
    const rows = await tx.query<{ id: string }>(
      `insert into subject_request (workspace_id, id, type, state, source, subject_kind, contact_id, received_at, due_at, updated_at)
       values ($1, 'srq_full', 'portability', 'accepted', 'api', 'contact', $2, $3, $3, $3) returning id`,
      [shop.workspace.id, conversation.contact.id, t.clock.now()],
    );
    return rows[0]?.id ?? "";
  });
  const written: string[] = [];
  const full = Object.assign(Object.create(t.app) as typeof t.app, {
    blobs: {
      ...t.app.blobs,
      put: async (name: string, content: AsyncIterable<Uint8Array>) => {
        written.push(name);
        for await (const chunk of content) if (chunk.length > 0) break;
        throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      },
    },
  });
  const ids = { workspaceId: shop.workspace.id, requestId: asked };
  await expect(advanceRequest(full, ids)).rejects.toThrow("no space");
  const state = async () => (await shop.api.get<RequestView>(`/v1/subject-requests/${asked}`)).body;
  expect(await state()).toMatchObject({ state: "accepted", bundle: null });
  for (const name of written) expect(await t.app.blobs.exists(name)).toBe(false);
  await advanceRequest(t.app, ids);
  expect(await state()).toMatchObject({ state: "done", bundle: { expiresAt: expect.any(String) } });
});

test("one copy is imported at a time in a workspace; another is refused in words and taken when the first has ended", async () => {
  const shop = await givenShop(t, sim, "key");
  const { contact } = await shop.hears({ person: "wanjiru", text: "one at a time" });
  const { archive } = await copyOf(shop, contact.id);
  const running = async () =>
    (await t.admin.query("select 1 from copy_import where workspace_id = $1", [shop.workspace.id])).rowCount;
  const mayEnd = Promise.withResolvers<void>();
  const boundary = "keepwordboundary";
  const part = (name: string, more: string): string =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n`;
  async function* slowly(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${part("channelId", "")}${shop.channelId}\r\n${part("file", '; filename="copy.zip"')}`);
    yield archive.subarray(0, 100);
    await mayEnd.promise;
    yield archive.subarray(100);
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }
  const first = fetch(`${t.url}/v1/contacts/import-copy`, {
    method: "POST",
    headers: { ...shop.api.headers, "content-type": `multipart/form-data; boundary=${boundary}` },
    body: ReadableStream.from(slowly()),
    duplex: "half",
  } as RequestInit);
  await expect.poll(running, { timeout: 20_000 }).toBe(1);
  expect(await imported(shop, archive)).toMatchObject({ status: 409, body: { code: "copy.import_running" } });
  mayEnd.resolve();
  expect((await first).status).toBe(201);
  expect((await imported(shop, archive)).status).toBe(201);
  // a process that died gives its place back by itself
  await t.admin.query(
    "insert into copy_import (workspace_id, started_at, ends_at) values ($1, $2, $2::timestamptz + interval '15 minutes')",
    [shop.workspace.id, t.clock.now()],
  );
  expect((await imported(shop, archive)).status).toBe(409);
  t.clock.advance(15 * 60_000);
  expect([(await imported(shop, archive)).status, await running()]).toEqual([201, 0]);
});
