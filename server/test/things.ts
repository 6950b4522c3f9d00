import { Readable } from "node:stream";
import { z } from "zod";
import type { Authenticate } from "../platform/http-admit.ts";
import { notFound, problem, unauthorized } from "../platform/problem.ts";
import { route, type Route, type UploadPart } from "../platform/route.ts";

const full = problem({ code: "thing.full", status: 409, title: "No more things fit.", fix: "Remove one." });
const Thing = z.object({ id: z.string(), size: z.number() });

export interface ThingState {
  /** how often a thing was made */
  runs: number;
  /** the one of size 10 waits for it */
  slow: PromiseWithResolvers<void>;
}

/** One route of each kind, for tests of the HTTP side. */
export const thingRoutes = (state: ThingState): Route[] => [
  route({
    id: "thing.create",
    method: "POST",
    path: "/v1/things",
    summary: "Make a thing",
    permission: "contact:write",
    idempotent: true,
    status: 201,
    body: z.object({ size: z.int().max(10) }),
    returns: Thing,
    problems: [full],
    run: async (ctx, { body }) => {
      state.runs++;
      await ctx.tx.query("create temporary table if not exists thing (id text, workspace_id text, size int)");
      if (body.size === 10) await state.slow.promise;
      if (body.size === 9) throw full({ detail: "Nine is too many." });
      if (body.size === 8) throw new Error('secret canary "inside"');
      ctx.reply.cookie("session", "s3", { maxAgeSeconds: 60 });
      return { id: `thg_${state.runs}`, size: body.size, hidden: "not declared" };
    },
  }),
  route({
    id: "thing.get",
    method: "GET",
    path: "/v1/things/:id",
    summary: "A thing",
    permission: "contact:read",
    params: z.object({ id: z.string() }),
    query: z.object({ deep: z.stringbool().optional() }),
    returns: Thing,
    problems: [notFound],
    run: async (ctx, { params }) => {
      const [row] = await ctx.tx.query<{ workspaces: string }>("select current_setting('kw.workspaces') as workspaces");
      if (row?.workspaces !== `{${ctx.workspaceId}}`) throw new Error("wrong scope");
      if (params.id === "thg_foreign") throw notFound();
      return { id: params.id, size: 1 };
    },
  }),
  route({
    id: "thing.break",
    method: "GET",
    path: "/v1/break",
    summary: "Breaks its promise",
    permission: "public",
    returns: Thing,
    run: () => ({ id: 7 }) as never,
  }),
  route({
    id: "thing.watch",
    kind: "stream",
    method: "GET",
    path: "/v1/stream",
    summary: "Watch",
    permission: "event:read",
    run: async function* (ctx) {
      yield { id: "1", event: "thing.made", data: { after: ctx.lastEventId } };
      throw notFound();
    },
  }),
  route({
    id: "thing.file",
    kind: "download",
    method: "GET",
    path: "/v1/file/:kind",
    summary: "A file",
    permission: "public",
    params: z.object({ kind: z.enum(["image/png", "text/html"]) }),
    run: (_ctx, { params }) => ({ contentType: params.kind, body: Readable.from([Buffer.from("<b>x</b>")]) }),
  }),
  route({
    id: "thing.upload",
    kind: "upload",
    method: "POST",
    path: "/v1/files",
    summary: "Upload",
    permission: "media:write",
    maxBytes: 10,
    returns: z.object({ parts: z.array(z.string()) }),
    run: async (_ctx, { body }) => ({ parts: await readParts(body) }),
  }),
  route({
    id: "login.create",
    method: "POST",
    path: "/v1/sign-in",
    summary: "Sign in",
    permission: "public",
    rateLimit: { perMinute: 3 },
    body: z.object({ password: z.string() }),
    run: () => undefined,
  }),
  route({
    id: "me.get",
    method: "GET",
    path: "/v1/me",
    summary: "Me",
    permission: "signed_in",
    returns: z.object({ id: z.string() }),
    run: () => ({ id: "p" }),
  }),
];

async function readParts(parts: AsyncIterable<UploadPart>): Promise<string[]> {
  const seen: string[] = [];
  for await (const part of parts) {
    if (part.kind === "field") seen.push(`${part.name}=${part.value}`);
    else seen.push(`${part.name}:${part.fileName}:${Buffer.concat(await part.bytes.toArray()).toString()}`);
  }
  return seen;
}

const key = { kind: "api_key", apiKeyId: "key_1", channelIds: null } as const;
/** Who the tokens and cookies of these tests belong to. */
export const authenticateThings: Authenticate = async ({ headers, cookies }) => {
  const token = headers.authorization?.replace("Bearer ", "");
  if (token === "writer")
    return { ...key, scopes: ["contact:write", "contact:read", "media:write", "event:read"], workspaceId: "wsp_1" };
  if (token === "other") return { ...key, apiKeyId: "key_3", scopes: ["contact:write"], workspaceId: "wsp_1" };
  if (token === "reader") return { ...key, scopes: ["contact:read"], workspaceId: "wsp_1" };
  if (token === "slow")
    return {
      ...key,
      apiKeyId: "key_2",
      scopes: ["contact:read"],
      workspaceId: "wsp_1",
      rate: { perSecond: 1, burst: 1 },
    };
  if (token !== undefined) throw unauthorized();
  if (cookies["session"] === "person") return { kind: "person", personId: "prs_1", loginId: "lgn_1" };
  if (cookies["session"] === "agent")
    return {
      kind: "member",
      personId: "prs_1",
      loginId: "lgn_1",
      memberId: "mbr_1",
      role: "agent",
      channelIds: null,
      workspaceId: "wsp_1",
    };
  return { kind: "anonymous" };
};
