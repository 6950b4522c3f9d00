import { z } from "zod";
import { featureOff } from "../identity/features.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { followSessionStream } from "./follow-session-stream.ts";
import { readShared, sharedSession, shareOver, shareSession, shareView } from "./session-share.ts";
import {
  acknowledgementRequired,
  alreadyLinked,
  logOutSession,
  noSession,
  notLinked,
  pairSession,
  readSession,
  restartSession,
  sessionView,
} from "./session.ts";

const params = z.object({ id: z.string().max(64) });

const pairing = z
  .object({
    method: z.enum(["qr", "code"]),
    phoneNumber: z
      .string()
      .transform((text) => text.replaceAll(/[\s().+-]/g, ""))
      .pipe(z.string().regex(/^[1-9]\d{6,14}$/, "must be a phone number with its country code"))
      .optional()
      .describe("With `code`: the number of the phone that is linked."),
    historyDays: z
      .union([z.literal(0), z.literal(30), z.literal(90)])
      .default(0)
      .describe("How much of the past is taken over from the phone."),
    acknowledgement: z
      .string()
      .max(64)
      .optional()
      .describe(
        "The version of the notice that somebody agreed to: the SHA-256 of its text. Needed once, and again when the notice changed.",
      ),
  })
  .refine(({ method, phoneNumber }) => method === "qr" || phoneNumber !== undefined, {
    message: "is needed with the method `code`",
    path: ["phoneNumber"],
  });

export const sessionRoutes = [
  route({
    id: "session.pair",
    method: "POST",
    path: "/v1/channels/:id/session",
    summary: "Link a phone by QR or pairing code",
    description: "Answers at once; the code comes with the session, or sooner on its stream.",
    permission: "channel:manage",
    status: 202,
    params,
    body: pairing,
    returns: sessionView,
    problems: [notFound, noSession, featureOff, acknowledgementRequired, alreadyLinked],
    run: (ctx, { params: { id }, body }) => pairSession(ctx, id, body),
  }),
  route({
    id: "session.get",
    method: "GET",
    path: "/v1/channels/:id/session",
    summary: "Read where the session of a linked phone stands",
    permission: "channel:read",
    params,
    returns: sessionView,
    problems: [notFound, noSession],
    run: (ctx, { params: { id } }) => readSession(ctx, id),
  }),
  route({
    id: "session.follow",
    method: "GET",
    path: "/v1/channels/:id/session/stream",
    summary: "The session and each change of it (server-sent events)",
    description: "Events are named `session` and hold what a read would. QR codes are replaced every 20 to 60 s.",
    permission: "channel:manage",
    kind: "stream",
    params,
    problems: [notFound, noSession],
    run: (ctx, { params: { id } }) => followSessionStream(ctx, id),
  }),
  route({
    id: "session.restart",
    method: "POST",
    path: "/v1/channels/:id/session/restart",
    summary: "Connect a linked phone anew",
    permission: "channel:manage",
    status: 202,
    params,
    returns: sessionView,
    problems: [notFound, noSession, notLinked],
    run: (ctx, { params: { id } }) => restartSession(ctx, id),
  }),
  route({
    id: "session.log_out",
    method: "DELETE",
    path: "/v1/channels/:id/session",
    summary: "Log a linked phone out, or call a pairing off",
    description:
      "Removes the device from the account, over a connection of its own where none stands, and destroys its keys. The state becomes `logged_out`: with the reason `asked` once the network said that the device is gone, else `asked_unconfirmed`, and the device has to be removed on the phone. Messages that wait fail; those that came stay. A pairing under way becomes `unpaired`.",
    permission: "channel:manage",
    status: 202,
    params,
    returns: sessionView,
    problems: [notFound, noSession, notLinked],
    run: (ctx, { params: { id } }) => logOutSession(ctx, id),
  }),
  route({
    id: "session.share",
    method: "POST",
    path: "/v1/channels/:id/session/share",
    summary: "Make a link under which the code can be scanned without a login",
    description: "Lives half an hour. Pair first: there is nothing to show before.",
    permission: "channel:manage",
    status: 201,
    params,
    returns: shareView,
    problems: [notFound],
    run: (ctx, { params: { id } }) => shareSession(ctx, id),
  }),
  route({
    id: "session_link.read",
    method: "POST",
    path: "/v1/session-links/read",
    summary: "What a shared link shows",
    permission: "public",
    isOpen: true,
    rateLimit: { perMinute: 120 },
    body: z.object({ token: z.string().max(64) }),
    returns: sharedSession,
    problems: [shareOver],
    run: (ctx, { body }) => readShared(ctx, body.token),
  }),
];
