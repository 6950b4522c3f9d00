// Where the library's socket does otherwise than we need.
import { S_WHATSAPP_NET, type BinaryNode, type WASocket } from "baileys";

const goodbyeMs = 1_000;
const removalMs = 10_000;

/** The library waits half a minute for the other side to say goodbye, also where the other side is not who it should be. */
export function hangUpSoon(ws: WASocket["ws"]): void {
  const close = ws.close.bind(ws);
  ws.close = async () => {
    const raw = (ws as unknown as { socket?: { terminate(): void } | null }).socket;
    const timer = setTimeout(() => raw?.terminate(), goodbyeMs);
    await close();
    clearTimeout(timer);
  };
}

/**
 * The library stores messages one after the other, but looks up who a stranger is before it queues: their second message could overtake
 * the first, and what waited at the network what comes now. Here a message is taken when the one before it is done
 * (7.0.0-rc14, messages-recv.js, 2026-11-28).
 */
export function takeInOrder(ws: WASocket["ws"]): void {
  const event = "CB:message";
  const takers = ws.listeners(event) as ((node: BinaryNode) => Promise<void>)[];
  ws.removeAllListeners(event);
  let last: Promise<void> = Promise.resolve();
  ws.on(event, (node: BinaryNode) => {
    // marked as one that waited, it would go to a queue of its own
    const attrs = Object.fromEntries(Object.entries(node.attrs).filter(([name]) => name !== "offline"));
    const take = async (): Promise<void> => {
      if (ws.isOpen) await Promise.all(takers.map((taker) => taker({ ...node, attrs })));
    };
    last = last.then(take).catch(() => undefined);
  });
}

/** Whether the network says that the device is off the account. The library's own `logout` does not wait for the answer. */
export async function removeDevice(sock: WASocket, jid: string | undefined): Promise<boolean> {
  if (jid === undefined) return false;
  const attrs = { to: S_WHATSAPP_NET, type: "set", xmlns: "md", id: sock.generateMessageTag() };
  const content = [{ tag: "remove-companion-device", attrs: { jid, reason: "user_initiated" } }];
  return sock.query({ tag: "iq", attrs, content }, removalMs).then(
    () => true,
    () => false,
  );
}
