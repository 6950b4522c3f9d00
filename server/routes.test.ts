import { beforeAll, describe, expect, test } from "vitest";
import { routes } from "./app.ts";
import { isAllowed, needsEveryChannel, scopeOf, type Permission, type Route } from "./platform/route.ts";
import { createTestApp } from "./test/app.ts";
import type { ApiClient } from "./test/api.ts";
import { allPermissions } from "./test/given.ts";

const testing = createTestApp();
let workspaceId = "";
let clients: Record<"agent" | "admin" | "otherOwner" | "person", ApiClient>;

beforeAll(async () => {
  const { given } = testing;
  const workspace = await given.workspace();
  const other = await given.workspace();
  workspaceId = workspace.id;
  clients = {
    agent: (await given.member(workspace.id, "agent")).api,
    admin: (await given.member(workspace.id, "admin")).api,
    otherOwner: other.owner.api,
    person: (await given.login(await given.person())).api,
  };
});

/** A path whose ids have the right shape and belong to nobody. */
const pathOf = (route: Route): string => route.path.replaceAll(/:\w+/g, "msg_00000000000000000000000000");
const isOfWorkspace = (route: Route): boolean => route.permission !== "public" && route.permission !== "signed_in";
const guarded = routes.filter((route) => route.permission !== "public").map((route) => [route.id, route] as const);
const ofWorkspace = routes.filter(isOfWorkspace).map((route) => [route.id, route] as const);
const ofEveryChannel = ofWorkspace.filter(([, route]) => needsEveryChannel(route.permission));
const ofPerson = routes.filter((route) => route.permission === "signed_in").map((route) => [route.id, route] as const);

async function statusOf(api: ApiClient, route: Route, select = workspaceId): Promise<number> {
  const query = isOfWorkspace(route) ? `?workspaceId=${select}` : "";
  const { status } = await api.request(route.method, pathOf(route) + query, route.method === "GET" ? undefined : {});
  return status;
}

describe("every route refuses who may not call it", () => {
  test.each(guarded)("%s without credentials is 401 [M24-32]", async (_id, route) => {
    testing.clock.advance(1_000); // there are more routes than an address may try at once
    expect(await statusOf(testing.anyone, route)).toBe(401);
  });

  test.each(ofWorkspace)("%s with a key that lacks its scope is 403 [API-25]", async (_id, route) => {
    const scopes = allPermissions.filter((permission: Permission) => permission !== scopeOf(route.permission));
    const { api } = await testing.given.apiKey(workspaceId, { scopes });
    expect(await statusOf(api, route)).toBe(403);
  });

  test.each(ofWorkspace)(
    "%s is 403 for the roles that lack its permission, and not for the others [M24-32 MSJ-35]",
    async (_id, route) => {
      for (const role of ["agent", "admin"] as const) {
        const actor = { kind: "member", personId: "", memberId: "", loginId: "", role, channelIds: null } as const;
        if (isAllowed(actor, route.permission)) continue;
        expect([role, await statusOf(clients[role], route)]).toEqual([role, 403]);
      }
    },
  );

  test.each(ofWorkspace)(
    "%s in a workspace of others is not found, for its owner and for nobody's member [M24-32 API-25]",
    async (_id, route) => {
      expect(await statusOf(clients.otherOwner, route)).toBe(404);
      expect(await statusOf(clients.person, route)).toBe(404);
    },
  );

  test.each(ofEveryChannel)(
    "%s is 403 for members and keys that are limited to channels, whatever they hold, and says so",
    async (_id, route) => {
      const channelIds = ["chn_00000000000000000000000000"];
      const { api: agent } = await testing.given.member(workspaceId, "agent", { channelIds });
      const { api: key } = await testing.given.apiKey(workspaceId, { channelIds });
      for (const api of [agent, key]) {
        const { status, body } = await api.request<{ code: string }>(route.method, pathOf(route));
        expect([status, body.code]).toEqual([403, "every_channel_required"]);
      }
    },
  );

  test.each(ofPerson)("%s is not for API keys", async (_id, route) => {
    const { api } = await testing.given.apiKey(workspaceId);
    expect(await statusOf(api, route)).toBe(403);
  });
});

test("every permission that a key can hold opens a route", () => {
  const used = new Set<string>(routes.map((route) => scopeOf(route.permission)));
  expect(allPermissions.filter((permission) => !used.has(permission))).toEqual([]);
});

test("no route's path or id is declared twice, and every path is ours", () => {
  const keys = routes.map((route) => `${route.method} ${route.path.replaceAll(/:\w+/g, ":")}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(new Set(routes.map((route) => route.id)).size).toBe(routes.length);
  for (const route of routes) expect(route.path).toMatch(/^\/(v1|graph|hooks|c|privacy|media)\//);
});
