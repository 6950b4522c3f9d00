// What can be done by programs can be done by people and the other way round, in what the product is made of: channels, messages, webhooks.
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { routes } from "../app.ts";
import type { Route } from "../platform/route.ts";
import { createTestApp } from "./app.ts";
import { allPermissions, type GivenWorkspace } from "./given.ts";

const nouns = ["channel", "session", "template", "message", "webhook_endpoint", "delivery", "inbound_event"];

/** Operations that have no place in the web app, and why. */
const onlyForPrograms: Record<string, string> = {
  "message.send_batch": "Many messages at once come out of a program; a person writes to one conversation at a time.",
  "webhook_endpoint.replay":
    "Sends also what had arrived, by types: for a program that lost its data. The panel recovers what failed and repeats single deliveries.",
  "template.create": "Templates are written and approved in the network's own manager, which shows how they will look.",
  "template.remove": "As they are made.",
};

const web = path.resolve(import.meta.dirname, "../../web/src");
const sources = globSync("**/*.{ts,tsx}", { cwd: web }).map((file) => readFileSync(path.join(web, file), "utf8"));
const called = new Set(
  sources.flatMap((source) => [...source.matchAll(/\bkw\.(?:call|stream)\(\s*"([^"]+)"/g)]).map(([, id]) => id),
);

const testing = createTestApp();
let workspace: GivenWorkspace;
beforeAll(async () => {
  workspace = await testing.given.workspace();
});
const pathOf = (route: Route): string => route.path.replaceAll(/:\w+/g, "msg_00000000000000000000000000");
const ofProduct = routes.filter(({ id }) => nouns.includes(id.slice(0, id.indexOf("."))));
const inWeb = ofProduct.filter(({ id }) => called.has(id)).map((route) => [route.id, route] as const);
const segments = new Set(ofProduct.map((route) => route.path.split("/")[2]));

describe("the web app and the API reach the same channels, messages and webhooks", () => {
  test("every operation on them has its place in the web app, or a reason why not [API-20]", () => {
    expect(inWeb.length).toBeGreaterThan(30);
    const missing = ofProduct.filter(({ id }) => !called.has(id)).map(({ id }) => id);
    expect(missing.toSorted()).toEqual(Object.keys(onlyForPrograms).toSorted());
  });

  test("the web app calls them by the ids of the public reference alone, so nothing it does there stays unseen [API-20]", () => {
    const ids = new Set<string | undefined>(routes.map(({ id }) => id));
    expect([...called].filter((id) => !ids.has(id))).toEqual([]);
    const byPath = /(?:request(?:<.*>)?\(\s*"[A-Z]+",|withWorkspace\(|fetch\()\s*["`](?:\/v1)?\/([a-z-]+)/g;
    const paths = sources.flatMap((source) => [...source.matchAll(byPath)]).map(([, first]) => first);
    expect(paths).toContain("logins");
    expect(paths.filter((first) => segments.has(first))).toEqual([]);
  });

  test.each(inWeb)("%s of the web app opens to a key with its permission [API-20]", async (_id, route) => {
    const permission = allPermissions.find((one) => one === route.permission);
    expect(permission, "a permission that a key can hold").toBeDefined();
    const { api } = await testing.given.apiKey(workspace.id, { scopes: permission ? [permission] : [] });
    const { status } = await api.request(route.method, pathOf(route), route.method === "GET" ? undefined : {});
    // as far as what it is about, which is not there
    expect([200, 400, 404], String(status)).toContain(status);
  });
});
