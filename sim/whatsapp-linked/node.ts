import type { BinaryNode } from "baileys";

export type { BinaryNode };
export type Attrs = BinaryNode["attrs"];

/** The domain of phone numbers. */
export const SERVER = "s.whatsapp.net";

/** The server itself, as sender of what no user sent: a jid without a user. */
export const FROM_SERVER = "@s.whatsapp.net";

export function node(tag: string, attrs: Attrs = {}, content?: BinaryNode[] | Uint8Array | string): BinaryNode {
  return content === undefined ? { tag, attrs } : { tag, attrs, content };
}

export function children(parent: BinaryNode | undefined, tag?: string): BinaryNode[] {
  const all = Array.isArray(parent?.content) ? parent.content : [];
  return tag === undefined ? all : all.filter((one) => one.tag === tag);
}

export function child(parent: BinaryNode | undefined, tag: string): BinaryNode | undefined {
  return children(parent, tag)[0];
}

/** The bytes of a leaf; empty when the leaf is missing, so a malformed stanza fails where its bytes are used. */
export function bytesOf(leaf: BinaryNode | undefined): Buffer {
  const content = leaf?.content;
  if (content === undefined || Array.isArray(content)) return Buffer.alloc(0);
  return typeof content === "string" ? Buffer.from(content) : Buffer.from(content);
}

export function numberOf(leaf: BinaryNode | undefined): number {
  const bytes = bytesOf(leaf);
  return bytes.length === 0 ? 0 : bytes.readUIntBE(0, Math.min(bytes.length, 6));
}

export interface Address {
  user: string;
  server: string;
  device: number;
}

/** `15550001111:3@s.whatsapp.net` → its parts; a phone itself is device 0. */
export function parseJid(jid: string): Address {
  const [local = "", server = ""] = jid.split("@");
  const [user = "", device = "0"] = local.split(":");
  return { user, server, device: Number(device) };
}

export function jidOf(user: string, server: string, device = 0): string {
  return device === 0 ? `${user}@${server}` : `${user}:${device}@${server}`;
}
