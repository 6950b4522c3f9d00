import { expect, test } from "vitest";
import { createApp } from "../app.ts";
import { readConfig } from "../platform/config.ts";
import { createLog } from "../platform/log.ts";
import { createApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";

const testing = createTestApp();
const minuteMs = 60_000;

interface Made {
  id: string;
  key: string;
  prefix: string;
  lastUsedAt: string | null;
}

async function makeKey(scopes = ["member:read"], more: object = {}) {
  const { owner, id } = await testing.given.workspace();
  const { body, status, headers } = await owner.api.post<Made>("/v1/api-keys", { name: "Till", scopes, ...more });
  const api = createApiClient(testing.url, { apiKey: body.key });
  return { owner, workspaceId: id, made: body, status, headers, api };
}

test("a key is shown once, under its name, and works with its scopes only [API-02 API-03]", async () => {
  const { owner, made, api, status, headers } = await makeKey();
  expect(status).toBe(201);
  expect(made.key).toMatch(/^kw_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$/);
  expect(made.key.startsWith(made.prefix)).toBe(true);
  expect(headers.get("cache-control")).toBe("no-store");
  expect((await api.get("/v1/members")).status).toBe(200);
  expect((await api.get("/v1/api-keys")).status).toBe(403);
  const listed = await owner.api.get<{ data: { id: string; name: string }[] }>("/v1/api-keys");
  expect(listed.body.data.find(({ id }) => id === made.id)).toMatchObject({ name: "Till", scopes: ["member:read"] });
  expect(JSON.stringify((await owner.api.get("/v1/api-keys")).body)).not.toContain(made.key);
  const { rows } = await testing.admin.query<{ row: string; hash: Buffer }>(
    "select k::text as row, secret_hash as hash from api_key k",
  );
  expect(rows.some(({ row }) => row.includes(made.key.slice(17)))).toBe(false);
  expect(rows.map(({ hash }) => hash.length)).toEqual(rows.map(() => 32));
});

test.each([
  ["a typing error", (key: string) => `${key.slice(0, -1)}${key.endsWith("a") ? "b" : "a"}`],
  [
    "another secret with a good checksum",
    () => "kw_live_00000000_00000000000000000000000000000000000000000000000000000",
  ],
  ["a word", () => "hello"],
  ["nothing", () => ""],
])("%s instead of a key is 401 [API-12]", async (_what, change) => {
  const { made } = await makeKey();
  const api = createApiClient(testing.url, { apiKey: change(made.key) });
  const answer = await api.get("/v1/members");
  expect(answer.status).toBe(401);
  expect(JSON.stringify(answer.body)).not.toContain(made.key.slice(17, 30));
});

test("a bad key does not fall back to a good cookie", async () => {
  const { owner } = await testing.given.workspace();
  const answer = await owner.api.request("GET", "/v1/members", undefined, { authorization: "Bearer kw_live_wrong" });
  expect(answer.status).toBe(401);
});

test("an expired key ends on time, and one cannot be made for the past [API-03]", async () => {
  const expiresAt = new Date(testing.clock.ms() + minuteMs).toISOString();
  const { api, owner } = await makeKey(["member:read"], { expiresAt });
  expect((await api.get("/v1/members")).status).toBe(200);
  testing.clock.advance(minuteMs);
  expect((await api.get("/v1/members")).status).toBe(401);
  expect((await owner.api.post("/v1/api-keys", { name: "x", scopes: ["member:read"], expiresAt })).status).toBe(400);
});

test("a revoked key is refused at once here, and in every other process as soon as it hears of it, within five seconds in any case [API-03]", async () => {
  const { owner, made, api } = await makeKey();
  const config = readConfig({ KEEPWORD_PORT: "0", KEEPWORD_DATA_DIR: testing.app.config.dataDir });
  await using other = await createApp(config, {
    clock: testing.clock,
    log: createLog({ level: "silent" }),
    readyDatabaseUrl: testing.databaseUrl,
    connections: 2,
    hasJobs: false,
  });
  const there = createApiClient(await other.start(), { apiKey: made.key });
  expect((await there.get("/v1/members")).status).toBe(200);
  // what a process that hears nothing still believes, it asks anew after that
  const believed = [...other.authentication.keys.keys()].map((hash) => other.authentication.keys.getRemainingTTL(hash));
  expect(believed).toHaveLength(1);
  expect(believed[0]).toBeGreaterThan(0);
  expect(believed[0]).toBeLessThanOrEqual(5_000);
  const heard = Promise.withResolvers<void>();
  other.bus.subscribe("identity", () => heard.resolve());
  expect((await owner.api.delete(`/v1/api-keys/${made.id}`)).status).toBe(204);
  expect((await api.get("/v1/members")).status).toBe(401);
  await heard.promise;
  expect((await there.get("/v1/members")).status).toBe(401);
  expect((await owner.api.delete(`/v1/api-keys/${made.id}`)).status).toBe(404);
});

test("the last use is written, once a minute at most [API-03]", async () => {
  const { owner, api } = await makeKey();
  const lastUsed = async () =>
    (await owner.api.get<{ data: Made[] }>("/v1/api-keys")).body.data.map((k) => k.lastUsedAt);
  expect(await lastUsed()).toContain(null);
  await api.get("/v1/members");
  const first = testing.clock.now().toISOString();
  expect(await lastUsed()).toContain(first);
  testing.clock.advance(minuteMs - 1);
  await api.get("/v1/members");
  expect(await lastUsed()).toContain(first);
  testing.clock.advance(1);
  await api.get("/v1/members");
  expect(await lastUsed()).toContain(testing.clock.now().toISOString());
});

test("a key is rotated: its successor may what it might, both work for the overlap, then the old one is over [API-03]", async () => {
  const expiresAt = new Date(testing.clock.ms() + 90 * 86_400_000).toISOString();
  const { made, api, workspaceId } = await makeKey(["member:read"], { expiresAt });
  await testing.admin.query("update api_key set rate_per_second = 7, burst = 9 where id = $1", [made.id]);
  testing.clock.advance(86_400_000);
  const manager = await testing.given.apiKey(workspaceId);
  const rotate = (id: string, body: object = {}) =>
    manager.api.post<Made & { previousExpiresAt: string }>(`/v1/api-keys/${id}/rotate`, body);
  const { status, headers, body: next } = await rotate(made.id);
  expect([status, headers.get("cache-control")]).toEqual([201, "no-store"]);
  expect(next).toMatchObject({
    ...{ name: "Till", scopes: ["member:read"], ratePerSecond: 7, burst: 9 },
    expiresAt: new Date(testing.clock.ms() + 90 * 86_400_000).toISOString(),
    previousExpiresAt: new Date(testing.clock.ms() + 86_400_000).toISOString(),
  });
  expect(next.id).not.toBe(made.id);
  // one successor, whose life is not the rest of this one's
  const twice = await rotate(made.id);
  expect([twice.status, (twice.body as { code?: string }).code]).toEqual([409, "api_key.already_rotated"]);
  const after = createApiClient(testing.url, { apiKey: next.key });
  const statuses = async () => [(await api.get("/v1/members")).status, (await after.get("/v1/members")).status];
  expect(await statuses()).toEqual([200, 200]);
  testing.clock.advance(86_400_000);
  expect(await statuses()).toEqual([401, 200]);
  expect((await rotate(made.id)).status).toBe(404);
  // at once, where it is known to others
  const last = (await rotate(next.id, { overlapHours: 0 })).body;
  expect((await after.get("/v1/members")).status).toBe(401);
  expect((await createApiClient(testing.url, { apiKey: last.key }).get("/v1/members")).status).toBe(200);
  expect((await rotate(last.id, { overlapHours: 500 })).status).toBe(400);
  const other = await testing.given.workspace();
  expect((await other.owner.api.post(`/v1/api-keys/${last.id}/rotate`, {})).status).toBe(404);
  const weak = await testing.given.apiKey(workspaceId, { scopes: ["api_key:manage"] });
  expect((await weak.api.post(`/v1/api-keys/${last.id}/rotate`, {})).status).toBe(403);
  const trail = await manager.api.get<{ data: { action: string; targetId: string }[] }>("/v1/audit-entries");
  expect(trail.body.data.map(({ action, targetId }) => [action, targetId])).toEqual(
    expect.arrayContaining([
      ["api_key.rotated", made.id],
      ["api_key.created", next.id],
    ]),
  );
});

test("no key is stronger than its maker", async () => {
  const { workspaceId } = await makeKey();
  const weak = await testing.given.apiKey(workspaceId, { scopes: ["api_key:manage", "member:read"] });
  expect((await weak.api.post("/v1/api-keys", { name: "x", scopes: ["member:read"] })).status).toBe(201);
  expect((await weak.api.post("/v1/api-keys", { name: "x", scopes: ["message:send"] })).status).toBe(403);
});

test("a key sees no other workspace, named or not [API-25]", async () => {
  const { api, made } = await makeKey(["api_key:read", "api_key:manage"]);
  const other = await testing.given.workspace();
  expect((await api.get(`/v1/api-keys?workspaceId=${other.id}`)).status).toBe(404);
  const theirs = await other.owner.api.get<{ data: Made[] }>("/v1/api-keys");
  expect((await api.delete(`/v1/api-keys/${theirs.body.data[0]?.id}`)).status).toBe(404);
  expect((await other.owner.api.delete(`/v1/api-keys/${made.id}`)).status).toBe(404);
});

test("a key may go as fast as its own rate says, and no faster [GEN-14]", async () => {
  const { api, made } = await makeKey();
  await testing.admin.query("update api_key set rate_per_second = 1, burst = 3 where id = $1", [made.id]);
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await api.get("/v1/members")).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  testing.clock.advance(1000);
  expect((await api.get("/v1/members")).status).toBe(200);
});

test.each([
  {},
  { name: "x", scopes: [] },
  { name: "x", scopes: ["everything"] },
  { name: "", scopes: ["member:read"] },
  { name: "x", scopes: ["member:read"], expiresAt: "tomorrow" },
  { name: "x", scopes: ["member:read"], channelIds: ["chn_of_others"] },
])("a key that makes no sense is refused: %o", async (body) => {
  const { owner } = await testing.given.workspace();
  expect((await owner.api.post("/v1/api-keys", body)).status).toBe(400);
});
