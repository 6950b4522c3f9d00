import { decodeBinaryNode, encodeBinaryNode } from "baileys";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { answerIq } from "./iq.ts";
import { signIn } from "./link.ts";
import type { BinaryNode } from "./node.ts";
import { child, node } from "./node.ts";
import type { NoiseChannel } from "./noise.ts";
import { createNoiseChannel } from "./noise.ts";
import { onAck, onReceipt } from "./on-answer.ts";
import { onMessage } from "./outgoing.ts";
import { offerPairing, onPairSigned } from "./pairing.ts";
import { onChatState, onPresence } from "./presence.ts";
import type { Connection, SimState } from "./state.ts";
import { announce } from "./state.ts";
import { acceptWebSocket } from "./websocket.ts";

/** One client's line: handshake, sign-in, then stanza after stanza in order. */
export function acceptConnection(state: SimState, request: IncomingMessage, line: Duplex): void {
  const noise = createNoiseChannel(state.authority);
  let queue: Promise<void> = Promise.resolve();
  let hasGreeted = false;
  let isOver = false;

  const socket = acceptWebSocket(request, line, {
    message: (bytes) => {
      queue = queue.then(() => take(bytes)).catch(() => connection.destroy());
    },
    closed: () => forget(state, connection),
  });
  const connection: Connection = {
    send: (stanza) => {
      if (!isOver) socket.send(noise.seal(encodeBinaryNode(stanza)));
    },
    close: () => {
      isOver = true;
      socket.close();
    },
    destroy: () => {
      isOver = true;
      socket.destroy();
    },
    clientKey: Buffer.alloc(0),
    login: undefined,
    device: undefined,
    isActive: false,
    pairing: undefined,
  };
  state.connections.add(connection);

  async function take(bytes: Buffer): Promise<void> {
    for (const frame of noise.frames(bytes)) {
      if (isOver) return;
      if (!hasGreeted) {
        hasGreeted = true;
        socket.send(noise.hello(frame));
      } else if (connection.login) {
        await handle(state, connection, await decodeBinaryNode(noise.open(frame)));
      } else admit(state, connection, noise, frame);
    }
  }
}

function forget(state: SimState, connection: Connection): void {
  state.connections.delete(connection);
  connection.pairing?.settle?.reject(new Error("the client went away while it was linked"));
  const { device } = connection;
  if (device?.connection === connection) device.connection = undefined;
  announce(state, device ? { kind: "device", phone: device.owner.phone } : { kind: "users" });
}

/** The end of the handshake says who wants in. The Noise key of a device is its password. */
function admit(state: SimState, connection: Connection, noise: NoiseChannel, frame: Buffer): void {
  const { payload, clientKey } = noise.finish(frame);
  connection.login = payload;
  connection.clientKey = clientKey;
  const code = state.refuseLogins.shift();
  if (code !== undefined) return refuse(connection, code);
  if (payload.devicePairingData && !payload.username) return offerPairing(state, connection);
  const user = state.users.get(String(payload.username));
  const device = user?.devices.get(payload.device ?? 0);
  if (user?.isBanned) return refuse(connection, 403);
  if (!device?.clientKey.equals(clientKey)) return refuse(connection, 401);
  signIn(state, connection, device);
}

function refuse(connection: Connection, code: number): void {
  connection.send(node("failure", { reason: String(code), location: "sim" }));
  connection.close();
}

async function handle(state: SimState, connection: Connection, stanza: BinaryNode): Promise<void> {
  const { device } = connection;
  if (stanza.tag === "iq") {
    if (stanza.attrs["type"] !== "result" && stanza.attrs["type"] !== "error")
      return answerIq(state, connection, stanza);
    if (child(stanza, "pair-device-sign")) onPairSigned(state, connection, stanza);
    return;
  }
  if (!device) return;
  if (stanza.tag === "message") return onMessage(state, device, stanza);
  if (stanza.tag === "receipt") return onReceipt(state, device, stanza);
  if (stanza.tag === "ack") return onAck(state, device, stanza);
  if (stanza.tag === "presence") return onPresence(state, device, stanza);
  if (stanza.tag === "chatstate") return onChatState(state, device, stanza);
}
