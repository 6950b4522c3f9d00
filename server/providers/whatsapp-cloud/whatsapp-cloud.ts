import type { Provider } from "../provider.ts";
import { capabilities, mediaHosts } from "./capabilities.ts";
import { connect, disconnect } from "./connect.ts";
import { fetchMedia } from "./fetch-media.ts";
import { callGraph, graphOrigin, pathId } from "./graph.ts";
import { hook } from "./hook.ts";
import { send, sendSignal } from "./send.ts";
import { type CloudSecrets, type CloudSettings, cloudSecrets, cloudSettings } from "./settings.ts";
import { templates } from "./templates.ts";

/** WhatsApp Cloud API of Meta. */
export const whatsappCloud: Provider<CloudSettings, CloudSecrets> = {
  id: "whatsapp_cloud",
  settings: cloudSettings,
  secrets: cloudSecrets,
  changeable: ["storage"],
  can: capabilities,
  origins: [graphOrigin],
  hosts: [new URL(graphOrigin).hostname, ...mediaHosts.value],
  connect,
  disconnect,
  receive: hook,
  routes: (settings) => ({ channel: settings.phoneNumberId, account: settings.wabaId }),
  send,
  sendSignal,
  fetchMedia,
  templates,
  history: {
    // Both once, within 24 h of onboarding: later 2593108, repeated 2593107.
    async request(link, what, signal) {
      const sync_type = what === "contacts" ? "smb_app_state_sync" : "history";
      const path = `${pathId(link.settings.phoneNumberId)}/smb_app_data`;
      await callGraph(link, { method: "POST", path, json: { messaging_product: "whatsapp", sync_type } }, signal);
    },
  },
};
