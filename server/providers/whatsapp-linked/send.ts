import { createHash } from "node:crypto";
import type { Agent } from "node:https";
import type { WASocket } from "baileys";

import type { Address } from "../address.ts";
import type { OutboundMessage, OutboundSignal } from "../outbound-message.ts";
import { ProviderError } from "../provider-error.ts";
import { bounded } from "./bounded.ts";
import { capabilities } from "./capabilities.ts";
import { composeMessage, outsideOf, type Refer } from "./compose.ts";
import { notConnected, refuse } from "./faults.ts";
import { jidOf } from "./jids.ts";
import { askPhone } from "./ask-phone.ts";
import type { LiveSocket } from "./live.ts";
import { uploadMedia } from "./media.ts";

/**
 * The network's id of a message, made from ours: a message that is sent again after a crash goes under the id it had, and the
 * devices that have it drop it.
 */
export function messageIdOf(callbackData: string): string {
  return `3EB0${createHash("sha256").update(`keepword/${callbackData}`).digest("hex").slice(0, 18).toUpperCase()}`;
}

export type SendContext = {
  sock: WASocket;
  isOpen: () => boolean;
  mediaAgent: Agent;
  /** The hidden id of a number, as far as it is known here. */
  knownLid: (phoneJid: string) => Promise<string | null>;
  /** Told before the call: the network's id of a message, and ours. */
  onSend: (id: string, callbackData: string) => void;
};

const unreachable = (code: string, sentence: "not_on_network" | "undeliverable") =>
  refuse({ kind: "recipient_unreachable", code, scope: "recipient", sentence });

/** Whoever is written to by number is looked up once: writing to numbers that are not there is what spammers do. */
async function destinationOf({ sock, knownLid }: SendContext, to: Address): Promise<string> {
  const jid = jidOf(to);
  if (jid === null) throw unreachable("address_unusable", "undeliverable");
  if (to.kind !== "phone") return jid;
  const lid = await knownLid(jid);
  if (lid !== null) return lid;
  const [found] = (await sock.onWhatsApp(to.value)) ?? [];
  if (!found?.exists) throw unreachable("not_on_network", "not_on_network");
  return (await sock.signalRepository.lidMapping.getLIDForPN(found.jid)) ?? found.jid;
}

/** @throws ProviderError */
function assertLength({ content }: OutboundMessage): void {
  const caption = "caption" in content ? (content.caption ?? "") : "";
  const isTooLong =
    caption.length > capabilities.caption.value.maxLength ||
    ((content.kind === "text" || content.kind === "edit") && content.text.length > capabilities.text.value.maxLength);
  if (isTooLong) throw refuse({ kind: "rejected", code: "too_long", scope: "message", sentence: "too_long" });
}

function referTo(sock: WASocket, jid: string, message: OutboundMessage): Refer {
  const { isOwn, author } = message.refersTo ?? {};
  const own = jid.endsWith("@lid") ? (sock.user?.lid ?? sock.user?.id) : sock.user?.id;
  const other = (author && jidOf(author)) ?? (jid.endsWith("@g.us") ? null : jid);
  return (id) => ({
    ...{ remoteJid: jid, id, fromMe: isOwn === true },
    participant: (isOwn ? own?.replace(/:\d+(?=@)/, "") : other) ?? null,
  });
}

export function createLiveSocket(context: SendContext): LiveSocket {
  const { sock, isOpen, mediaAgent } = context;
  return {
    async send(message, signal) {
      if (!isOpen()) throw notConnected();
      assertLength(message);
      try {
        const jid = await destinationOf(context, message.to);
        const content = await composeMessage(message, referTo(sock, jid, message), async (media, kind) =>
          uploadMedia({ media, kind, to: await sock.refreshMediaConn(), agent: mediaAgent }, signal),
        );
        if (signal.aborted) throw notConnected("given_up", 2_000);
        const id = messageIdOf(message.callbackData ?? crypto.randomUUID());
        if (message.callbackData !== undefined) context.onSend(id, message.callbackData);
        await bounded(sock.relayMessage(jid, content, { messageId: id, ...outsideOf(message.content) }), signal);
        return { providerMessageId: id };
      } catch (error) {
        if (error instanceof ProviderError) throw error;
        // whatever became of it: the next attempt goes under the same id
        throw notConnected(signal.aborted ? "timeout" : "send_broken", 2_000);
      }
    },
    async sendSignal(what: OutboundSignal, signal) {
      const jid = what.to && jidOf(what.to);
      if (!isOpen() || !jid) return;
      if (what.kind === "typing") return bounded(sock.sendPresenceUpdate("composing", jid), signal);
      const participant = what.author && jidOf(what.author);
      const key = {
        remoteJid: jid,
        id: what.providerMessageId,
        fromMe: false,
        ...(participant ? { participant } : {}),
      };
      await bounded(sock.readMessages([key]), signal);
    },
    async askForMedia(question, signal) {
      if (!isOpen()) throw notConnected();
      return askPhone(context, question, signal);
    },
  };
}
