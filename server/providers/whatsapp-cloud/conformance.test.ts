import { startWhatsAppCloudSim, type Says, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";

import { catchHooks, type HookCatcher } from "../catch-hooks.ts";
import type { ConformanceSim, PersonDoes, SendTrouble } from "../conformance-sim.ts";
import { conformance } from "../conformance.ts";
import type { InboundEvent } from "../inbound-event.ts";
import { hook } from "./hook.ts";
import type { CloudSecrets, CloudSettings } from "./settings.ts";
import { whatsappCloud } from "./whatsapp-cloud.ts";

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat([...parts.map((part) => Buffer.from(part as string)), Buffer.alloc(3000, 7)]);
const samples = {
  image: { bytes: bytes([0xff, 0xd8, 0xff, 0xe0]), mimeType: "image/jpeg" },
  video: { bytes: bytes([0, 0, 0, 24], "ftypmp42"), mimeType: "video/mp4" },
  audio: { bytes: bytes("ID3"), mimeType: "audio/mpeg" },
  voice: { bytes: bytes("OggS", [0, 2], "OpusHead"), mimeType: "audio/ogg; codecs=opus" },
  document: { bytes: bytes("%PDF-1.7\r\n--keepword\r\n"), mimeType: "application/pdf" },
  sticker: { bytes: bytes("RIFF", [0, 0, 0, 0], "WEBP"), mimeType: "image/webp" },
};

const errorCodes: Partial<Record<SendTrouble, number>> = {
  retry_later: 130429,
  rejected: 131008,
  recipient_unreachable: 131026,
  window_closed: 131047,
  auth_lost: 190,
  banned: 131031,
  opted_out: 131050,
};

function saysOf(what: PersonDoes): Says {
  switch (what.kind) {
    case "text":
      return { text: what.text, ...(what.replyTo !== undefined && { replyTo: what.replyTo }) };
    case "location":
      return { location: { latitude: what.latitude, longitude: what.longitude } };
    case "contacts":
      return { contacts: true };
    case "reaction":
      return { reaction: { messageId: what.messageId, ...(what.emoji !== null && { emoji: what.emoji }) } };
    case "edit":
      return { edit: { messageId: what.messageId, text: what.text } };
    case "delete":
      return { revoke: { messageId: what.messageId } };
    case "image":
    case "video":
    case "audio":
    case "voice":
    case "document":
    case "sticker":
      return { [what.kind]: { bytes: what.bytes, mime: what.mimeType } };
  }
}

async function startSim(): Promise<ConformanceSim<CloudSettings, CloudSecrets>> {
  const sim = await startWhatsAppCloudSim({ pairLimit: false, deliveredAfterMs: 0 });
  const { phoneNumberId, wabaId, accessToken, appSecret, verifyToken } = sim;
  const secrets = { accessToken, appSecret, verifyToken };
  const catcher = await catchHooks(hook, secrets);
  // The handshake runs here: a wrong answer of ours would end the test.
  await sim.setWebhook({ url: catcher.url });
  return {
    settings: { phoneNumberId, wabaId, apiBaseUrl: sim.url },
    secrets,
    wrongSecrets: [
      { ...secrets, accessToken: "EAA-wrong" },
      { ...secrets, appSecret: "of-another-app" },
    ],
    origins: [sim.url],
    person: {
      address: { kind: "phone", value: "+254700000101" },
      aliases: [
        { kind: "wa_user_id", value: "KE.71004400101" },
        { kind: "phone", value: "+254700000101" },
      ],
      name: "Wanjiru Otieno",
    },
    hiddenPerson: { address: { kind: "wa_user_id", value: "JP.71004400103" } },
    ...observed(sim, catcher),
    trouble(next) {
      const code = errorCodes[next];
      if (code !== undefined) sim.fault({ kind: "error", code });
      else if (next === "cut_after_acceptance") sim.fault({ kind: "close", accept: true });
      else if (next === "nonsense_answer") sim.fault({ kind: "http", http: 502 });
      else return false;
      return true;
    },
    expireLinks: () => sim.expireMediaLinks({}),
    template: {
      kind: "template",
      template: {
        name: "order_update",
        language: "en_US",
        body: [
          { kind: "text", text: "Wanjiru" },
          { kind: "text", text: "1042" },
        ],
        buttons: [{ kind: "url", index: 0, suffix: "1042" }],
      },
    },
    [Symbol.asyncDispose]: async () => {
      await sim[Symbol.asyncDispose]();
      await catcher[Symbol.asyncDispose]();
    },
  };
}

type Observed = Pick<
  ConformanceSim<CloudSettings, CloudSecrets>,
  "does" | "statusesUntilRead" | "repeated" | "taken" | "lastMedium" | "isMarkedRead" | "isTyping"
>;

function observed(sim: WhatsAppCloudSim, catcher: HookCatcher): Observed {
  const eventsFrom = (from: number): InboundEvent[] =>
    catcher.bodies.slice(from).flatMap(({ raw }) => hook.parse(raw).parts.flatMap((part) => [...part.events]));
  let lastFrom = 0;
  return {
    async does(what, isHidden) {
      await sim.settled();
      lastFrom = catcher.bodies.length;
      const said = await sim.says({ person: isHidden === true ? "mei" : "wanjiru", ...saysOf(what) });
      return { messageId: said.messageId, events: eventsFrom(lastFrom) };
    },
    async statusesUntilRead(providerMessageId) {
      await sim.waitForMessage({ id: providerMessageId, status: "delivered" });
      await sim.reads({ messageId: providerMessageId });
      await sim.settled();
      return eventsFrom(0);
    },
    repeated: () => eventsFrom(lastFrom),
    taken: () =>
      sim.messages().map(({ id, text, replyTo, callbackData }) => ({
        id,
        text,
        ...(replyTo !== undefined && { replyTo }),
        ...(callbackData !== undefined && { callbackData }),
      })),
    async lastMedium() {
      const last = sim.messages().at(-1);
      if (last === undefined) throw new Error("nothing was sent");
      const { id } = last.body[last.type] as { id: string };
      return (await fetch(`${sim.url}/control/media/${id}`)).bytes();
    },
    isMarkedRead: (messageId) => sim.messages({ direction: "in", id: messageId })[0]?.readByBusiness === true,
    isTyping: () => sim.typing().length > 0,
  };
}

conformance(whatsappCloud, startSim, samples);
