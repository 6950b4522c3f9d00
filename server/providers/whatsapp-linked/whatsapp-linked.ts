import type { Provider } from "../provider.ts";
import { capabilities, ratesOf } from "./capabilities.ts";
import { notConnected } from "./faults.ts";
import { liveSocket } from "./live.ts";
import { fetchMedia } from "./media.ts";
import { linkedSecrets, linkedSettings, type LinkedSecrets, type LinkedSettings } from "./settings.ts";
import { mediaHost, webSocketUrl } from "./trust.ts";

/** An ordinary WhatsApp number as a linked device. Its library is loaded by the first `open`, and by nothing else. */
export const whatsappLinked: Provider<LinkedSettings, LinkedSecrets> = {
  id: "whatsapp_linked",
  settings: linkedSettings,
  secrets: linkedSecrets,
  changeable: ["pace"],
  can: capabilities,
  ratesOf,
  origins: [],
  hosts: [new URL(webSocketUrl).hostname, mediaHost, "whatsapp.net"],
  connect: async () => ({ state: "needs_pairing" }),
  receive: {
    mode: "session",
    async open(link, ports, options) {
      await import("./quiet-console.ts");
      const { openSession } = await import("./open-session.ts");
      return openSession(link, ports, options);
    },
    async tellLeft(ports) {
      await import("./quiet-console.ts");
      const { tellLeft } = await import("./tell-left.ts");
      await tellLeft(ports);
    },
  },
  routes: () => ({}),
  async send(link, message, signal) {
    const socket = liveSocket(link.channelId);
    if (!socket) throw notConnected();
    return socket.send(message, signal);
  },
  async sendSignal(link, what, signal) {
    await liveSocket(link.channelId)?.sendSignal(what, signal);
  },
  fetchMedia,
  async askForMedia(link, question, signal) {
    const socket = liveSocket(link.channelId);
    if (!socket) throw notConnected();
    return socket.askForMedia(question, signal);
  },
};
