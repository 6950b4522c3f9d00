// A workspace with a number of a simulated WhatsApp, for tests of what is sent and received end to end.
import type { Says } from "@keepword/sim/whatsapp-cloud";
import type { WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import type { ConversationView } from "../conversations/conversation-view.ts";
import type { MessageDetail } from "../messages/view-message.ts";
import type { ApiAnswer, ApiClient } from "./api.ts";
import type { TestApp } from "./app.ts";
import type { GivenWorkspace } from "./given.ts";

export interface Page<T> {
  data: T[];
  nextCursor: string | null;
}

export interface Shop {
  workspace: GivenWorkspace;
  /** as the owner in a browser, or with a key */
  api: ApiClient;
  channelId: string;
  phoneNumberId: string;
  /** Somebody writes; the conversation as it is then. */
  hears(said: Omit<Says, "phoneNumberId">): Promise<ConversationView>;
  send(body: object, headers?: Record<string, string>): Promise<ApiAnswer<MessageDetail>>;
  read(messageId: string): Promise<MessageDetail>;
  thread(conversationId: string, query?: string): Promise<MessageDetail[]>;
  /** Everything that can go is sent, and its statuses are in. */
  sent(): Promise<void>;
}

/** `by`: who makes the channel and asks; a browser's login ends when the clock is moved far. */
export async function givenShop(test: TestApp, sim: WhatsAppCloudSim, by: "owner" | "key" = "owner"): Promise<Shop> {
  const workspace = await test.given.workspace();
  const { api } = by === "owner" ? workspace.owner : workspace;
  // the simulator calls one address: that of the newest shop. A verified number belongs to one channel of the installation
  const number = sim.addPhoneNumber({});
  const made = await api.post<{ id: string; webhookUrl: string }>("/v1/channels", {
    provider: "whatsapp_cloud",
    name: "Shop",
    settings: { phoneNumberId: number.id, wabaId: sim.wabaId, apiBaseUrl: sim.url },
    secrets: { accessToken: sim.accessToken, appSecret: sim.appSecret, verifyToken: sim.verifyToken },
  });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  await sim.setWebhook({ url: new URL(new URL(made.body.webhookUrl).pathname, test.url).href });
  const channelId = made.body.id;
  const shop: Shop = {
    ...{ workspace, api, channelId, phoneNumberId: number.id },
    async hears(said) {
      await sim.says({ ...said, phoneNumberId: number.id });
      // the team answers later than the person wrote
      test.clock.advance(1_000);
      const { body } = await api.get<Page<ConversationView>>("/v1/conversations?limit=1");
      const [conversation] = body.data;
      if (!conversation) throw new Error("nothing was heard");
      return conversation;
    },
    send: (body, headers) => api.post<MessageDetail>("/v1/messages", body, headers),
    read: async (id) => (await api.get<MessageDetail>(`/v1/messages/${id}`)).body,
    thread: async (id, query = "") =>
      (await api.get<Page<MessageDetail>>(`/v1/conversations/${id}/messages${query}`)).body.data,
    async sent() {
      await test.app.drain?.idle();
      await sim.settled();
    },
  };
  return shop;
}
