import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { isAllowed, permissions, route } from "./route.ts";
import { notFound, problem, ProblemError, tooManyRequests } from "./problem.ts";

test("a declared problem carries its code, status and public sentence, and only what the throw added", () => {
  const windowClosed = problem({
    code: "message.window_closed",
    status: 409,
    title: "The window is closed.",
    fix: "Send a template.",
  });
  const error = windowClosed({ detail: "It closed an hour ago." });
  expect(error).toBeInstanceOf(ProblemError);
  expect(error.declaration).toMatchObject({ code: "message.window_closed", status: 409, fix: "Send a template." });
  expect(error.detail).toBe("It closed an hour ago.");
  expect(tooManyRequests({ retryAfterMs: 250 }).extensions).toEqual({ retryAfterMs: 250 });
  // @ts-expect-error retryAfterMs is required
  void tooManyRequests();
  // @ts-expect-error unknown extra
  void notFound({ name: "x" });
});

test("a route infers its input from the schemas and checks what it returns", () => {
  const declared = route({
    id: "thing.get",
    method: "GET",
    path: "/v1/things/:id",
    summary: "A thing",
    permission: "contact:read",
    params: z.object({ id: z.string() }),
    query: z.object({ deep: z.stringbool().optional() }),
    returns: z.object({ id: z.string() }),
    problems: [notFound],
    run: (ctx, { params, query, body }) => {
      expectTypeOf(params.id).toEqualTypeOf<string>();
      expectTypeOf(query.deep).toEqualTypeOf<boolean | undefined>();
      expectTypeOf(body).toEqualTypeOf<undefined>();
      expectTypeOf(ctx.workspaceId).toEqualTypeOf<string>();
      return { id: params.id };
    },
  });
  expect(declared).toMatchObject({ status: 200, kind: "json", idempotent: false });
  route({
    id: "thing.stream",
    kind: "stream",
    method: "GET",
    path: "/v1/things",
    summary: "Things",
    permission: "contact:read",
    run: async function* (ctx) {
      // @ts-expect-error a stream holds no transaction
      void ctx.tx;
      yield { data: 1 };
    },
  });
});

test("owners hold every permission, agents none that manages, and a key only its own scopes", () => {
  const member = (role: "owner" | "agent") => ({
    kind: "member" as const,
    personId: "p",
    loginId: "l",
    memberId: "m",
    role,
    channelIds: null,
  });
  for (const permission of Object.keys(permissions) as (keyof typeof permissions)[]) {
    expect(isAllowed(member("owner"), permission)).toBe(true);
    if (permission.endsWith(":manage")) expect(isAllowed(member("agent"), permission)).toBe(false);
    expect(isAllowed({ kind: "person", personId: "p", loginId: "l" }, permission)).toBe(false);
    expect(isAllowed({ kind: "anonymous" }, permission)).toBe(false);
  }
  const key = { kind: "api_key" as const, apiKeyId: "k", scopes: ["message:send" as const], channelIds: null };
  expect(isAllowed(key, "message:send")).toBe(true);
  expect(isAllowed(key, "message:read")).toBe(false);
  expect(isAllowed(key, "signed_in")).toBe(false);
  const importer = { ...key, scopes: ["contact:write" as const] };
  expect(isAllowed(importer, "contact:import")).toBe(true);
  expect(isAllowed({ ...importer, channelIds: ["chn_1"] }, "contact:import")).toBe(false);
  expect(isAllowed({ ...member("agent"), channelIds: ["chn_1"] }, "contact:import")).toBe(false);
});
