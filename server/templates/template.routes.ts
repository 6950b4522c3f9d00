import { z } from "zod";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import {
  createTemplate,
  listTemplates,
  removeTemplate,
  templateRefused,
  templatesUnsupported,
  templateView,
} from "./template.ts";
import { templateSyncJob } from "./template.jobs.ts";

const params = z.object({ id: z.string() });

export const templateRoutes = [
  route({
    id: "template.list",
    method: "GET",
    path: "/v1/channels/:id/templates",
    summary: "List a channel's templates",
    permission: "template:read",
    params,
    returns: z.object({ data: z.array(templateView), nextCursor: z.null() }),
    problems: [notFound],
    run: async (ctx, { params: { id } }) => ({ data: await listTemplates(ctx, id), nextCursor: null }),
  }),
  route({
    id: "template.sync",
    method: "POST",
    path: "/v1/channels/:id/templates/sync",
    summary: "Copy the templates from the provider now",
    permission: "template:manage",
    status: 202,
    params,
    problems: [notFound],
    run: async (ctx, { params: { id } }) => {
      await listTemplates(ctx, id);
      await ctx.enqueue(ctx.tx, templateSyncJob, { channelId: id }, { key: `template.sync/${id}` });
    },
  }),
  route({
    id: "template.create",
    method: "POST",
    path: "/v1/channels/:id/templates",
    summary: "Hand a template to the provider for review",
    permission: "template:manage",
    isOpen: true,
    status: 201,
    params,
    body: z.object({
      name: z.string().regex(/^[a-z0-9_]{1,512}$/),
      language: z.string().min(2).max(20),
      category: z.enum(["marketing", "utility", "authentication"]),
      parameterFormat: z.enum(["positional", "named"]).default("positional"),
      components: z.array(z.record(z.string(), z.unknown())).min(1).max(10),
    }),
    returns: templateView,
    problems: [notFound, templatesUnsupported, templateRefused],
    run: (ctx, { params: { id }, body }) => createTemplate(ctx, id, body),
  }),
  route({
    id: "template.remove",
    method: "DELETE",
    path: "/v1/channels/:id/templates/:templateId",
    summary: "Remove one language of a template",
    permission: "template:manage",
    isOpen: true,
    status: 204,
    params: params.extend({ templateId: z.string() }),
    problems: [notFound, templatesUnsupported, templateRefused],
    run: (ctx, { params: { id, templateId } }) => removeTemplate(ctx, id, templateId),
  }),
];
