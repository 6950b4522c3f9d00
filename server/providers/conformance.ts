import { createHash } from "node:crypto";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createSafeFetch, type SafeFetch } from "../platform/safe-fetch.ts";
import type { Address } from "./address.ts";
import { faultSentences } from "./fault-sentences.ts";
import type { InboundEvent } from "./inbound-event.ts";
import type { MediaKind } from "./message-content.ts";
import type { OutboundContent, OutboundKind, OutboundMedia, OutboundMessage } from "./outbound-message.ts";
import { ProviderError, type ProviderErrorKind } from "./provider-error.ts";
import type { Link, Provider } from "./provider.ts";

/** What a person can be made to do. Ids are the network's; `null` emoji takes a reaction back. */
export type PersonDoes =
  | { kind: "text"; text: string; replyTo?: string }
  | { kind: MediaKind | "voice"; bytes: Uint8Array; mimeType: string; caption?: string; filename?: string }
  | { kind: "location"; latitude: number; longitude: number }
  | { kind: "contacts" }
  | { kind: "reaction"; messageId: string; emoji: string | null }
  | { kind: "edit"; messageId: string; text: string }
  | { kind: "delete"; messageId: string };

/** How the next send goes wrong. */
export type SendTrouble = ProviderErrorKind | "cut_after_acceptance" | "nonsense_answer";

/** What the network took from us. */
export type Taken = {
  readonly id: string;
  readonly text: string;
  readonly replyTo?: string;
  readonly callbackData?: string;
};

/** A simulated network with one channel of ours on it, as the conformance tests need it. */
export type ConformanceSim<S, K> = AsyncDisposable & {
  readonly settings: S;
  readonly secrets: K;
  /** Secrets that the network refuses. */
  readonly wrongSecrets: readonly K[];
  /** Its origins, for the guarded fetch. */
  readonly origins: readonly string[];
  readonly person: { readonly address: Address; readonly aliases: readonly Address[]; readonly name: string };
  /** Somebody without a phone number, where the network has such people. */
  readonly hiddenPerson?: { readonly address: Address };
  does(
    what: PersonDoes,
    isHidden?: boolean,
  ): Promise<{ readonly messageId: string; readonly events: readonly InboundEvent[] }>;
  /** Everything said of our message until it was read. */
  statusesUntilRead(providerMessageId: string): Promise<readonly InboundEvent[]>;
  /** The same bodies once more, as after a lost answer of ours. */
  repeated(): readonly InboundEvent[];
  taken(): readonly Taken[];
  /** Bytes of the medium in the message taken last. */
  lastMedium(): Promise<Uint8Array>;
  /** Resolves when the network has taken what was sent; absent where `send` waits for that itself. */
  arrived?(providerMessageId: string): Promise<void>;
  /** A message as the person's phone shows it now, once all that was sent is there. Only where messages can be changed. */
  shown?(providerMessageId: string): { text: string; isEdited: boolean; isDeleted: boolean };
  isMarkedRead(messageId: string): boolean | Promise<boolean>;
  /** Absent where the network does not show it to a test. */
  isTyping?(): boolean | Promise<boolean>;
  /** Returns false if this network knows no such trouble. */
  trouble(next: SendTrouble): boolean;
  /** Every short-lived media link dies. */
  expireLinks(): void;
  /** A template that exists, with what fills it. */
  readonly template?: OutboundContent;
};

const at = { now: () => new Date() };
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

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

/** Samples that real networks accept, by kind. */
export type Samples = Readonly<Record<MediaKind | "voice", { readonly bytes: Uint8Array; readonly mimeType: string }>>;

/** Registers the behaviours that the core relies on, for one provider on its simulated network. */
export function conformance<S, K>(
  provider: Provider<S, K>,
  startSim: () => Promise<ConformanceSim<S, K>>,
  samples: Samples,
): void {
  describe(`${provider.id} keeps the provider contract`, () => {
    let sim: ConformanceSim<S, K>;
    let http: SafeFetch;
    const never = new AbortController().signal;
    const link = (secrets: K = sim.secrets): Link<S, K> => ({
      channelId: "chn_test",
      settings: sim.settings,
      secrets,
      http,
      agentFor: http.agentFor,
      clock: at,
    });
    const send = async (
      content: OutboundContent,
      more: Pick<OutboundMessage, "replyTo" | "callbackData" | "refersTo"> & { to?: Address } = {},
    ) => {
      const receipt = await provider.send(link(), { to: sim.person.address, content, ...more }, never);
      await sim.arrived?.(receipt.providerMessageId);
      return receipt;
    };
    // what a network does not carry does not come back
    const told = (callbackData: string) => (provider.can.callbackData ? { callbackData } : {});
    const faultOf = async (run: Promise<unknown>) => {
      const error = await run.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(ProviderError);
      return (error as ProviderError).fault;
    };

    beforeAll(async () => {
      sim = await startSim();
      http = createSafeFetch({ privateOrigins: sim.origins });
    });
    afterAll(async () => {
      await http.close();
      await sim[Symbol.asyncDispose]();
    });

    test("settings and secrets pass their own schemas, and nothing else does", () => {
      expect(provider.settings.safeParse(sim.settings).success).toBe(true);
      expect(provider.secrets.safeParse(sim.secrets).success).toBe(true);
      expect(provider.settings.safeParse({ ...sim.settings, stranger: 1 }).success).toBe(false);
      expect(provider.secrets.safeParse({ ...sim.secrets, stranger: 1 }).success).toBe(false);
    });

    test("every capability says where it was read and when", () => {
      const check = (value: unknown): void => {
        if (typeof value !== "object" || value === null) return;
        if ("source" in value && "readAt" in value) {
          expect(value.source).toMatch(/^https:\/\//);
          expect(value.readAt).toMatch(/^\d{4}-\d\d-\d\d$/);
        } else for (const inner of Object.values(value)) check(inner);
      };
      check(provider.can);
    });

    test("connect proves the credentials and reports health", async () => {
      const found = await provider.connect(link(), never);
      // whoever opened a session has proved them
      if (provider.receive.mode === "session") return expect(found).toEqual({ state: "needs_pairing" });
      expect(found).toMatchObject({
        state: "connected",
        health: { canSend: "available", isSubscribed: true, faults: [] },
      });
      expect(JSON.stringify(found)).not.toContain(Object.values(sim.secrets as object)[0]);
    });

    test("connect with a wrong secret says that the access is lost", async () => {
      for (const wrong of sim.wrongSecrets) {
        expect(await faultOf(provider.connect(link(wrong), never))).toMatchObject({ kind: "auth_lost" });
      }
    });

    test("a text arrives once, with who, what and when", async () => {
      const { messageId, events } = await sim.does({ kind: "text", text: "Is it open today?" });
      expect(events).toMatchObject([
        {
          type: "message_received",
          providerMessageId: messageId,
          sender: { aliases: sim.person.aliases, profileName: sim.person.name },
          content: { kind: "text", text: "Is it open today?" },
        },
      ]);
      expect(Math.abs((events[0]?.occurredAt.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(sim.repeated().map((event) => event.dedupeKey)).toEqual(events.map((event) => event.dedupeKey));
    });

    test("somebody without a phone number can write and be answered", async () => {
      if (sim.hiddenPerson === undefined) return;
      const { events } = await sim.does({ kind: "text", text: "No number here" }, true);
      const [event] = events;
      const aliases = event?.type === "message_received" ? event.sender.aliases : [];
      expect(aliases).toContainEqual(sim.hiddenPerson.address);
      expect(aliases.map((alias) => alias.kind)).not.toContain("phone");
      const receipt = await send({ kind: "text", text: "Welcome" }, { to: sim.hiddenPerson.address });
      expect(sim.taken().at(-1)).toMatchObject({ id: receipt.providerMessageId, text: "Welcome" });
    });

    test("reply, reaction, edit and withdrawal name the message they mean", async () => {
      const ours = await send({ kind: "text", text: "Which size?" });
      const reply = await sim.does({ kind: "text", text: "Large", replyTo: ours.providerMessageId });
      expect(reply.events).toMatchObject([{ context: { replyTo: { providerMessageId: ours.providerMessageId } } }]);
      const target = { targetProviderMessageId: ours.providerMessageId };
      const liked = await sim.does({ kind: "reaction", messageId: ours.providerMessageId, emoji: "👍" });
      expect(liked.events).toMatchObject([{ type: "message_reacted", emoji: "👍", ...target }]);
      const unliked = await sim.does({ kind: "reaction", messageId: ours.providerMessageId, emoji: null });
      expect(unliked.events).toMatchObject([{ type: "message_reacted", emoji: null, ...target }]);
      const theirs = { targetProviderMessageId: reply.messageId };
      const edited = await sim.does({ kind: "edit", messageId: reply.messageId, text: "Larger" });
      expect(edited.events).toMatchObject([
        { type: "message_edited", content: { kind: "text", text: "Larger" }, ...theirs },
      ]);
      const gone = await sim.does({ kind: "delete", messageId: reply.messageId });
      expect(gone.events).toMatchObject([{ type: "message_deleted", ...theirs }]);
    });

    test("places and contact cards arrive readable", async () => {
      const place = await sim.does({ kind: "location", latitude: -1.2921, longitude: 36.8219 });
      expect(place.events).toMatchObject([{ content: { kind: "location", latitude: -1.2921, longitude: 36.8219 } }]);
      const cards = await sim.does({ kind: "contacts" });
      expect(cards.events).toMatchObject([
        { content: { kind: "contacts", contacts: [{ name: expect.stringMatching(/./) }] } },
      ]);
    });

    test.each(Object.keys(samples) as (keyof Samples)[])(
      "a received %s can be fetched, byte for byte, also by an old link",
      async (kind) => {
        const { bytes, mimeType } = samples[kind];
        const { events } = await sim.does({ kind, bytes, mimeType });
        const [event] = events;
        if (event?.type !== "message_received" || !("media" in event.content)) throw new Error("no medium arrived");
        sim.expireLinks();
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

    const contents: Record<OutboundKind, () => OutboundContent | undefined> = {
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
      template: () => sim.template,
    };

    test.each(provider.can.kinds.value.filter((kind) => !["reaction", "edit", "delete"].includes(kind)))(
      "a %s can be sent and is taken once",
      async (kind) => {
        const content = contents[kind]();
        if (content === undefined) throw new Error(`no sample of ${kind}`);
        const before = sim.taken().length;
        const receipt = await send(content, { callbackData: `att_${kind}` });
        expect(sim.taken()).toHaveLength(before + 1);
        expect(sim.taken().at(-1)).toMatchObject({ id: receipt.providerMessageId, ...told(`att_${kind}`) });
        if ("media" in content) {
          expect(sha256(await sim.lastMedium())).toBe(sha256(samples[content.kind].bytes));
          if (provider.receive.mode === "hook") expect(receipt.providerMediaIds).toHaveLength(1);
        }
      },
    );

    test("an answer quotes what it answers; a reaction can be put and taken back", async () => {
      const { messageId } = await sim.does({ kind: "text", text: "And on Sunday?" });
      const refersTo = { isOwn: false };
      await send({ kind: "text", text: "Closed" }, { replyTo: messageId, refersTo });
      expect(sim.taken().at(-1)).toMatchObject({ text: "Closed", replyTo: messageId });
      if (!provider.can.kinds.value.includes("reaction")) return;
      for (const emoji of ["🙏", null]) {
        const before = sim.taken().length;
        await send({ kind: "reaction", targetProviderMessageId: messageId, emoji }, { refersTo });
        expect(sim.taken()).toHaveLength(before + 1);
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
      expect(sim.shown?.(providerMessageId)).toEqual({ text: "Until six", isEdited: true, isDeleted: false });
      await change("delete");
      expect(sim.shown?.(providerMessageId)).toMatchObject({ isDeleted: true });
    });

    test("statuses come under the id of the receipt, with our callback data", async () => {
      const { providerMessageId } = await send({ kind: "text", text: "Done" }, { callbackData: "att_done" });
      const events = await sim.statusesUntilRead(providerMessageId);
      const statuses = events.flatMap((event) =>
        event.type === "message_status" && event.providerMessageId === providerMessageId ? [event] : [],
      );
      expect(statuses.map((event) => event.status)).toEqual(["sent", "delivered", "read"]);
      expect(statuses).toMatchObject(statuses.map(() => told("att_done")));
      expect(new Set(statuses.map((event) => event.dedupeKey)).size).toBe(3);
    });

    test("read marks and typing reach the network", async () => {
      const { messageId } = await sim.does({ kind: "text", text: "Hello?" });
      if (provider.can.signals.value.includes("read")) {
        await provider.sendSignal(
          link(),
          { kind: "read", providerMessageId: messageId, to: sim.person.address },
          never,
        );
        expect(await sim.isMarkedRead(messageId)).toBe(true);
      }
      if (!provider.can.signals.value.includes("typing")) return;
      await provider.sendSignal(
        link(),
        { kind: "typing", providerMessageId: messageId, to: sim.person.address },
        never,
      );
      if (sim.isTyping) expect(await sim.isTyping()).toBe(true);
    });

    test.each([
      "retry_later",
      "rejected",
      "recipient_unreachable",
      "window_closed",
      "auth_lost",
      "banned",
      "opted_out",
    ] as const)("trouble of the kind %s is told as such, without content", async (kind) => {
      if (!sim.trouble(kind)) return;
      const run = send({ kind: "text", text: "a-very-private-text" });
      const fault = await faultOf(run);
      expect(fault).toMatchObject({ kind });
      expect(fault.afterMs === undefined).toBe(kind !== "retry_later");
      expect(Object.keys(faultSentences)).toContain(fault.sentence);
      await run.catch((error: Error) => {
        expect(`${error.message}${error.stack}`).not.toContain("a-very-private-text");
        // What a logger would print.
        expect(Object.keys(error)).not.toContain("fault");
      });
    });

    test.each(["cut_after_acceptance", "nonsense_answer"] as const)(
      "a lost answer (%s) leaves the outcome open",
      async (trouble) => {
        if (!sim.trouble(trouble)) return;
        const fault = await faultOf(send({ kind: "text", text: "Did it go?" }));
        expect(fault).toMatchObject({ kind: "unknown", isOutcomeUnknown: true, sentence: "outcome_unknown" });
      },
    );

    test("a call that was given up before it began was not carried out", async () => {
      const before = sim.taken().length;
      const run = provider.send(
        link(),
        { to: sim.person.address, content: { kind: "text", text: "x" } },
        AbortSignal.abort(),
      );
      expect(await faultOf(run)).toMatchObject({ kind: "retry_later" });
      expect(sim.taken()).toHaveLength(before);
    });

    test("a text that is too long is refused before anything is sent", async () => {
      const before = sim.taken().length;
      const text = "x".repeat(provider.can.text.value.maxLength + 1);
      expect(await faultOf(send({ kind: "text", text }))).toMatchObject({ kind: "rejected", sentence: "too_long" });
      expect(sim.taken()).toHaveLength(before);
    });
  });
}
