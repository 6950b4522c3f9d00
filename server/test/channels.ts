// A channel of a simulated WhatsApp Cloud API as people make, check and read it: by the API.
import type { WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { expect } from "vitest";
import type { ChannelView } from "../channels/channel-view.ts";
import { channelCheckJob } from "../channels/channels.jobs.ts";
import type { ChannelHealthView } from "../channels/read-channel-health.ts";
import type { ApiClient } from "./api.ts";
import type { TestApp } from "./app.ts";
import type { GivenWorkspace } from "./given.ts";

/** What a channel of this simulator is made of. */
export const cloudChannel = (
  sim: WhatsAppCloudSim,
  phoneNumberId: string,
  more: { settings?: object; secrets?: object } = {},
) => ({
  provider: "whatsapp_cloud",
  name: "Shop",
  settings: { phoneNumberId, wabaId: sim.wabaId, apiBaseUrl: sim.url, ...more.settings },
  secrets: { accessToken: sim.accessToken, appSecret: sim.appSecret, verifyToken: sim.verifyToken, ...more.secrets },
});

export async function createChannel(api: ApiClient, body: object): Promise<ChannelView> {
  const answer = await api.post<ChannelView>("/v1/channels", body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}

export const readChannel = async (api: ApiClient, id: string): Promise<ChannelView> =>
  (await api.get<ChannelView>(`/v1/channels/${id}`)).body;

export const readHealth = async (api: ApiClient, id: string): Promise<ChannelHealthView> =>
  (await api.get<ChannelHealthView>(`/v1/channels/${id}/health`)).body;

/** What the API does not tell: as the job checks a channel, and what the database has of it. */
export const behindChannels = (t: TestApp) => ({
  check: (workspace: GivenWorkspace, channelId: string): Promise<void> =>
    channelCheckJob.run(t.app, { workspaceId: workspace.id, channelId }),
  secretsOf: async (channelId: string): Promise<Buffer | null | undefined> =>
    (await t.admin.query<{ secrets: Buffer | null }>("select secrets from channel where id = $1", [channelId])).rows[0]
      ?.secrets,
  eventsOf: async (channelId: string): Promise<string[]> =>
    (await t.admin.query("select type from event where channel_id = $1 order by position", [channelId])).rows.map(
      (row) => String(row.type),
    ),
});
