// WhatsApp numbers that Cloud API clients are tried on: each kind of channel is one row of the same table.
import type { WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import type { WhatsAppLinkedSim } from "@keepword/sim/whatsapp-linked";
import type { MessageDetail } from "../messages/view-message.ts";
import type { TestApp } from "./app.ts";
import { eventually, givenLinkedPhone } from "./linked-phone.ts";
import { givenShop } from "./shop.ts";

/** What a person's phone got. */
export interface Arrived {
  type: string;
  text: string;
  /** the id, at the provider, of the quoted message */
  replyTo?: string | undefined;
  /** what the message was reacted with, in order */
  reaction?: string | undefined;
}

export interface Line {
  /** A key of the workspace, with every permission. */
  apiKey: string;
  workspaceId: string;
  channelId: string;
  /** Names of the number in the path, besides the channel's id. */
  names: string[];
  /** The person's number, as somebody types it. */
  person: string;
  /** The person writes; the ids of the message, ours and the provider's. */
  hears(text: string): Promise<{ id: string; providerId: string }>;
  /** The person sends a picture; our id of the file. */
  hearsPicture(): Promise<string>;
  /** What arrived at the person, oldest first, once everything that can go is sent. */
  arrived(): Promise<Arrived[]>;
  /** Resolves when the person's phone shows that we read the message. */
  sawRead(providerId: string): Promise<void>;
}

export interface LineKind {
  kind: string;
  open(): Promise<Line>;
}

/** A number of the simulated Cloud API. */
export const cloudLine = (test: TestApp, sim: () => WhatsAppCloudSim): LineKind => ({
  kind: "whatsapp_cloud",
  async open() {
    const shop = await givenShop(test, sim());
    const { phoneNumberId, channelId, workspace } = shop;
    const mine = () => sim().messages({ phoneNumberId, direction: "out" });
    const newest = async () => {
      const { rows } = await test.admin.query<{ id: string }>(
        "select id from message where channel_id = $1 and direction = 'inbound' order by sort_at desc, id desc limit 1",
        [channelId],
      );
      return rows[0]?.id ?? "";
    };
    return {
      ...{ apiKey: workspace.apiKey, workspaceId: workspace.id, channelId, names: [phoneNumberId] },
      person: "+254 700-000-101",
      async hears(text) {
        await shop.hears({ person: "wanjiru", text });
        const id = await newest();
        return { id, providerId: (await shop.read(id)).providerMessageId ?? "" };
      },
      async hearsPicture() {
        await shop.hears({ person: "wanjiru", image: {} });
        const id = await newest();
        return (await shop.read(id)).attachments[0]?.id ?? "";
      },
      async arrived() {
        await shop.sent();
        return mine().map(({ type, text, replyTo, body }) => ({
          ...{ type, text, replyTo },
          reaction: (body["reaction"] as { emoji?: string } | undefined)?.emoji,
        }));
      },
      async sawRead(messageId) {
        await test.app.signals.idle();
        await sim().waitForBusinessRead({ messageId });
      },
    };
  },
});

/** An ordinary number, linked as a device of the simulated network. */
export const linkedLine = (test: TestApp, sim: () => WhatsAppLinkedSim): LineKind => ({
  kind: "whatsapp_linked",
  async open() {
    const workspace = await test.given.workspace();
    const pace = { perSecond: 100, perContactMs: 0 };
    const linked = await givenLinkedPhone(workspace, workspace.owner.api, sim(), { pace });
    await linked.pair();
    const { channelId, phone } = linked;
    const person = "254700000101";
    const count = async (where: string): Promise<number> =>
      (
        await test.admin.query<{ n: number }>(
          `select count(*)::int as n from message where channel_id = $1 and ${where}`,
          [channelId],
        )
      ).rows[0]?.n ?? 0;
    /** Our message of what the person says. */
    const heard = async (what: { text: string } | { image: true }): Promise<MessageDetail> => {
      const { id: providerId } = await sim().says({ person, to: phone, ...what });
      const message = await eventually(async () => {
        const [conversation] = await linked.conversations();
        const thread = conversation ? await linked.thread(conversation.id) : [];
        return thread.find(({ providerMessageId }) => providerMessageId === providerId);
      }, "what was said");
      // the team answers later than the person wrote
      test.clock.advance(1_000);
      return message;
    };
    return {
      ...{ apiKey: workspace.apiKey, workspaceId: workspace.id, channelId, names: [phone] },
      person: "+254 700-000-101",
      async hears(text) {
        const { id, providerMessageId } = await heard({ text });
        return { id, providerId: providerMessageId ?? "" };
      },
      hearsPicture: async () => (await heard({ image: true })).attachments[0]?.id ?? "",
      async arrived() {
        await test.app.drain?.idle();
        const wanted = await count("direction = 'outbound'");
        const mine = () => sim().messages({ from: phone, to: person });
        await eventually(() => mine().length >= wanted, "everything on the phone");
        return mine().map(({ type, text, replyTo }) => ({
          ...{ type, text, replyTo },
          reaction: type === "reaction" ? text : undefined,
        }));
      },
      async sawRead(id) {
        await test.app.signals.idle();
        await sim().waitForMessage({ id, status: "read" });
      },
    };
  },
});

export interface GraphFailure {
  error: { code: number; message: string; error_data: { details: string }; fbtrace_id: string };
}
interface GraphSent {
  contacts: { input: string; wa_id?: string; user_id?: string }[];
  messages: { id: string; message_status?: string }[];
}

/** Calls `/graph` as plain HTTP does. */
export function graphCaller(url: string, { apiKey }: Pick<Line, "apiKey">) {
  return async <T = GraphSent>(path: string, body?: object, init: RequestInit = {}) => {
    const answer = await fetch(`${url}/graph${path}`, {
      method: body ? "POST" : "GET",
      ...init,
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...init.headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as T & GraphFailure };
  };
}
