// Conformance: what comes from the network.
import { expect, test } from "vitest";
import { never, sha256, type Bench } from "./conformance-bench.ts";
import type { Samples } from "./conformance-sim.ts";

/** What people do arrives as events, and its files can be fetched. */
export function receivingConforms<S, K>(bench: Bench<S, K>): void {
  const { provider, samples, link, send, faultOf } = bench;

  test("a text arrives once, with who, what and when", async () => {
    const { messageId, events } = await bench.sim.does({ kind: "text", text: "Is it open today?" });
    expect(events).toMatchObject([
      {
        type: "message_received",
        providerMessageId: messageId,
        sender: { aliases: bench.sim.person.aliases, profileName: bench.sim.person.name },
        content: { kind: "text", text: "Is it open today?" },
      },
    ]);
    expect(Math.abs((events[0]?.occurredAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(bench.sim.repeated().map((event) => event.dedupeKey)).toEqual(events.map((event) => event.dedupeKey));
  });

  test("somebody without a phone number can write and be answered", async () => {
    if (bench.sim.hiddenPerson === undefined) return;
    const { events } = await bench.sim.does({ kind: "text", text: "No number here" }, true);
    const [event] = events;
    const aliases = event?.type === "message_received" ? event.sender.aliases : [];
    expect(aliases).toContainEqual(bench.sim.hiddenPerson.address);
    expect(aliases.map((alias) => alias.kind)).not.toContain("phone");
    const receipt = await send({ kind: "text", text: "Welcome" }, { to: bench.sim.hiddenPerson.address });
    expect(bench.sim.taken().at(-1)).toMatchObject({ id: receipt.providerMessageId, text: "Welcome" });
  });

  test("reply, reaction, edit and withdrawal name the message they mean", async () => {
    const ours = await send({ kind: "text", text: "Which size?" });
    const reply = await bench.sim.does({ kind: "text", text: "Large", replyTo: ours.providerMessageId });
    expect(reply.events).toMatchObject([{ context: { replyTo: { providerMessageId: ours.providerMessageId } } }]);
    const target = { targetProviderMessageId: ours.providerMessageId };
    const liked = await bench.sim.does({ kind: "reaction", messageId: ours.providerMessageId, emoji: "👍" });
    expect(liked.events).toMatchObject([{ type: "message_reacted", emoji: "👍", ...target }]);
    const unliked = await bench.sim.does({ kind: "reaction", messageId: ours.providerMessageId, emoji: null });
    expect(unliked.events).toMatchObject([{ type: "message_reacted", emoji: null, ...target }]);
    const theirs = { targetProviderMessageId: reply.messageId };
    const edited = await bench.sim.does({ kind: "edit", messageId: reply.messageId, text: "Larger" });
    expect(edited.events).toMatchObject([
      { type: "message_edited", content: { kind: "text", text: "Larger" }, ...theirs },
    ]);
    const gone = await bench.sim.does({ kind: "delete", messageId: reply.messageId });
    expect(gone.events).toMatchObject([{ type: "message_deleted", ...theirs }]);
  });

  test("places and contact cards arrive readable", async () => {
    const place = await bench.sim.does({ kind: "location", latitude: -1.2921, longitude: 36.8219 });
    expect(place.events).toMatchObject([{ content: { kind: "location", latitude: -1.2921, longitude: 36.8219 } }]);
    const cards = await bench.sim.does({ kind: "contacts" });
    expect(cards.events).toMatchObject([
      { content: { kind: "contacts", contacts: [{ name: expect.stringMatching(/./) }] } },
    ]);
  });

  test.each(Object.keys(samples) as (keyof Samples)[])(
    "a received %s can be fetched, byte for byte, also by an old link",
    async (kind) => {
      const { bytes, mimeType } = samples[kind];
      const { events } = await bench.sim.does({ kind, bytes, mimeType });
      const [event] = events;
      if (event?.type !== "message_received" || !("media" in event.content)) throw new Error("no medium arrived");
      bench.sim.expireLinks();
      const media = await provider.fetchMedia(link(), event.content.media, never);
      const chunks: Uint8Array[] = [];
      for await (const chunk of media.bytes) chunks.push(chunk);
      expect(sha256(Buffer.concat(chunks))).toBe(sha256(bytes));
      if (media.sha256 !== undefined) expect(media.sha256).toBe(sha256(bytes));
      if (event.content.media.sha256 !== undefined) expect(event.content.media.sha256).toBe(sha256(bytes));
    },
  );

  test("a medium that is gone says so", async () => {
    const ref = { id: "999999999", mimeType: "image/jpeg" };
    expect(await faultOf(provider.fetchMedia(link(), ref, never))).toMatchObject({
      kind: "rejected",
      sentence: "media_gone",
    });
  });
}
