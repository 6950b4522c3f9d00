// Conformance: what goes to the network.
import { expect, test } from "vitest";
import { never, sha256, type Bench } from "./conformance-bench.ts";
import type { OutboundContent, OutboundKind, OutboundMedia } from "./outbound-message.ts";

function medium(bytes: Uint8Array, mimeType: string, filename?: string): OutboundMedia {
  const open = async () =>
    (async function* () {
      // Two pieces, so that a provider that reads only the first is found out.
      const half = bytes.byteLength >> 1;
      yield bytes.subarray(0, half);
      yield bytes.subarray(half);
    })();
  return { mimeType, byteLength: bytes.byteLength, open, ...(filename !== undefined && { filename }) };
}

/** One of each kind, where it can be sent by itself. */
function contentsOf<S, K>(bench: Bench<S, K>): Record<OutboundKind, () => OutboundContent | undefined> {
  const { samples } = bench;
  return {
    text: () => ({ kind: "text", text: "Yes, until six" }),
    image: () => ({ kind: "image", media: medium(samples.image.bytes, samples.image.mimeType), caption: "Here" }),
    video: () => ({ kind: "video", media: medium(samples.video.bytes, samples.video.mimeType) }),
    audio: () => ({ kind: "audio", media: medium(samples.audio.bytes, samples.audio.mimeType) }),
    voice: () => ({ kind: "voice", media: medium(samples.voice.bytes, samples.voice.mimeType) }),
    document: () => ({
      kind: "document",
      media: medium(samples.document.bytes, samples.document.mimeType, 'a"b\r\n.pdf'),
    }),
    sticker: () => ({ kind: "sticker", media: medium(samples.sticker.bytes, samples.sticker.mimeType) }),
    location: () => ({ kind: "location", latitude: 1.5, longitude: 2.5, name: "Shop" }),
    contacts: () => ({
      kind: "contacts",
      contacts: [{ name: "Front Desk", phones: [{ number: "+15550107712" }], emails: [], urls: [], addresses: [] }],
    }),
    poll: () => ({
      ...{ kind: "poll", question: "When?", options: ["Today", "Tomorrow"], isMultipleChoice: false },
      votesKey: Buffer.alloc(32, 7),
    }),
    reaction: () => undefined,
    edit: () => undefined,
    delete: () => undefined,
    interactive: () => ({
      kind: "interactive",
      interactive: { kind: "buttons", body: "Shall we?", buttons: [{ id: "y", title: "Yes" }] },
    }),
    template: () => bench.sim.template,
  };
}

/** What is sent arrives once, can be changed where the network lets us, and is reported on. */
export function sendingConforms<S, K>(bench: Bench<S, K>): void {
  const { provider, samples, link, send, faultOf } = bench;
  // what a network does not carry does not come back
  const told = (callbackData: string) => (provider.can.callbackData ? { callbackData } : {});
  const contents = contentsOf(bench);

  test.each(provider.can.kinds.value.filter((kind) => !["reaction", "edit", "delete"].includes(kind)))(
    "a %s can be sent and is taken once",
    async (kind) => {
      const content = contents[kind]();
      if (content === undefined) throw new Error(`no sample of ${kind}`);
      const before = bench.sim.taken().length;
      const receipt = await send(content, { callbackData: `att_${kind}` });
      expect(bench.sim.taken()).toHaveLength(before + 1);
      expect(bench.sim.taken().at(-1)).toMatchObject({ id: receipt.providerMessageId, ...told(`att_${kind}`) });
      if ("media" in content) {
        expect(sha256(await bench.sim.lastMedium())).toBe(sha256(samples[content.kind].bytes));
        if (provider.receive.mode === "hook") expect(receipt.providerMediaIds).toHaveLength(1);
      }
    },
  );

  test("an answer quotes what it answers; a reaction can be put and taken back", async () => {
    const { messageId } = await bench.sim.does({ kind: "text", text: "And on Sunday?" });
    const refersTo = { isOwn: false };
    await send({ kind: "text", text: "Closed" }, { replyTo: messageId, refersTo });
    expect(bench.sim.taken().at(-1)).toMatchObject({ text: "Closed", replyTo: messageId });
    if (!provider.can.kinds.value.includes("reaction")) return;
    for (const emoji of ["🙏", null]) {
      const before = bench.sim.taken().length;
      await send({ kind: "reaction", targetProviderMessageId: messageId, emoji }, { refersTo });
      expect(bench.sim.taken()).toHaveLength(before + 1);
    }
  });

  test("what we sent can be changed and withdrawn in its time, where the network lets us", async () => {
    const { can } = provider;
    const both = ["edit", "delete"] as const;
    expect(both.map((kind) => can[kind] !== null)).toEqual(both.map((kind) => can.kinds.value.includes(kind)));
    const { providerMessageId } = await send({ kind: "text", text: "Untill six" });
    const about = { targetProviderMessageId: providerMessageId, until: new Date(Date.now() + 60_000) };
    const change = (kind: (typeof both)[number]) =>
      send({ kind, text: "Until six", ...about }, { refersTo: { isOwn: true } });
    if (!can.edit) return expect(await faultOf(change("edit"))).toMatchObject({ kind: "rejected" });
    await change("edit");
    expect(bench.sim.shown?.(providerMessageId)).toEqual({ text: "Until six", isEdited: true, isDeleted: false });
    await change("delete");
    expect(bench.sim.shown?.(providerMessageId)).toMatchObject({ isDeleted: true });
  });

  test("statuses come under the id of the receipt, with our callback data", async () => {
    const { providerMessageId } = await send({ kind: "text", text: "Done" }, { callbackData: "att_done" });
    const events = await bench.sim.statusesUntilRead(providerMessageId);
    const statuses = events.flatMap((event) =>
      event.type === "message_status" && event.providerMessageId === providerMessageId ? [event] : [],
    );
    expect(statuses.map((event) => event.status)).toEqual(["sent", "delivered", "read"]);
    expect(statuses).toMatchObject(statuses.map(() => told("att_done")));
    expect(new Set(statuses.map((event) => event.dedupeKey)).size).toBe(3);
  });

  test("read marks and typing reach the network", async () => {
    const { messageId } = await bench.sim.does({ kind: "text", text: "Hello?" });
    if (provider.can.signals.value.includes("read")) {
      await provider.sendSignal(
        link(),
        { kind: "read", providerMessageId: messageId, to: bench.sim.person.address },
        never,
      );
      expect(await bench.sim.isMarkedRead(messageId)).toBe(true);
    }
    if (!provider.can.signals.value.includes("typing")) return;
    await provider.sendSignal(
      link(),
      { kind: "typing", providerMessageId: messageId, to: bench.sim.person.address },
      never,
    );
    if (bench.sim.isTyping) expect(await bench.sim.isTyping()).toBe(true);
  });
}
