// Meta's `signed_request`: base64url(HMAC-SHA256) "." base64url(JSON). https://developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback (2026-03)
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { problem } from "../platform/problem.ts";

export const signedRequestInvalid = problem({
  code: "meta.signed_request_invalid",
  status: 401,
  title: "The signed_request is not signed with the app secret of any channel here.",
  fix: "Compare the app secret of the channel with the one in Meta's console.",
});

export const signedRequestExpired = problem({
  code: "meta.signed_request_expired",
  status: 401,
  title: "The signed_request is too old, or from the future.",
  fix: "Send a new one; if it is new, set the server's clock.",
});

const payload = z.object({
  algorithm: z.string(),
  user_id: z.string().min(1).max(100),
  issued_at: z.int(),
  expires: z.int().optional(),
});

const MAX_AGE_MS = 3_600_000;
const MAX_AHEAD_MS = 300_000;

/** Who asks, and under which of the secrets. @throws meta.signed_request_invalid · meta.signed_request_expired */
export function readSignedRequest(
  text: string,
  secrets: ReadonlySet<string>,
  nowMs: number,
): { userId: string; secret: string; signature: string } {
  const [signature = "", body = "", ...rest] = text.split(".");
  const given = Buffer.from(signature, "base64url");
  if (rest.length > 0 || given.length !== 32 || body === "") throw signedRequestInvalid();
  const secret = [...secrets].find((one) => timingSafeEqual(createHmac("sha256", one).update(body).digest(), given));
  // oxlint-disable-next-line security/detect-possible-timing-attacks -- whether one fitted
  if (secret === undefined) throw signedRequestInvalid();
  const read = payload.safeParse(parsed(body));
  if (!read.success || read.data.algorithm.toUpperCase() !== "HMAC-SHA256") throw signedRequestInvalid();
  const { user_id: userId, issued_at: issuedAt, expires } = read.data;
  const age = nowMs - issuedAt * 1000;
  const isOver = expires !== undefined && expires > 0 && expires * 1000 <= nowMs;
  if (isOver || age > MAX_AGE_MS || age < -MAX_AHEAD_MS) throw signedRequestExpired();
  // the same bytes in another spelling are the same request
  return { userId, secret, signature: given.toString("base64url") };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
