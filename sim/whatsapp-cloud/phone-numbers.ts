import { GraphError } from "./graph-errors.ts";
import type { Obj, PhoneNumber, SimState } from "./state.ts";
import { newNumericId } from "./state.ts";

export function makePhoneNumber(input: {
  id?: string;
  displayPhoneNumber?: string;
  verifiedName?: string;
}): PhoneNumber {
  const displayPhoneNumber = input.displayPhoneNumber ?? "+1 555-010-0199";
  return {
    id: input.id ?? newNumericId(),
    displayPhoneNumber,
    digits: displayPhoneNumber.replaceAll(/\D/g, ""),
    verifiedName: input.verifiedName ?? "Kettle & Co",
    qualityRating: "GREEN",
    throughputLevel: "STANDARD",
    status: "CONNECTED",
    registered: true,
    profile: { about: "Kettles since 1998", vertical: "RETAIL", websites: ["https://shop.example/"] },
    settings: {},
    blocked: new Set(),
  };
}

export function addPhoneNumber(
  state: SimState,
  input: { id?: string; displayPhoneNumber?: string; verifiedName?: string },
): PhoneNumber {
  const next = `+1 555-010-${String(199 + state.phoneNumbers.size).padStart(4, "0")}`;
  const phone = makePhoneNumber({ displayPhoneNumber: next, ...input });
  state.phoneNumbers.set(phone.id, phone);
  return phone;
}

const usual = [
  "verified_name",
  "code_verification_status",
  "display_phone_number",
  "quality_rating",
  "platform_type",
  "throughput",
  "last_onboarded_time",
  "webhook_configuration",
];

/** The node of a phone number with the fields asked for; `id` always. */
export function phoneNode(state: SimState, phone: PhoneNumber, fields: string | undefined): Obj {
  const all: Obj = {
    verified_name: phone.verifiedName,
    code_verification_status: "VERIFIED",
    display_phone_number: phone.displayPhoneNumber,
    quality_rating: phone.qualityRating,
    platform_type: "CLOUD_API",
    throughput: { level: phone.throughputLevel },
    last_onboarded_time: "2026-09-01T10:00:00+0000",
    webhook_configuration: webhookConfiguration(state, phone),
    status: phone.status,
    name_status: "APPROVED",
    account_mode: "LIVE",
    is_official_business_account: false,
    is_on_biz_app: false,
    is_pin_enabled: true,
    whatsapp_business_manager_messaging_limit: "TIER_10K",
    health_status: healthStatus(state, [
      ["PHONE_NUMBER", phone.id, phone.registered ? "AVAILABLE" : "BLOCKED"],
      ["WABA", state.wabaId, "AVAILABLE"],
      ["BUSINESS", "771004400001", "AVAILABLE"],
      ["APP", state.appId, "AVAILABLE"],
    ]),
  };
  return pickFields({ ...all, id: phone.id }, fieldNames(fields) ?? usual, "WhatsAppBusinessPhoneNumber");
}

/** `a,b{c,d}` → a, b. */
export function fieldNames(fields: string | undefined): string[] | undefined {
  return fields
    ?.replaceAll(/\{[^}]*\}|\.[a-z_]+\([^)]*\)/g, "")
    .split(",")
    .map((field) => field.trim());
}

/** Fields that exist but have nothing to say here are left out, as Graph does; unknown ones are refused. */
const silent = new Set([
  "certificate",
  "new_certificate",
  "new_name_status",
  "messaging_limit_tier",
  "search_visibility",
]);

export function pickFields(all: Obj, names: string[], nodeType: string): Obj {
  for (const name of names) {
    if (name in all || silent.has(name)) continue;
    throw new GraphError(100, {
      message: `(#100) Tried accessing nonexisting field (${name}) on node type (${nodeType})`,
    });
  }
  return Object.fromEntries(
    [...new Set([...names, "id"])].filter((name) => name in all).map((name) => [name, all[name]]),
  );
}

function webhookConfiguration(state: SimState, phone: PhoneNumber): Obj {
  const urls: Obj = {};
  if (phone.overrideUrl) urls.phone_number = phone.overrideUrl;
  if (state.wabaOverrideUrl) urls.whatsapp_business_account = state.wabaOverrideUrl;
  if (state.webhookUrl) urls.application = state.webhookUrl;
  return urls;
}

export function healthStatus(state: SimState, entities: [string, string, string][]): Obj {
  const worst = entities.some(([, , can]) => can === "BLOCKED") ? "BLOCKED" : "AVAILABLE";
  return {
    can_send_message: state.accessTokens.size > 0 ? worst : "BLOCKED",
    entities: entities.map(([entity_type, id, can_send_message]) => ({ entity_type, id, can_send_message })),
  };
}
