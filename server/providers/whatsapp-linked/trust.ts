import type { EgressRoute } from "../../platform/egress-agent.ts";
import { asObject } from "../json-read.ts";
import { ProviderError } from "../provider-error.ts";
import type { LinkedLink } from "./settings.ts";

/** Where the network is and by what it proves itself. */
export type Network = {
  readonly webSocketUrl: string;
  /** Undefined: the vendor's own. */
  readonly noiseRoot?: Buffer;
  readonly mediaHost: string;
  readonly socketRoute: EgressRoute;
  readonly mediaRoute: EgressRoute;
};

export const webSocketUrl = "wss://web.whatsapp.com/ws/chat";
export const mediaHost = "mmg.whatsapp.net";

/**
 * The vendor's network, or what a simulator says of itself. The core has checked that the simulator's origin is one of the operator's:
 * whoever it names may lie in a private network and bring its own certificates.
 */
export async function readNetwork(link: LinkedLink, signal: AbortSignal): Promise<Network> {
  const { apiBaseUrl } = link.settings;
  const proxy = link.secrets.proxyUrl === undefined ? {} : { proxyUrl: link.secrets.proxyUrl };
  if (apiBaseUrl === undefined) return { webSocketUrl, mediaHost, socketRoute: proxy, mediaRoute: proxy };
  const answer = await link.http(`${apiBaseUrl.replace(/\/+$/, "")}/trust`, { signal, timeoutMs: 5_000 });
  const text = await answer.text();
  const trust = answer.status === 200 ? asObject(JSON.parse(text)) : undefined;
  const [root, url, host, ca] = ["noiseRootPublicKey", "webSocketUrl", "mediaHost", "mediaCa"].map(
    (name) => trust?.[name],
  );
  if (typeof root !== "string" || typeof url !== "string") {
    const fault = {
      kind: "retry_later",
      code: "trust_unreadable",
      scope: "channel",
      sentence: "provider_trouble",
    } as const;
    throw new ProviderError(fault);
  }
  const isPlain = new URL(url).protocol === "ws:";
  const local = { ...proxy, isLocal: true, ...(typeof ca === "string" ? { ca } : {}) };
  return {
    webSocketUrl: url,
    noiseRoot: Buffer.from(root, "base64"),
    mediaHost: typeof host === "string" ? host : mediaHost,
    socketRoute: isPlain ? { ...local, isPlain } : local,
    mediaRoute: local,
  };
}
