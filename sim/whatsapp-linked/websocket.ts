import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** One accepted WebSocket (RFC 6455): binary messages only, without extensions. */
export interface WebSocket {
  send(bytes: Uint8Array): void;
  /** Says goodbye, then ends. */
  close(): void;
  /** Cuts the line, as a dead network does. */
  destroy(): void;
}

export interface WebSocketListener {
  message(bytes: Buffer): void;
  closed(): void;
}

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const maxBytes = 16 * 1024 * 1024;

/** Answers the upgrade. The listener's `closed` is called once, however the line ends. */
export function acceptWebSocket(request: IncomingMessage, line: Duplex, listener: WebSocketListener): WebSocket {
  const key = request.headers["sec-websocket-key"] ?? "";
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  line.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  let buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let isClosing = false;

  const write = (opcode: number, bytes: Uint8Array) => {
    if (!line.writable) return;
    line.write(headerOf(opcode, bytes.length));
    line.write(bytes);
  };
  const close = (payload: Uint8Array = Buffer.from([0x03, 0xe8])) => {
    if (isClosing) return;
    isClosing = true;
    write(opcodes.close, payload);
    line.end();
  };
  const handle = ({ opcode, isLast, payload }: Frame) => {
    if (opcode === opcodes.ping) return write(opcodes.pong, payload);
    if (opcode === opcodes.close) return close(payload.subarray(0, 2));
    if (opcode === opcodes.pong) return;
    parts.push(payload);
    if (!isLast) return;
    const message = parts.length === 1 ? payload : Buffer.concat(parts);
    parts = [];
    if (!isClosing) listener.message(message);
  };

  line.on("data", (chunk: Buffer) => {
    buffer = buffer.length === 0 ? (chunk as Buffer<ArrayBuffer>) : Buffer.concat([buffer, chunk]);
    for (let frame = readFrame(buffer); frame; frame = readFrame(buffer)) {
      buffer = buffer.subarray(frame.end);
      handle(frame);
    }
    if (buffer.length > maxBytes) line.destroy();
  });
  line.on("end", () => line.end());
  line.on("error", () => line.destroy());
  line.once("close", () => listener.closed());
  return { send: (bytes) => write(opcodes.binary, bytes), close, destroy: () => line.destroy() };
}

interface Frame {
  opcode: number;
  isLast: boolean;
  payload: Buffer;
  end: number;
}

function readFrame(buffer: Buffer): Frame | undefined {
  if (buffer.length < 2) return undefined;
  const [first, second] = [buffer.readUInt8(0), buffer.readUInt8(1)];
  const short = second & 0x7f;
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
  const isMasked = (second & 0x80) !== 0;
  const start = 2 + lengthBytes + (isMasked ? 4 : 0);
  if (buffer.length < start) return undefined;
  const length =
    lengthBytes === 8 ? Number(buffer.readBigUInt64BE(2)) : lengthBytes === 2 ? buffer.readUInt16BE(2) : short;
  const end = start + length;
  if (buffer.length < end) return undefined;
  const payload = Buffer.from(buffer.subarray(start, end));
  if (isMasked)
    for (let at = 0; at < length; at++) payload[at] = (payload[at] ?? 0) ^ (buffer[start - 4 + (at & 3)] ?? 0);
  return { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, payload, end };
}

function headerOf(opcode: number, length: number): Buffer {
  const first = 0x80 | opcode;
  if (length < 126) return Buffer.from([first, length]);
  if (length < 65_536) return Buffer.from([first, 126, length >> 8, length & 0xff]);
  const header = Buffer.alloc(10);
  header.set([first, 127]);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
