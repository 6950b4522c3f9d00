// The raw limit of linked phones: the library alone, its keys in memory, nothing stored.
import { Browsers, DisconnectReason, initAuthCreds, makeWASocket, WA_CERT_DETAILS, type WASocket } from "baileys";
import { memoryKeys, silenceLibrary } from "../sim/whatsapp-linked/signal.ts";
import { answerParent } from "./child.ts";
import type { Chat } from "./linked-network.ts";

const nothing = (): void => undefined;
const silent = {
  level: "silent",
  child: () => silent,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};

silenceLibrary();
const sockets = new Map<string, WASocket>();
const got: string[] = [];
const waiting = new Set<{ run: string; count: number; resolve: (at: number) => void }>();
const countOf = (run: string): number => got.filter((text) => text.startsWith(`${run} `)).length;

function note(text: string): void {
  got.push(text);
  for (const one of waiting)
    if (text.startsWith(`${one.run} `) && --one.count === 0) {
      waiting.delete(one);
      one.resolve(Date.now());
    }
}

const operations = {
  /** Resolves with the QR code of a new device; `open` tells when it is connected. */
  qr({ phone, webSocketUrl, root }: { phone: string; webSocketUrl: string; root: string }): Promise<string> {
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(root, "base64");
    const creds = initAuthCreds();
    const keys = memoryKeys();
    const offered = Promise.withResolvers<string>();
    const connect = (): void => {
      const sock = makeWASocket({
        ...{ auth: { creds, keys }, waWebSocketUrl: webSocketUrl, logger: silent, browser: Browsers.ubuntu("Chrome") },
        ...{ getMessage: () => Promise.resolve(undefined), markOnlineOnConnect: false, emitOwnEvents: false },
        // else it holds events back until it has fetched a past that nobody here has
        ...{ shouldSyncHistoryMessage: () => false },
      });
      sock.ev.process((events) => {
        if (events["creds.update"]) Object.assign(creds, events["creds.update"]);
        for (const { key, message } of events["messages.upsert"]?.messages ?? [])
          if (key.fromMe !== true) note(message?.conversation ?? message?.extendedTextMessage?.text ?? "");
        const update = events["connection.update"];
        if (update?.qr !== undefined) offered.resolve(update.qr);
        if (update?.connection === "open") sockets.set(phone, sock);
        const reason = (update?.lastDisconnect?.error as { output?: { statusCode?: number } } | undefined)?.output;
        if (update?.connection === "close" && reason?.statusCode === DisconnectReason.restartRequired) connect();
      });
    };
    connect();
    return offered.promise;
  },
  open: () => sockets.size,
  /** When the last of so many messages of a run was there. */
  arrived: ({ run, count }: { run: string; count: number }) =>
    new Promise<number>((resolve) => {
      const left = count - countOf(run);
      if (left <= 0) resolve(Date.now());
      else waiting.add({ run, count: left, resolve });
    }),
  /** `each` messages in every chat, one after the other within it. */
  async send({ chats, each, run }: { chats: Chat[]; each: number; run: string }) {
    await Promise.all(
      chats.map(async ({ person, phone }) => {
        for (let n = 0; n < each; n++)
          await sockets.get(phone)?.sendMessage(`${person}@s.whatsapp.net`, { text: `${run} ${n} to ${person}` });
      }),
    );
  },
};
export type Bare = typeof operations;
answerParent(operations);
