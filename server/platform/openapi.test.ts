import { expect, test } from "vitest";
import { z } from "zod";
import { buildOpenApi } from "./openapi.ts";
import { pageOf, pageQuery } from "./page.ts";
import { problem } from "./problem.ts";
import { route } from "./route.ts";

const full = problem({ code: "thing.full", status: 409, title: "Full.", extra: { room: z.int() } });
const Thing = z.object({ id: z.string(), at: z.iso.datetime(), size: z.int().default(1) }).meta({ id: "Thing" });
const routes = [
  route({
    id: "thing.create",
    method: "POST",
    path: "/v1/things/:kind",
    summary: "Make",
    permission: "contact:write",
    idempotent: (_ctx, id) => ({ id, at: "" }),
    status: 201,
    params: z.object({ kind: z.string() }),
    body: Thing,
    returns: Thing,
    problems: [full],
    run: (_ctx, { body }) => body,
  }),
  route({
    id: "thing.list",
    method: "GET",
    path: "/v1/things",
    summary: "List",
    permission: "contact:read",
    query: pageQuery.extend({ deep: z.stringbool().optional() }),
    returns: pageOf(Thing),
    run: () => ({ data: [], nextCursor: null }),
  }),
  route({
    id: "thing.hide",
    method: "GET",
    path: "/v1/hidden",
    summary: "Own use",
    permission: "public",
    isInternal: true,
    run: () => {},
  }),
];
const events = [
  { type: "thing.made", doc: "Emitted when a thing is made", payload: z.object({ thingId: z.string() }) },
];
// oxlint-disable-next-line typescript/no-explicit-any -- reading a document by path
const document = buildOpenApi({ routes, events }) as any;

test("what is sent and what is answered are one schema where they are equal and two where a default makes them differ", () => {
  const { post } = document.paths["/v1/things/{kind}"];
  expect(post.requestBody.content["application/json"].schema).toEqual({ $ref: "#/components/schemas/ThingInput" });
  expect(post.responses["201"].content["application/json"].schema).toEqual({ $ref: "#/components/schemas/Thing" });
  expect(document.components.schemas.Thing.required).toContain("size");
  expect(document.components.schemas.ThingInput.required).not.toContain("size");
});

test("every operation names its permission, its security and all its problem codes", () => {
  const { post } = document.paths["/v1/things/{kind}"];
  expect(post["x-permission"]).toBe("contact:write");
  expect(post.security).toEqual([{ apiKey: [] }, { session: [] }]);
  expect(post.responses["409"]["x-problem-codes"]).toEqual([
    "idempotency_conflict",
    "idempotency_in_progress",
    "thing.full",
    "workspace.closing",
  ]);
  expect(JSON.stringify(post.responses["409"])).toContain('"room"');
  for (const status of ["400", "401", "403", "404", "413", "415", "429", "500", "503"])
    expect(post.responses[status]).toBeDefined();
});

test("parameters come from the path, the query and the headers that the route takes", () => {
  const names = (list: { name: string; in: string }[]) => list.map((one) => `${one.in}:${one.name}`);
  expect(names(document.paths["/v1/things/{kind}"].post.parameters)).toEqual(["path:kind", "header:Idempotency-Key"]);
  const list = document.paths["/v1/things"].get.parameters;
  expect(names(list)).toEqual(["query:cursor", "query:limit", "query:deep"]);
  expect(list[2].schema).toEqual({ type: "boolean" });
});

test("routes for our own use are left out, events are webhooks, and no reference leads nowhere", () => {
  expect(document.paths["/v1/hidden"]).toBeUndefined();
  expect(document.webhooks["thing.made"].post.summary).toContain("Emitted when");
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? "");
  for (const ref of refs) expect(document.components.schemas[ref.replace("#/components/schemas/", "")]).toBeDefined();
});
