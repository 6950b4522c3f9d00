import { type Json, asList, asObject, readPhone, readText } from "../json-read.ts";
import { ProviderError } from "../provider-error.ts";
import type { ChannelHealth, Connected } from "../provider.ts";
import { callGraph, pathId } from "./graph.ts";
import { readFault } from "./read-faults.ts";
import type { CloudLink } from "./settings.ts";

// https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/phone-numbers (2026-09-11)
const phoneFields = [
  "id",
  "display_phone_number",
  "verified_name",
  "quality_rating",
  "status",
  "platform_type",
  "throughput",
  "name_status",
  "whatsapp_business_manager_messaging_limit",
  "is_on_biz_app",
  "health_status",
].join(",");

/**
 * Proves that token, app secret, number and account belong together, then subscribes the app to the account: without that no
 * webhook arrives. Safe to repeat; also the health check.
 */
export async function connect(link: CloudLink, signal: AbortSignal): Promise<Connected> {
  const { phoneNumberId, wabaId } = link.settings;
  const fields = { fields: phoneFields };
  const node = await orNotInAccount(
    callGraph(link, { method: "GET", path: pathId(phoneNumberId), query: fields }, signal),
  );
  await orNotInAccount(checkAccount(link, signal));
  const subscribed = await callGraph(link, { method: "POST", path: `${pathId(wabaId)}/subscribed_apps` }, signal);
  const phone = readPhone(node["display_phone_number"]);
  const displayName = readText(node["verified_name"], 255);
  return {
    state: "connected",
    ...(phone !== undefined && { phone }),
    ...(displayName !== undefined && { displayName }),
    health: readHealth(node, subscribed["success"] === true),
  };
}

/** Takes our app off the account: no webhook of any of its numbers comes any more. */
export async function disconnect(link: CloudLink, signal: AbortSignal): Promise<void> {
  await callGraph(link, { method: "DELETE", path: `${pathId(link.settings.wabaId)}/subscribed_apps` }, signal);
}

/** A number of another account would send, but its webhooks would go nowhere. */
async function checkAccount(link: CloudLink, signal: AbortSignal): Promise<void> {
  const path = `${pathId(link.settings.wabaId)}/phone_numbers`;
  let after: string | undefined;
  // 20 numbers is the usual ceiling of a portfolio; the bound only stops a broken pager.
  for (let page = 0; page < 50; page += 1) {
    const query = { fields: "id", limit: "100", ...(after !== undefined && { after }) };
    const answer = await callGraph(link, { method: "GET", path, query }, signal);
    if (asList(answer["data"]).some((item) => readText(asObject(item)?.["id"], 64) === link.settings.phoneNumberId))
      return;
    after = nextCursor(answer);
    if (after === undefined) break;
  }
  throw notInAccount();
}

/** 100/33: there is no such id, or the token may not see it. */
async function orNotInAccount<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ProviderError && error.fault.code === "100/33") throw notInAccount(error);
    throw error;
  }
}

function notInAccount(cause?: ProviderError): ProviderError {
  const fault = { kind: "rejected", code: "number_not_in_account", scope: "channel", sentence: "not_found" } as const;
  return new ProviderError(fault, { cause });
}

/** The cursor of the next page. `paging.next` itself is not followed: it carries the token in its query. */
export function nextCursor(answer: Json): string | undefined {
  const paging = asObject(answer["paging"]);
  return paging?.["next"] === undefined ? undefined : readText(asObject(paging["cursors"])?.["after"], 2048);
}

const qualities: Readonly<Record<string, ChannelHealth["quality"]>> = { GREEN: "green", YELLOW: "yellow", RED: "red" };
const sending: Readonly<Record<string, ChannelHealth["canSend"]>> = {
  AVAILABLE: "available",
  LIMITED: "limited",
  BLOCKED: "blocked",
};
const dailyLimits: Readonly<Record<string, number | null>> = {
  TIER_250: 250,
  TIER_2K: 2000,
  TIER_10K: 10_000,
  TIER_100K: 100_000,
  TIER_UNLIMITED: null,
};

function readHealth(node: Json, isSubscribed: boolean): ChannelHealth {
  const health = asObject(node["health_status"]);
  const isCoexistence = node["is_on_biz_app"] === true;
  const level = readText(asObject(node["throughput"])?.["level"], 32);
  // A number that is also on the phone app is fixed at 20 messages a second.
  const messagesPerSecond = isCoexistence ? 20 : level === "HIGH" ? 1000 : level === "STANDARD" ? 80 : undefined;
  const dailyLimit = dailyLimits[readText(node["whatsapp_business_manager_messaging_limit"], 32) ?? ""];
  const nameStatus = readText(node["name_status"], 64)?.toLowerCase();
  const faults = asList(health?.["entities"]).flatMap((entity) =>
    asList(asObject(entity)?.["errors"]).map((item) => readEntityFault(item)),
  );
  return {
    quality: qualities[readText(node["quality_rating"], 32) ?? ""] ?? "unknown",
    status: readText(node["status"], 64)?.toLowerCase() ?? "unknown",
    canSend: sending[readText(health?.["can_send_message"], 32) ?? ""] ?? "unknown",
    ...(dailyLimit !== undefined && { dailyLimit }),
    ...(messagesPerSecond !== undefined && { messagesPerSecond }),
    isSubscribed,
    isCoexistence,
    ...(nameStatus !== undefined && { nameStatus }),
    faults,
  };
}

/** Health errors are shaped apart: `{error_code, error_description, possible_solution}`. */
function readEntityFault(item: unknown) {
  const body = asObject(item);
  return readFault({ code: body?.["error_code"], message: body?.["error_description"] ?? body?.["possible_solution"] });
}
