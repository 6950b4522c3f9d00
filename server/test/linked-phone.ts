// A workspace with a linked phone of a simulated WhatsApp, for tests of sessions end to end.
import { startWhatsappLinked, type WhatsAppLinkedSim } from "@keepword/sim/whatsapp-linked";
import { afterAll, beforeAll, vi } from "vitest";
import type { ConversationView } from "../conversations/conversation-view.ts";
import type { MessageDetail } from "../messages/view-message.ts";
import { acquireLeases, type Lease } from "../sessions/lease.ts";
import type { SessionView } from "../sessions/session.ts";
import type { ApiAnswer, ApiClient } from "./api.ts";
import { createTestApp, type TestApp } from "./app.ts";
import type { GivenWorkspace } from "./given.ts";
import type { Page } from "./shop.ts";

export interface LinkedPhone {
  workspaceId: string;
  api: ApiClient;
  channelId: string;
  phone: string;
  session(): Promise<SessionView>;
  /** The session once it is in this state. */
  reaches(state: SessionView["state"], what?: (view: SessionView) => boolean, timeoutMs?: number): Promise<SessionView>;
  /** Pairs by QR, agreeing to the notice. */
  pair(timeoutMs?: number): Promise<SessionView>;
  conversations(): Promise<ConversationView[]>;
  thread(conversationId: string): Promise<MessageDetail[]>;
  send(body: object): Promise<ApiAnswer<MessageDetail>>;
  read(messageId: string): Promise<MessageDetail>;
}

/** Asks again until it is so: what a program without events would do. */
export async function eventually<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
  timeoutMs = 30_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const found = await ask();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > until) throw new Error(`it never came to ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

let count = 0;

/** A channel that is not paired yet. `api` of an owner, or of a key that manages the workspace. */
export async function givenLinkedPhone(
  workspace: Pick<GivenWorkspace, "id">,
  api: ApiClient,
  sim: Pick<WhatsAppLinkedSim, "url" | "scan">,
  settings: object = {},
): Promise<LinkedPhone> {
  const phone = `1555100${String(1000 + ++count)}`;
  const made = await api.post<{ id: string }>("/v1/channels", {
    ...{ provider: "whatsapp_linked", name: "Shop phone", contentMode: "full" },
    settings: { apiBaseUrl: sim.url, ...settings },
    secrets: {},
  });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const channelId = made.body.id;
  const path = `/v1/channels/${channelId}/session`;
  const session = async () => (await api.get<SessionView>(path)).body;
  const linked: LinkedPhone = {
    ...{ workspaceId: workspace.id, api, channelId, phone, session },
    reaches: (state, what = () => true, timeoutMs = 30_000) =>
      eventually(
        async () => {
          const view = await session();
          return view.state === state && what(view) ? view : undefined;
        },
        state,
        timeoutMs,
      ),
    async pair(timeoutMs) {
      const refused = await api.post<{ version: string }>(path, { method: "qr" });
      if (refused.status === 422) await api.post(path, { method: "qr", acknowledgement: refused.body.version });
      const { qr = "" } = await linked.reaches("pairing", (view) => view.qr !== undefined, timeoutMs);
      await sim.scan({ phone, qr });
      return linked.reaches("connected", undefined, timeoutMs);
    },
    conversations: async () => (await api.get<Page<ConversationView>>("/v1/conversations")).body.data,
    thread: async (id) => (await api.get<Page<MessageDetail>>(`/v1/conversations/${id}/messages`)).body.data,
    send: (body) => api.post<MessageDetail>("/v1/messages", body),
    read: async (id) => (await api.get<MessageDetail>(`/v1/messages/${id}`)).body,
  };
  return linked;
}

/** A session that no process has, and a lease of it. */
export async function leaseOf(test: TestApp, { workspaceId, channelId }: LinkedPhone): Promise<Lease> {
  await test.admin.query(
    `insert into session (workspace_id, channel_id, state, since, updated_at) values ($1, $2, 'unpaired', $3, $3)`,
    [workspaceId, channelId, test.clock.now()],
  );
  const [lease] = await acquireLeases(test.app, "own_first", [{ workspaceId, channelId }]);
  if (!lease) throw new Error("no lease");
  return lease;
}

/** A server on a simulated network, and new phones of one workspace, for a whole test file. */
export async function testPhones(): Promise<{
  sim: WhatsAppLinkedSim;
  testing: TestApp;
  newPhone(): Promise<LinkedPhone>;
}> {
  // real encryption and real sockets, on a machine that may be busy
  vi.setConfig({ testTimeout: 60_000 });
  const sim = await startWhatsappLinked();
  const testing = createTestApp({ providerOrigins: () => [sim.url] });
  afterAll(() => sim[Symbol.asyncDispose]());
  let workspace: GivenWorkspace;
  beforeAll(async () => {
    workspace = await testing.given.workspace();
  });
  return { sim, testing, newPhone: () => givenLinkedPhone(workspace, workspace.owner.api, sim) };
}
