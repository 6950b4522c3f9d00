import { z } from "zod";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import {
  downloadMedia,
  downloadProblems,
  MAX_UPLOAD_BYTES,
  mediaNotStored,
  mediaTypeRefused,
  readStored,
  uploadMedia,
  uploadView,
} from "./media.ts";
import { LINK_MINUTES, mediaUrl, readMediaLink } from "./media-link.ts";

const params = z.object({ id: z.string() });

export const mediaRoutes = [
  route({
    id: "media.upload",
    kind: "upload",
    method: "POST",
    path: "/v1/media",
    summary: "Upload a file to send",
    description:
      "multipart/form-data: an optional field `kind` (voice, sticker, document) before one file. Used once; removed after a day.",
    permission: "media:write",
    status: 201,
    maxBytes: MAX_UPLOAD_BYTES,
    returns: uploadView,
    problems: [mediaTypeRefused],
    run: (ctx, { body }) => uploadMedia(ctx, body),
  }),
  route({
    id: "media.get",
    method: "GET",
    path: "/v1/media/:id",
    summary: "Get a link to a file",
    description: `The link lives ${LINK_MINUTES} minutes; an erase ends it at once. One that was made with an API key opens without it while the key is valid; one of a member opens in that session only.`,
    permission: "media:read",
    params,
    returns: z.object({ id: z.string(), url: z.string(), expiresAt: z.iso.datetime() }),
    problems: [notFound, mediaNotStored],
    run: async (ctx, { params: { id } }) => {
      await readStored(ctx, id);
      return { id, ...mediaUrl(ctx, id) };
    },
  }),
  route({
    id: "media.content",
    kind: "download",
    method: "GET",
    path: "/v1/media/:id/content",
    summary: "Read a file's bytes",
    permission: "media:read",
    params,
    problems: downloadProblems,
    run: (ctx, { params: { id } }) => downloadMedia(ctx, id, ctx.range),
  }),
  route({
    id: "media.open_link",
    kind: "download",
    method: "GET",
    path: "/v1/media-files/:token",
    summary: "Read a file by its link",
    permission: "public",
    params: z.object({ token: z.string().max(400) }),
    problems: downloadProblems,
    run: async (ctx, { params: { token } }) => {
      const to = await readMediaLink(ctx, token);
      if (!to) throw notFound();
      return downloadMedia({ ...ctx, workspaceId: to.workspaceId }, to.attachmentId, ctx.range);
    },
  }),
];
