// WhatsApp numbers that Cloud API clients are tried on: each kind of channel is one row of the same table.
import type { WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import type { TestApp } from "./app.ts";
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
