import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { LiveChannel } from "../channels/channel-directory.ts";
import type { App } from "../platform/context.ts";
import { sendProblem } from "../platform/http-problems.ts";
import { notFound, problem, ProblemError } from "../platform/problem.ts";
import type { AnyProvider, Hook, ProviderId } from "../providers/provider.ts";
import type { Intake } from "./intake.ts";
import { routeParts, type Arrival } from "./route-parts.ts";
import { serveRawHooks } from "./serve-raw-hooks.ts";

const retryAfterMs = 2_000;

export const signatureInvalid = problem({
  code: "hook.signature_invalid",
  status: 401,
  title: "The body is not signed with this channel's app secret.",
  fix: "Compare the app secret of the channel with the one in the provider's console.",
});

export const challengeRefused = problem({
  code: "hook.challenge_refused",
  status: 403,
  title: "The verify token is not this channel's.",
  fix: "Enter the channel's verify token in the provider's console.",
});

export const intakeFull = problem({
  code: "hook.busy",
  status: 503,
  title: "Too much is arriving at once, or the database cannot be reached. Nothing of this request was stored.",
  fix: "Send it again.",
  extra: { retryAfterMs: z.int() },
});

type HooksApp = Pick<App, "channels" | "providers" | "clock">;

/** A POST as it came. `channelId` is undefined at the URL of a whole app. */
export interface HookRequest {
  provider?: string;
  channelId?: string;
  headers: IncomingHttpHeaders;
  raw: Buffer;
}

function hookOf(provider: AnyProvider | undefined): Hook<unknown> | undefined {
  return provider?.receive.mode === "hook" ? provider.receive : undefined;
}

/**
 * Checks, reads and stores a body. Resolves when everything of it is durable, or with the problem to answer: then nothing of it
 * was stored.
 */
export async function receiveHook(app: HooksApp, intake: Intake, request: HookRequest): Promise<ProblemError | null> {
  const read = request.channelId === undefined ? readForApp(app, request) : await readForChannel(app, request);
  if (read instanceof ProblemError) return read;
  const stored = intake.accept(read);
  if (!stored) return intakeFull({ retryAfterMs });
  try {
    await stored;
    return null;
  } catch {
    // logged by the intake; the provider sends it again
    return intakeFull({ retryAfterMs });
  }
}

async function readForChannel(app: HooksApp, request: HookRequest): Promise<Arrival | ProblemError> {
  const id = request.channelId ?? "";
  const channel = app.channels.peek(id) ?? (await app.channels.find(id));
  const hook = channel && hookOf(app.providers[channel.provider]);
  if (!channel || !hook || channel.provider !== request.provider) return notFound();
  const isSignedFor = signatureCheck(hook, request);
  if (!isSignedFor(channel)) return signatureInvalid();
  const { raw } = request;
  const input = { provider: channel.provider, parsed: hook.parse(raw), bytes: raw.length, receivedAt: app.clock.now() };
  return routeParts(app.channels, { ...input, isSignedFor, home: channel });
}

function readForApp(app: HooksApp, request: HookRequest): Arrival | ProblemError {
  const { raw } = request;
  for (const [id, provider] of Object.entries(app.providers)) {
    const hook = hookOf(provider);
    if (!hook) continue;
    const isSignedFor = signatureCheck(hook, request);
    const input = { provider: id as ProviderId, bytes: raw.length, receivedAt: app.clock.now(), isSignedFor };
    const arrival = routeParts(app.channels, { ...input, parsed: hook.parse(raw) });
    if (arrival.units.length + arrival.kept.length > 0) return arrival;
  }
  return signatureInvalid();
}

/** One HMAC a secret, however many channels share it. */
function signatureCheck(hook: Hook<unknown>, { raw, headers }: HookRequest): (channel: LiveChannel) => boolean {
  const known = new Map<string, boolean>();
  return ({ appSecret }) => {
    if (appSecret === undefined) return false;
    let isValid = known.get(appSecret);
    if (isValid === undefined) known.set(appSecret, (isValid = hook.verify(raw, headers, appSecret)));
    return isValid;
  };
}

interface ChannelPath {
  provider: string;
  channelId: string;
}

/**
 * `/hooks/{provider}/{channelId}` and `/hooks/meta`: the handshake here, bodies past the framework (see serve-raw-hooks.ts).
 */
export function registerHooks(fastify: FastifyInstance, app: HooksApp, intake: Intake): void {
  serveRawHooks(fastify.server, (request) => receiveHook(app, intake, request));

  fastify.get<{ Params: ChannelPath }>("/hooks/:provider/:channelId", async (request, reply) => {
    const { provider, channelId } = request.params;
    const channel = await app.channels.find(channelId);
    const hook = channel && hookOf(app.providers[channel.provider]);
    if (!channel || !hook || channel.provider !== provider) return sendProblem(reply, request, notFound());
    return answerChallenge(request, reply, hook.challenge(request.query as Record<string, unknown>, channel.secrets));
  });

  fastify.get("/hooks/meta", async (request, reply) => {
    const query = request.query as Record<string, unknown>;
    for (const channel of app.channels.all()) {
      const answer = hookOf(app.providers[channel.provider])?.challenge(query, channel.secrets);
      if (answer) return answerChallenge(request, reply, answer);
    }
    return answerChallenge(request, reply, null);
  });
}

function answerChallenge(request: FastifyRequest, reply: FastifyReply, challenge: string | null): FastifyReply {
  if (challenge === null) return sendProblem(reply, request, challengeRefused());
  return reply.code(200).header("content-type", "text/plain; charset=utf-8").send(challenge);
}
