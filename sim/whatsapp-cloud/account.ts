import { fieldNames, healthStatus, phoneNode, pickFields } from "./phone-numbers.ts";
import type { Obj, PhoneNumber, SimState } from "./state.ts";
import { asText } from "./state.ts";

export function listPhoneNumbers(state: SimState, query: Obj): Obj {
  const phones = [...state.phoneNumbers.values()];
  const cursor = (phone: PhoneNumber | undefined) => Buffer.from(phone?.id ?? "").toString("base64url");
  const after = asText(query.after);
  const start = after === undefined ? 0 : phones.findIndex((phone) => cursor(phone) === after) + 1;
  const page = phones.slice(start, start + (Number(query.limit ?? 25) || 25));
  const data = page.map((phone) => phoneNode(state, phone, asText(query.fields)));
  if (page.length === 0) return { data };
  return { data, paging: { cursors: { before: cursor(page[0]), after: cursor(page.at(-1)) } } };
}

export function accountNode(state: SimState, fields: string | undefined): Obj {
  const all: Obj = {
    id: state.wabaId,
    name: "Kettle & Co",
    currency: "EUR",
    timezone_id: "1",
    message_template_namespace: "771004400_sim",
    account_review_status: "APPROVED",
    health_status: healthStatus(state, [["WABA", state.wabaId, "AVAILABLE"]]),
    business_verification_status: "verified",
    marketing_messages_lite_api_status: "ELIGIBLE",
    ownership_type: "SELF",
    country: "DE",
    status: "ACTIVE",
  };
  const usual = ["name", "currency", "timezone_id", "message_template_namespace"];
  return pickFields(all, fieldNames(fields) ?? usual, "WhatsAppBusinessAccount");
}

export function subscription(state: SimState): Obj {
  const app = {
    whatsapp_business_api_data: { id: state.appId, link: "https://www.facebook.com/games/?app_id=0", name: "Sim" },
  };
  return state.wabaOverrideUrl ? { ...app, override_callback_uri: state.wabaOverrideUrl } : app;
}
