import { z } from "zod";
import { downloadProblems, MAX_UPLOAD_BYTES, mediaNotStored, mediaTypeRefused, removeUpload } from "../media/media.ts";
import { personUnseen, sendProblems } from "../messages/send-problems.ts";
import { notFound } from "../platform/problem.ts";
import { route, type Route } from "../platform/route.ts";
import { foreign, graphParameter, graphPathUnknown, graphUnsupported } from "./graph-errors.ts";
import { graphAnswer, graphBody } from "./graph-body.ts";
import { readGraphMedia, uploadGraphMedia } from "./graph-media.ts";
import { graphAnswerOf, sendGraphMessage } from "./send-graph-message.ts";

const id = z.string().max(200).describe("A channel's id, its phone number id, or the digits of its number.");
const mediaId = z.string().max(64);
const query = z.object({ phone_number_id: z.string().optional() });
const done = z.object({ success: z.literal(true) });

/**
 * The Cloud API's own paths, once with a version and once without: one of its clients leaves the version out, and the Graph API takes
 * both. https://www.npmjs.com/package/@great-detail/whatsapp (9.2.0)
 */
const graphPaths = (isVersioned: boolean): Route[] => {
  const at = isVersioned ? "/graph/:version" : "/graph";
  const named = (verb: string) => `graph.${verb}${isVersioned ? "" : "_unversioned"}`;
  const version = isVersioned ? { version: z.string().max(10).describe("`v1` to `v99`; all are the same here.") } : {};
  const shared = { foreign, isInternal: !isVersioned };
  const check = (params: { version?: unknown }): void => {
    if (isVersioned && !/^v[1-9]\d?(\.\d{1,2})?$/.test(String(params.version))) throw graphPathUnknown();
  };
  return [
    route({
      ...shared,
      id: named("send"),
      method: "POST",
      path: `${at}/:id/messages`,
      summary: "Send a message or a read mark, as the WhatsApp Cloud API does",
      description:
        "For any WhatsApp channel, linked ones included. The answer's id is Keepword's: what becomes of the message comes as message.sent, .delivered, .read or .failed.",
      permission: "message:send",
      idempotent: (_ctx, resultId, { body }) => graphAnswerOf(body, resultId),
      resultId: (answer) => answer.messages?.[0]?.id ?? "",
      params: z.object({ ...version, id }),
      body: graphBody,
      returns: graphAnswer,
      problems: [notFound, graphParameter, graphUnsupported, graphPathUnknown, personUnseen, ...sendProblems],
      run: (ctx, { params, body }) => {
        check(params);
        return sendGraphMessage(ctx, params.id, body);
      },
    }),
    route({
      ...shared,
      id: named("upload"),
      kind: "upload",
      method: "POST",
      path: `${at}/:id/media`,
      summary: "Upload a file to send, as the WhatsApp Cloud API does",
      description: "multipart/form-data with one `file`. Its id may be sent any number of times, for a day.",
      permission: "media:write",
      maxBytes: MAX_UPLOAD_BYTES,
      params: z.object({ ...version, id }),
      returns: z.object({ id: z.string() }),
      problems: [notFound, mediaTypeRefused, graphPathUnknown],
      run: (ctx, { params, body }) => {
        check(params);
        return uploadGraphMedia(ctx, params.id, body);
      },
    }),
    route({
      ...shared,
      id: named("read_media"),
      method: "GET",
      path: `${at}/:mediaId`,
      summary: "Get a link to a file, as the WhatsApp Cloud API does",
      description: "The link lives 5 minutes and needs no key.",
      permission: "media:read",
      params: z.object({ ...version, mediaId }),
      query,
      returns: z.object({
        ...{ messaging_product: z.literal("whatsapp"), id: z.string(), url: z.string(), mime_type: z.string() },
        ...{ sha256: z.string().describe("Hexadecimal."), file_size: z.int() },
      }),
      problems: [notFound, mediaNotStored, graphPathUnknown, ...downloadProblems],
      run: (ctx, { params }) => {
        check(params);
        return readGraphMedia(ctx, params.mediaId);
      },
    }),
    route({
      ...shared,
      id: named("remove_media"),
      method: "DELETE",
      path: `${at}/:mediaId`,
      summary: "Remove an uploaded file, as the WhatsApp Cloud API does",
      description: "Messages that it was sent with keep theirs; how long is the channel's content mode.",
      permission: "media:write",
      params: z.object({ ...version, mediaId }),
      query,
      returns: done,
      problems: [notFound, graphPathUnknown],
      run: async (ctx, { params }) => {
        check(params);
        await removeUpload(ctx, params.mediaId);
        return { success: true } as const;
      },
    }),
  ];
};

export const graphRoutes: readonly Route[] = [...graphPaths(true), ...graphPaths(false)];
