import fs from "node:fs";
import path from "node:path";
import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { png } from "../test/files.ts";
import { cloudLine, graphCaller, type GraphFailure, type Line } from "../test/graph-lines.ts";

let sim: WhatsAppCloudSim;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({ now: () => t.clock.ms(), pairLimit: false, throughput: 1000 });
});
const t = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const caller = (line: Pick<Line, "apiKey">) => graphCaller(t.url, line);

describe("failures come in Meta's envelope, with Meta's code", () => {
  async function refusal(where: string, body: object | undefined, init?: RequestInit, key?: string) {
    const answer = await caller({ apiKey: key ?? line.apiKey })<GraphFailure>(
      where.replace("{id}", line.channelId),
      body,
      init,
    );
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(answer.body.error).toMatchObject({
      ...{ type: "OAuthException", message: expect.stringContaining(`(#${answer.body.error.code}) `) },
      ...{ error_data: { messaging_product: "whatsapp", details: expect.any(String) } },
      fbtrace_id: answer.headers.get("x-request-id"),
    });
    return { status: answer.status, ...answer.body.error };
  }
  const refused = async (...args: Parameters<typeof refusal>) => {
    const { status, code } = await refusal(...args);
    return [status, code];
  };
  let line: Line;
  beforeAll(async () => {
    line = await cloudLine(t, () => sim).open();
    await line.hears("hi");
  });
  const to = "+254700000101";
  const text = { messaging_product: "whatsapp", to, type: "text", text: { body: "hi" } };
  const gone = "msg_00000000000000000000000000";

  test.each<[string, object | undefined, number, number, RegExp]>([
    ["an unknown number", text, 404, 100, /nothing here/],
    ["a missing recipient", { ...text, to: undefined }, 400, 131009, /to is required/],
    ["a recipient that is no number", { ...text, to: "Wanjiru" }, 400, 131009, /country code/],
    ["an unknown group", { ...text, recipient_type: "group", to: "1@g.us" }, 400, 131009, /group in to/],
    ["no messaging_product", { to, text: { body: "hi" } }, 400, 100, /body.messaging_product/],
    ["a missing part", { ...text, type: "image" }, 400, 131009, /image.id is missing/],
    ["media by link", { ...text, type: "image", image: { link: "http://10.0.0.1/a.png" } }, 400, 131009, /from links/],
    ["an unknown media id", { ...text, type: "image", image: { id: "123" } }, 400, 131009, /attachment.id/],
    ["an empty text", { ...text, text: { body: " " } }, 400, 131009, /text: /],
    ["an unknown kind", { ...text, type: "poll" }, 400, 131051, /type poll/],
    ["a flow", { ...text, type: "interactive", interactive: { type: "flow" } }, 400, 131051, /type flow/],
    ["an unknown quoted message", { ...text, context: { message_id: "wamid.x" } }, 400, 131009, /message_id/],
    ["a quoted message of nobody", { ...text, context: { message_id: gone } }, 404, 100, /nothing here/],
    [
      "a read mark of nothing",
      { messaging_product: "whatsapp", status: "read", message_id: gone },
      400,
      131009,
      /not received/,
    ],
  ])("%s", async (what, body, status, code, details) => {
    const where = what === "an unknown number" ? "/v26.0/4930000/messages" : "/v26.0/{id}/messages";
    const got = await refusal(where, body);
    expect([got.status, got.code]).toEqual([status, code]);
    expect(got.error_data.details).toMatch(details);
    expect(got.error_data.details).not.toContain("254700000101");
  });

  test("a key that is missing, wrong, without the scope, of another workspace or of another channel", async () => {
    const where = "/v26.0/{id}/messages";
    expect(await refused(where, text, { headers: { authorization: "" } })).toEqual([401, 190]);
    expect(await refused(where, text, {}, "kw_live_nobody")).toEqual([401, 190]);
    const reader = await t.given.apiKey(line.workspaceId, { scopes: ["message:read"] });
    expect(await refused(where, text, {}, reader.key)).toEqual([403, 10]);
    expect(await refused(where, text, {}, (await t.given.workspace()).apiKey)).toEqual([404, 100]);
    const elsewhere = await t.given.apiKey(line.workspaceId, { channelIds: ["chn_00000000000000000000000000"] });
    expect(await refused(where, text, {}, elsewhere.key)).toEqual([404, 100]);
  });

  test("a path of the Graph API that is not served", async () => {
    expect(await refused("/v26.0/{id}/message_templates", undefined)).toEqual([404, 100]);
    expect(await refused("/v26.0/{id}/register", { pin: "1" })).toEqual([404, 100]);
  });

  test("a file that is unknown, still at the provider, or belongs to a message", async () => {
    expect(await refused("/v26.0/att_00000000000000000000000000", undefined)).toEqual([404, 100]);
    const received = await line.hearsPicture();
    expect(await refused(`/v26.0/${received}`, undefined)).toEqual([400, 131052]);
    expect(await refused(`/v26.0/${received}`, undefined, { method: "DELETE" })).toEqual([404, 100]);
    expect(await refused("/v26.0/{id}/media", { messaging_product: "whatsapp" })).toEqual([415, 100]);
  });

  test("a send that is refused after its file was copied leaves no bytes behind", async () => {
    const folder = path.join(t.app.config.dataDir, "blobs");
    const files = () =>
      fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
    const form = new FormData();
    form.set("file", new Blob([new Uint8Array(png)], { type: "image/png" }), "a.png");
    const { id } = (await (
      await fetch(`${t.url}/graph/v26.0/${line.channelId}/media`, {
        ...{ method: "POST", headers: { authorization: `Bearer ${line.apiKey}` }, body: form },
      })
    ).json()) as { id: string };
    const before = files();
    expect(before).toBeGreaterThan(0);
    const sticker = { ...text, type: "sticker", sticker: { id } };
    expect(await refused("/v26.0/{id}/messages", sticker)).toEqual([400, 131053]);
    expect(files()).toBe(before);
  });

  test("a closed window, reading that the channel never tells, and a number that is gone", async () => {
    const other = await cloudLine(t, () => sim).open();
    const messages = `/v26.0/${other.channelId}/messages`;
    expect(await refused(messages, text, {}, other.apiKey)).toEqual([400, 131047]);
    const said = await other.hears("hello?");
    const { api } = await t.given.apiKey(other.workspaceId);
    await api.patch(`/v1/channels/${other.channelId}`, { readReceipts: "never" });
    await t.app.channels.reload(other.channelId);
    const mark = { messaging_product: "whatsapp", status: "read", message_id: said.id };
    expect(await refused(messages, mark, {}, other.apiKey)).toEqual([400, 131051]);
    await api.delete(`/v1/channels/${other.channelId}`);
    expect(await refused(messages, text, {}, other.apiKey)).toEqual([404, 100]);
  });
});
