import { createHmac } from "node:crypto";

import { SafeFetchError } from "../../platform/egress-guard.ts";
import { type Draft, type Json, asObject } from "../json-read.ts";
import { ProviderError, type ProviderFault } from "../provider-error.ts";
import type { ProviderRequest, ProviderResponse } from "../provider.ts";
import { readFault } from "./read-faults.ts";
import type { CloudLink, CloudSecrets } from "./settings.ts";

export const graphOrigin = "https://graph.facebook.com";
/** Released 2026-07-29: https://developers.facebook.com/docs/graph-api/changelog */
export const graphVersion = "v26.0";

// Graph answers are small; one template page with 100 long templates stays under this.
const maxAnswerBytes = 8 * 1024 * 1024;
const callTimeoutMs = 30_000;
/** For 100 MB at 3 Mbit/s. */
export const transferTimeoutMs = 300_000;

export type GraphCall = {
  method: "GET" | "POST" | "DELETE";
  /** Without version and leading slash; ids are checked by the settings' schema or encoded by the caller. */
  path: string;
  query?: Readonly<Record<string, string>>;
  json?: unknown;
  body?: Pick<ProviderRequest, "body" | "headers">;
  /** A lost answer leaves open whether the call was carried out. */
  isSend?: boolean;
  timeoutMs?: number;
};

/**
 * One Graph call; throws `ProviderError` for everything that is not a JSON object with a 2xx.
 * `appsecret_proof` goes along always: apps may require it, and a wrong app secret is then found on connect instead of by silence.
 * https://developers.facebook.com/docs/graph-api/guides/secure-requests
 */
export async function callGraph(link: CloudLink, call: GraphCall, signal: AbortSignal): Promise<Json> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${link.secrets.accessToken}`,
    ...call.body?.headers,
  };
  const init: ProviderRequest = {
    method: call.method,
    headers,
    signal,
    timeoutMs: call.timeoutMs ?? callTimeoutMs,
    maxBytes: maxAnswerBytes,
  };
  if (call.json !== undefined) {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(call.json);
  } else if (call.body?.body !== undefined) init.body = call.body.body;
  const response = await request(link, graphUrl(link, call), init, call.isSend === true);
  const answer = asJson(await readAnswer(response, call.isSend === true));
  if (response.status >= 200 && response.status < 300 && answer !== undefined && answer["error"] === undefined)
    return answer;
  throw new ProviderError(faultOf(response, answer, call.isSend === true));
}

function graphUrl(link: CloudLink, call: GraphCall): string {
  const base = (link.settings.apiBaseUrl ?? graphOrigin).replace(/\/+$/, "");
  const query = new URLSearchParams({ ...call.query, appsecret_proof: proofOf(link.secrets) });
  return `${/\/v\d+\.\d+$/.test(base) ? base : `${base}/${graphVersion}`}/${call.path}?${query.toString()}`;
}

/** The same for every call with these secrets. */
const proofs = new WeakMap<CloudSecrets, string>();

function proofOf(secrets: CloudSecrets): string {
  const known = proofs.get(secrets);
  if (known !== undefined) return known;
  const proof = createHmac("sha256", secrets.appSecret).update(secrets.accessToken).digest("hex");
  proofs.set(secrets, proof);
  return proof;
}

/** A request that turns network trouble into a fault. `isSend`: trouble after the connection stood leaves the outcome open. */
export async function request(
  link: CloudLink,
  url: string,
  init: ProviderRequest,
  isSend: boolean,
): Promise<ProviderResponse> {
  try {
    return await link.http(url, init);
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    throw new ProviderError(networkFault(error, isSend), { cause: error });
  }
}

/** Also for the body of an answer, whose bytes may stop coming. */
export function networkFault(error: unknown, isSend: boolean): ProviderFault {
  const known = error instanceof SafeFetchError ? error : undefined;
  const code = known?.kind ?? "network";
  if (code === "blocked") return { kind: "rejected", code, scope: "channel", sentence: "host_blocked" };
  if (isSend && known?.isSent !== false) return unknownOutcome(code);
  return { kind: "retry_later", code, scope: "channel", afterMs: 5000, sentence: "network" };
}

function unknownOutcome(code: string): ProviderFault {
  return { kind: "unknown", code, scope: "message", sentence: "outcome_unknown", isOutcomeUnknown: true };
}

async function readAnswer(response: ProviderResponse, isSend: boolean): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw new ProviderError(networkFault(error, isSend), { cause: error });
  }
}

function asJson(text: string): Json | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function faultOf(response: ProviderResponse, answer: Json | undefined, isSend: boolean): ProviderFault {
  const { status } = response;
  const retryAfterMs = readRetryAfter(response);
  if (answer?.["error"] !== undefined) {
    const fault: Draft<ProviderFault> = readFault(answer["error"], status);
    if (fault.kind === "retry_later" && retryAfterMs !== undefined)
      fault.afterMs = Math.max(retryAfterMs, fault.afterMs ?? 0);
    if (fault.detail?.includes("appsecret_proof"))
      return { ...fault, kind: "auth_lost", code: "app_secret_wrong", scope: "channel", sentence: "app_secret_wrong" };
    return fault;
  }
  // No envelope: something between us and Meta answered.
  const code = `http_${status}`;
  if (status === 429)
    return { kind: "retry_later", code, scope: "channel", afterMs: retryAfterMs ?? 10_000, sentence: "rate_limited" };
  if (status === 401 || status === 403) return { kind: "auth_lost", code, scope: "channel", sentence: "token_invalid" };
  if (status === 404) return { kind: "rejected", code, scope: "channel", sentence: "not_found" };
  if (status < 300 || status >= 500) {
    if (isSend) return unknownOutcome(code);
    return {
      kind: "retry_later",
      code,
      scope: "channel",
      afterMs: retryAfterMs ?? 10_000,
      sentence: "provider_trouble",
    };
  }
  return { kind: "rejected", code, scope: "message", sentence: "bad_request" };
}

function readRetryAfter(response: ProviderResponse): number | undefined {
  const seconds = Number(response.headers.get("retry-after") ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 86_400) * 1000 : undefined;
}

/** An id that a caller or the provider gave, safe inside a path. */
export function pathId(id: string): string {
  if (!/^[\w.:=+-]{1,512}$/.test(id) || /^\.+$/.test(id)) {
    throw new ProviderError({ kind: "rejected", code: "bad_id", scope: "message", sentence: "bad_request" });
  }
  return encodeURIComponent(id);
}
