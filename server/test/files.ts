// Files of the right kind, made small; the types are found by looking at the bytes.
import { expect } from "vitest";
import type { Shop } from "./shop.ts";

export const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
export const webp = Buffer.from("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA", "base64");
export const ogg = Buffer.concat([
  Buffer.from("OggS\0\x02"),
  Buffer.alloc(22),
  Buffer.from("OpusHead\x01\x01"),
  Buffer.alloc(60),
]);
export const mp4 = Buffer.concat([
  ...[Buffer.from([0, 0, 0, 24]), Buffer.from("ftypmp42"), Buffer.alloc(12), Buffer.alloc(80)],
]);
const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x64]), Buffer.alloc(413)]);
export const mp3 = Buffer.concat([frame, frame, frame]);

/** Uploads a file as the shop's team does; returns its id. */
export async function upload(url: string, shop: Shop, bytes: Buffer, name = "file"): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(bytes)]), name);
  const answer = await fetch(`${url}/v1/media`, { method: "POST", headers: shop.api.headers, body: form });
  const body = (await answer.json()) as { id: string };
  expect(answer.status, JSON.stringify(body)).toBe(201);
  return body.id;
}
