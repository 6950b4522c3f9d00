import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LiveChannel } from "../channels/channel-directory.ts";
import type { App } from "../platform/context.ts";
import { sendProblem } from "../platform/http-problems.ts";
import { notFound, problem } from "../platform/problem.ts";
import type { AnyProvider, Hook, ProviderId } from "../providers/provider.ts";
import type { Intake } from "./intake.ts";
import { routeParts, type Arrival } from "./route-parts.ts";

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput (2026): bodies up to 3 MB */
const maxBodyBytes = 3 * 1024 * 1024;

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
});

type HooksApp = Pick<App, "channels" | "providers" | "clock">;
interface ChannelPath {
  provider: string;
  channelId: string;
}

function hookOf(provider: AnyProvider | undefined): Hook<unknown> | undefined {
  return provider?.receive.mode === "hook" ? provider.receive : undefined;
}

/**
 * `/hooks/{provider}/{channelId}` and `/hooks/meta`: raw bytes in, 200 when everything is durable. Never 200 before the commit.
 * Register in a scope of its own: it takes every content type as bytes.
 */
export function registerHooks(fastify: FastifyInstance, app: HooksApp, intake: Intake): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: maxBodyBytes }, (_request, body, done) =>
    done(null, body),
  );
  // no access log line for each of thousands a second: the channel's health tells what arrived
  const options = { bodyLimit: maxBodyBytes, config: { isQuiet: true } };

  const findChannel = async ({ provider, channelId }: ChannelPath): Promise<LiveChannel | undefined> => {
    const channel = app.channels.peek(channelId) ?? (await app.channels.find(channelId));
    return channel?.provider === provider ? channel : undefined;
  };

  fastify.get<{ Params: ChannelPath }>("/hooks/:provider/:channelId", options, async (request, reply) => {
    const channel = await findChannel(request.params);
    const hook = channel && hookOf(app.providers[channel.provider]);
    if (!channel || !hook) return sendProblem(reply, request, notFound());
    return answerChallenge(request, reply, hook.challenge(request.query as Record<string, unknown>, channel.secrets));
  });

  fastify.post<{ Params: ChannelPath }>("/hooks/:provider/:channelId", options, async (request, reply) => {
    const channel = app.channels.peek(request.params.channelId) ?? (await findChannel(request.params));
    const hook = channel && hookOf(app.providers[channel.provider]);
    if (!channel || !hook || channel.provider !== request.params.provider)
      return sendProblem(reply, request, notFound());
    const raw = bytesOf(request);
    const isSignedFor = signatureCheck(hook, raw, request);
    if (!isSignedFor(channel)) return sendProblem(reply, request, signatureInvalid());
    const { provider } = channel;
    const parsed = hook.parse(raw);
    const receivedAt = app.clock.now();
    const arrival = routeParts(app.channels, {
      ...{ provider, parsed, bytes: raw.length, receivedAt, isSignedFor, home: channel },
    });
    return accept(request, reply, arrival);
  });

  fastify.get("/hooks/meta", options, async (request, reply) => {
    const query = request.query as Record<string, unknown>;
    for (const channel of app.channels.all()) {
      const answer = hookOf(app.providers[channel.provider])?.challenge(query, channel.secrets);
      if (answer) return answerChallenge(request, reply, answer);
    }
    return answerChallenge(request, reply, null);
  });

  fastify.post("/hooks/meta", options, async (request, reply) => {
    const raw = bytesOf(request);
    const receivedAt = app.clock.now();
    for (const [id, provider] of Object.entries(app.providers)) {
      const hook = hookOf(provider);
      if (!hook) continue;
      const isSignedFor = signatureCheck(hook, raw, request);
      const input = { provider: id as ProviderId, bytes: raw.length, receivedAt, isSignedFor };
      const arrival = routeParts(app.channels, { ...input, parsed: hook.parse(raw) });
      if (arrival.units.length + arrival.kept.length > 0) return accept(request, reply, arrival);
    }
    return sendProblem(reply, request, signatureInvalid());
  });

  async function accept(request: FastifyRequest, reply: FastifyReply, arrival: Arrival): Promise<FastifyReply> {
    const stored = intake.accept(arrival);
    if (stored) {
      try {
        await stored;
        return await reply.code(200).send();
      } catch {
        // logged by the intake; the provider sends it again
      }
    }
    return sendProblem(reply.header("retry-after", "2"), request, intakeFull());
  }
}

function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** One HMAC a secret, however many channels share it. */
function signatureCheck(hook: Hook<unknown>, raw: Buffer, request: FastifyRequest): (channel: LiveChannel) => boolean {
  const known = new Map<string, boolean>();
  return ({ appSecret }) => {
    if (appSecret === undefined) return false;
    let isValid = known.get(appSecret);
    if (isValid === undefined) known.set(appSecret, (isValid = hook.verify(raw, request.headers, appSecret)));
    return isValid;
  };
}

function answerChallenge(request: FastifyRequest, reply: FastifyReply, challenge: string | null): FastifyReply {
  if (challenge === null) return sendProblem(reply, request, challengeRefused());
  return reply.code(200).header("content-type", "text/plain; charset=utf-8").send(challenge);
}
