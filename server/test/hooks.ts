// Signed bodies as Meta sends them, small ones, for tests of what arrives.
import { createHmac } from "node:crypto";
import type { TestApp } from "./app.ts";
import type { ApiClient } from "./api.ts";

export interface HookChannel {
  id: string;
  workspaceId: string;
  phoneNumberId: string;
  wabaId: string;
  appSecret: string;
  verifyToken: string;
}

let count = 0;
const unique = (): string => String(++count).padStart(6, "0") + String(process.pid).padStart(6, "0");

/** A channel that the provider's check would have verified (set by SQL: no provider is asked here). */
export async function givenChannel(
  test: TestApp,
  workspace: { id: string; api: ApiClient },
  input: {
    name?: string;
    isVerified?: boolean;
    contentMode?: string;
    phoneNumberId?: string;
    wabaId?: string;
    appSecret?: string;
  } = {},
): Promise<HookChannel> {
  const phoneNumberId = input.phoneNumberId ?? `1${unique()}`;
  const wabaId = input.wabaId ?? `2${unique()}`;
  const appSecret = input.appSecret ?? `secret${unique()}`;
  const verifyToken = `verify${unique()}`;
  const { status, body } = await workspace.api.post<{ id: string }>("/v1/channels", {
    provider: "whatsapp_cloud",
    name: input.name ?? "Shop",
    contentMode: input.contentMode ?? "days:365",
    settings: { phoneNumberId, wabaId },
    secrets: { accessToken: "EAAtoken", appSecret, verifyToken },
  });
  if (status !== 201) throw new Error(`channel: ${status} ${JSON.stringify(body)}`);
  if (input.isVerified !== false) {
    await test.admin.query("update channel set verified_at = created_at, status = 'connected' where id = $1", [
      body.id,
    ]);
  }
  await test.app.channels.reload(body.id);
  return { id: body.id, workspaceId: workspace.id, phoneNumberId, wabaId, appSecret, verifyToken };
}

export const sign = (secret: string, raw: string | Buffer): string =>
  `sha256=${createHmac("sha256", secret).update(raw).digest("hex")}`;

/** Posts a body to the channel's own URL, signed with its secret unless told otherwise. */
export async function post(
  test: Pick<TestApp, "url">,
  channel: HookChannel,
  body: unknown,
  options: { path?: string; secret?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  const raw = typeof body === "string" ? body : JSON.stringify(body);
  return fetch(`${test.url}${options.path ?? `/hooks/whatsapp_cloud/${channel.id}`}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-hub-signature-256": sign(options.secret ?? channel.appSecret, raw),
      ...options.headers,
    },
    body: raw,
  });
}

export interface Person {
  phone?: string;
  userId?: string;
  parentUserId?: string;
  name?: string;
  username?: string;
}

const seconds = (at: Date | number): string => String(Math.floor((typeof at === "number" ? at : at.getTime()) / 1000));

/** One `changes` entry of the field `messages` (or another) of a channel. */
export function change(channel: HookChannel, value: object, field = "messages"): object {
  const metadata = { display_phone_number: "15550001111", phone_number_id: channel.phoneNumberId };
  return { field, value: { messaging_product: "whatsapp", metadata, ...value } };
}

export function envelope(channel: HookChannel, ...changes: object[]): object {
  return { object: "whatsapp_business_account", entry: [{ id: channel.wabaId, changes }] };
}

export function contactOf(person: Person): object {
  return {
    ...(person.name || person.username
      ? {
          profile: {
            ...(person.name ? { name: person.name } : {}),
            ...(person.username ? { username: person.username } : {}),
          },
        }
      : {}),
    ...(person.phone ? { wa_id: person.phone } : {}),
    ...(person.userId ? { user_id: person.userId } : {}),
    ...(person.parentUserId ? { parent_user_id: person.parentUserId } : {}),
  };
}

export function messageOf(person: Person, id: string, at: Date | number, content: object): object {
  return {
    ...(person.phone ? { from: person.phone } : {}),
    ...(person.userId ? { from_user_id: person.userId } : {}),
    ...(person.parentUserId ? { from_parent_user_id: person.parentUserId } : {}),
    ...{ id, timestamp: seconds(at) },
    ...content,
  };
}

/** A person writes one message. */
export function says(
  channel: HookChannel,
  person: Person,
  id: string,
  at: Date | number,
  content: object | string,
): object {
  const shape = typeof content === "string" ? { type: "text", text: { body: content } } : content;
  const value = { contacts: [contactOf(person)], messages: [messageOf(person, id, at, shape)] };
  return envelope(channel, change(channel, value));
}

export function statusOf(id: string, status: string, at: Date | number, more: object = {}): object {
  return { id, status, timestamp: seconds(at), recipient_id: "15557770000", ...more };
}

export function reports(channel: HookChannel, ...statuses: object[]): object {
  return envelope(channel, change(channel, { statuses }));
}
