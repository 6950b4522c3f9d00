import { z } from "zod";
import { sendingStopProblems } from "../identity/sending-stop.ts";
import { addressUnusable, channelDisconnected, personUnseen } from "../messages/send-problems.ts";
import { pageOf, pageQuery } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { conversationStatuses, conversationView } from "./conversation-view.ts";
import { listConversations, readConversation } from "./list-conversations.ts";
import { contactRestricted, listReach, newConversation, openConversation, reachView } from "./open-conversation.ts";
import {
  assigneeUnknown,
  conversationPatch,
  conversationsPatch,
  countConversations,
  labelUnknown,
  markRead,
  updateConversation,
  updateConversations,
} from "./update-conversation.ts";

const params = z.object({ id: z.string() });

export const conversationRoutes = [
  route({
    id: "conversation.list",
    method: "GET",
    path: "/v1/conversations",
    summary: "List conversations, latest activity first",
    description:
      "One in which nobody wrote yet and nobody did anything (`isEmpty`) is listed by `label`, `mentioned` and `q` only.",
    permission: "conversation:read",
    query: pageQuery.extend({
      status: z.enum(conversationStatuses).optional(),
      channelId: z.string().optional(),
      assignee: z.string().optional().describe("A member's id, `me` or `none`."),
      label: z.string().optional().describe("A label's id."),
      mentioned: z
        .literal("me")
        .optional()
        .describe("Those with a note that mentions the asking member, who has not read them since."),
      q: z.string().trim().min(1).max(200).optional().describe("Words of a name, or a whole phone number or user id."),
    }),
    returns: pageOf(conversationView),
    run: (ctx, { query: { mentioned, ...query } }) =>
      listConversations(ctx, { ...query, isMentioned: mentioned === "me" }),
  }),
  route({
    id: "conversation.create",
    method: "POST",
    path: "/v1/conversations",
    summary: "Open the conversation with a person on a channel",
    description:
      "The same one each time; made where there is none, and empty until somebody writes. Nothing is sent. A key needs `conversation:read`, too. Whoever is limited to channels opens it only with people who have a conversation on one of them; `to` answers `conversation.person_unseen` for everybody else, whether the workspace knows them or not. What the service window and the person's consents allow is judged when something is.",
    permission: "message:send",
    body: newConversation,
    returns: conversationView,
    problems: [notFound, contactRestricted, addressUnusable, channelDisconnected, personUnseen, ...sendingStopProblems],
    run: (ctx, { body }) => openConversation(ctx, body),
  }),
  route({
    id: "contact_channel.list",
    method: "GET",
    path: "/v1/contacts/:id/channels",
    summary: "List the channels on which a contact can be written to",
    description: "First those on which they spoke, latest first. One that is removed or not connected is left out.",
    permission: "contact:read",
    params,
    returns: z.object({ data: z.array(reachView) }),
    problems: [notFound],
    run: async (ctx, { params: { id } }) => ({ data: await listReach(ctx, id) }),
  }),
  route({
    id: "conversation.counts",
    method: "GET",
    path: "/v1/conversation-counts",
    summary: "Count open conversations",
    permission: "conversation:read",
    returns: z.object({ mine: z.int(), unassigned: z.int(), all: z.int(), mentioned: z.int() }),
    run: (ctx) => countConversations(ctx),
  }),
  route({
    id: "conversation.get",
    method: "GET",
    path: "/v1/conversations/:id",
    summary: "Read one conversation",
    permission: "conversation:read",
    params,
    returns: conversationView,
    problems: [notFound],
    run: (ctx, { params: { id } }) => readConversation(ctx, id),
  }),
  route({
    id: "conversation.update",
    method: "PATCH",
    path: "/v1/conversations/:id",
    summary: "Assign, label, resolve, reopen or snooze",
    permission: "conversation:write",
    params,
    body: conversationPatch,
    returns: conversationView,
    problems: [notFound, assigneeUnknown, labelUnknown],
    run: (ctx, { params: { id }, body }) => updateConversation(ctx, id, body),
  }),
  route({
    id: "conversation.update_many",
    method: "PATCH",
    path: "/v1/conversations",
    summary: "Change up to 100 conversations at once",
    description: "All of them or none; those that are gone meanwhile are left out of the answer.",
    permission: "conversation:write",
    body: conversationsPatch,
    returns: z.object({ data: z.array(conversationView), nextCursor: z.null() }),
    problems: [assigneeUnknown, labelUnknown],
    run: async (ctx, { body }) => ({ data: await updateConversations(ctx, body), nextCursor: null }),
  }),
  route({
    id: "conversation.read",
    method: "POST",
    path: "/v1/conversations/:id/read",
    summary: "Mark read (or unread) for the asking member",
    permission: "conversation:read",
    params,
    body: z.object({
      unread: z.int().min(0).default(0).describe("How many of the latest inbound messages stay unread."),
    }),
    returns: conversationView,
    problems: [notFound],
    run: (ctx, { params: { id }, body }) => markRead(ctx, id, body.unread),
  }),
];
