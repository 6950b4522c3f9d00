// The simulated WhatsApp with everybody on it, as a process of its own. People write as fast as the linked devices answer.
import { silenceLibrary, startWhatsappLinked } from "@keepword/sim/whatsapp-linked";
import { answerParent } from "./child.ts";

/** Unanswered messages to one device at most: more would measure a queue. */
const maxUnanswered = 16;
/** A device that answers nothing for so long has lost something: better an error than a benchmark without an end. */
const silenceMs = 60_000;

export interface Chat {
  person: string;
  phone: string;
}

silenceLibrary();
const sim = await startWhatsappLinked();

async function waitForRoom(phone: string): Promise<void> {
  const until = Date.now() + silenceMs;
  for (;;) {
    const { devices } = sim.phone({ phone });
    if (devices.every(({ waiting }) => waiting < maxUnanswered)) return;
    if (Date.now() > until) throw new Error(`a device does not answer: ${JSON.stringify(devices)}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const operations = {
  where: () => ({ url: sim.url, trust: sim.trust }),
  scan: ({ phone, qr }: { phone: string; qr: string }) => sim.scan({ phone, qr }),
  /** Devices with a connection that gets messages. */
  active: () => sim.phones().flatMap(({ devices }) => devices.filter(({ isActive }) => isActive)).length,
  /** `each` messages in every chat, one after the other within it, numbered. Resolves when the network has taken all. */
  async say({ chats, each, run }: { chats: Chat[]; each: number; run: string }) {
    await Promise.all(
      chats.map(async ({ person, phone }) => {
        for (let n = 0; n < each; n++) {
          await waitForRoom(phone);
          await sim.says({ person, to: phone, text: `${run} ${n} of ${person}` });
        }
      }),
    );
  },
  /** What these people's phones got of a run, every copy of it. */
  heard: ({ people, run }: { people: string[]; run: string }) =>
    people.flatMap((person) =>
      sim
        .received({ person })
        .filter(({ text }) => text.startsWith(`${run} `))
        .map(({ id, by, text, at }) => ({ id, by, text, at })),
    ),
};
export type Network = typeof operations;
answerParent(operations);
