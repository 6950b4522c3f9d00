import { z } from "zod";
import { featureOff } from "../identity/features.ts";
import { pageOf, pageQuery } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { providerIds } from "../providers/provider.ts";
import { channelView, contentMode, readReceipts } from "./channel-view.ts";
import {
  createChannel,
  listChannels,
  numberTaken,
  originRefused,
  providerUnavailable,
  providerWaits,
  readChannel,
  removeChannel,
  settingFixed,
  updateChannel,
} from "./channels.ts";
import { channelHealthView, readChannelHealth } from "./read-channel-health.ts";

const name = z.string().trim().min(1).max(100);
const params = z.object({ id: z.string().max(64) });
const anyObject = z.record(z.string(), z.unknown());

export const channelRoutes = [
  route({
    id: "channel.create",
    method: "POST",
    path: "/v1/channels",
    summary: "Connect a number or page",
    description:
      "Answers at once with `status: verifying` and receives from now on; whether the credentials work, its health tells. " +
      "Without `contentMode`, channels made with an API key are `metadata-only`, those made in the web app `days:365`.",
    permission: "channel:manage",
    idempotent: true,
    status: 201,
    body: z.object({
      provider: z.enum(providerIds),
      name,
      contentMode: contentMode.optional(),
      settings: anyObject,
      secrets: anyObject.describe("They never come back."),
    }),
    returns: channelView,
    problems: [providerUnavailable, providerWaits, featureOff, originRefused, numberTaken],
    run: (ctx, { body }) => createChannel(ctx, body),
  }),
  route({
    id: "channel.list",
    method: "GET",
    path: "/v1/channels",
    summary: "List channels",
    permission: "channel:read",
    query: pageQuery,
    returns: pageOf(channelView),
    run: (ctx, { query }) => listChannels(ctx, query),
  }),
  route({
    id: "channel.get",
    method: "GET",
    path: "/v1/channels/:id",
    summary: "Read a channel",
    permission: "channel:read",
    params,
    returns: channelView,
    problems: [notFound],
    run: (ctx, { params: { id } }) => readChannel(ctx, id),
  }),
  route({
    id: "channel.update",
    method: "PATCH",
    path: "/v1/channels/:id",
    summary: "Rename a channel, or change its settings, secrets, content mode or read receipts",
    description:
      "Secrets that are given replace those of the same name and start a new check. Of the settings a linked phone's `pace` can be " +
      "changed, as it stands in the making of one; null goes back to the careful pace.",
    permission: "channel:manage",
    params,
    body: z.object({
      name: name.optional(),
      contentMode: contentMode.optional(),
      readReceipts: readReceipts.optional(),
      settings: anyObject.optional(),
      secrets: anyObject.optional(),
    }),
    returns: channelView,
    problems: [notFound, providerUnavailable, settingFixed],
    run: (ctx, { params: { id }, body }) => updateChannel(ctx, id, body),
  }),
  route({
    id: "channel.remove",
    method: "DELETE",
    path: "/v1/channels/:id",
    summary: "Disconnect a channel",
    description:
      "`data=keep` leaves its conversations readable; `data=purge` deletes them. Its provider is told to send nothing more; within five minutes " +
      "its secrets and its ids at the provider are gone.",
    permission: "channel:manage",
    params,
    query: z.object({ data: z.enum(["keep", "purge"]).default("keep") }),
    problems: [notFound],
    run: (ctx, { params: { id }, query }) => removeChannel(ctx, id, query.data),
  }),
  route({
    id: "channel.health",
    method: "GET",
    path: "/v1/channels/:id/health",
    summary: "Read how a channel fares",
    permission: "channel:read",
    params,
    returns: channelHealthView,
    problems: [notFound],
    run: (ctx, { params: { id } }) => readChannelHealth(ctx, id),
  }),
];
