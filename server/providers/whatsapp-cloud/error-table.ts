import type { FaultSentenceKey } from "../fault-sentences.ts";
import type { FaultScope, ProviderErrorKind } from "../provider-error.ts";

/** How we read one Graph error code. `sentence` is a key of `faultSentences`. */
export type ErrorRule = {
  readonly kind: ProviderErrorKind;
  readonly scope: FaultScope;
  readonly sentence: FaultSentenceKey;
  readonly afterMs?: number;
};

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const rule = (kind: ProviderErrorKind, scope: FaultScope, sentence: FaultSentenceKey, afterMs?: number): ErrorRule =>
  afterMs === undefined ? { kind, scope, sentence } : { kind, scope, sentence, afterMs };

/**
 * Graph and Cloud API codes. Codes that are not here are `unknown`; 200–299 are permissions.
 * Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (page of 2026-05-15)
 */
export const errorTable: Readonly<Record<string, ErrorRule>> = {
  // token and permissions
  "0": rule("auth_lost", "channel", "token_invalid"),
  "190": rule("auth_lost", "channel", "token_invalid"),
  "3": rule("auth_lost", "channel", "permission_missing"),
  "10": rule("auth_lost", "channel", "permission_missing"),
  "131005": rule("auth_lost", "channel", "permission_missing"),
  // temporary
  "1": rule("retry_later", "message", "provider_trouble", 5 * second),
  "2": rule("retry_later", "channel", "provider_trouble", 30 * second),
  "131000": rule("retry_later", "message", "provider_trouble", 10 * second),
  "131016": rule("retry_later", "channel", "provider_trouble", 30 * second),
  "133004": rule("retry_later", "channel", "provider_trouble", 30 * second),
  "131057": rule("retry_later", "channel", "maintenance", 2 * minute),
  "2494100": rule("retry_later", "channel", "maintenance", 2 * minute),
  // rates
  "4": rule("retry_later", "account", "rate_limited", minute),
  "80007": rule("retry_later", "account", "rate_limited", minute),
  "130429": rule("retry_later", "channel", "rate_limited", 2 * second),
  // Meta asks for 4^X seconds; the caller doubles twice per attempt from here.
  "131056": rule("retry_later", "recipient", "pair_rate_limited", 4 * second),
  "131048": rule("retry_later", "account", "spam_limited", hour),
  // the recipient
  "131047": rule("window_closed", "recipient", "window_closed"),
  "131050": rule("opted_out", "recipient", "opted_out"),
  "131026": rule("recipient_unreachable", "recipient", "undeliverable"),
  "130472": rule("recipient_unreachable", "recipient", "experiment"),
  "130497": rule("recipient_unreachable", "recipient", "country_restricted"),
  "131021": rule("recipient_unreachable", "recipient", "to_self"),
  "131030": rule("recipient_unreachable", "recipient", "not_on_test_list"),
  "137000": rule("rejected", "recipient", "identity_changed"),
  "131049": rule("rejected", "recipient", "marketing_cap"),
  "131062": rule("rejected", "recipient", "needs_phone_number"),
  // the account
  "131031": rule("banned", "account", "account_locked"),
  "368": rule("banned", "account", "account_locked"),
  "131037": rule("rejected", "channel", "display_name_needed"),
  "131042": rule("rejected", "account", "payment_problem"),
  "131045": rule("rejected", "channel", "number_not_registered"),
  "133010": rule("rejected", "channel", "number_not_registered"),
  "133000": rule("rejected", "channel", "registration_problem"),
  "133005": rule("rejected", "channel", "registration_problem"),
  "133006": rule("rejected", "channel", "registration_problem"),
  "133008": rule("rejected", "channel", "registration_problem"),
  "133009": rule("rejected", "channel", "registration_problem"),
  "133015": rule("retry_later", "channel", "registration_problem", 5 * minute),
  "133016": rule("retry_later", "channel", "registration_problem", 72 * hour),
  "134011": rule("rejected", "account", "payment_problem"),
  // the message
  "33": rule("rejected", "message", "bad_request"),
  "100": rule("rejected", "message", "bad_request"),
  "131008": rule("rejected", "message", "bad_request"),
  "131009": rule("rejected", "message", "bad_request"),
  "135000": rule("rejected", "message", "bad_request"),
  "131051": rule("rejected", "message", "kind_unsupported"),
  "131060": rule("rejected", "message", "companion_only"),
  "131052": rule("rejected", "message", "media_not_received"),
  "131053": rule("rejected", "message", "media_refused"),
  "131055": rule("rejected", "message", "wrong_endpoint"),
  "131061": rule("rejected", "message", "wrong_endpoint"),
  "134100": rule("rejected", "message", "wrong_endpoint"),
  "134102": rule("rejected", "message", "wrong_endpoint"),
  "134101": rule("retry_later", "message", "template_syncing", 10 * minute),
  // templates
  "132000": rule("rejected", "message", "template_parameters"),
  "132012": rule("rejected", "message", "template_parameters"),
  "132018": rule("rejected", "message", "template_parameters"),
  "132005": rule("rejected", "message", "template_too_long"),
  "132001": rule("rejected", "message", "template_missing"),
  "132007": rule("rejected", "message", "template_policy"),
  "132015": rule("rejected", "message", "template_paused"),
  "132016": rule("rejected", "message", "template_disabled"),
  "132068": rule("rejected", "message", "flow_blocked"),
  "132069": rule("retry_later", "message", "flow_throttled", 10 * minute),
  "2388019": rule("rejected", "message", "template_limit"),
  "2388024": rule("rejected", "message", "template_exists"),
  "2388040": rule("rejected", "message", "template_invalid"),
  "2388047": rule("rejected", "message", "template_invalid"),
  "2388072": rule("rejected", "message", "template_invalid"),
  "2388073": rule("rejected", "message", "template_invalid"),
  "2388293": rule("rejected", "message", "template_invalid"),
  "2388299": rule("rejected", "message", "template_invalid"),
  // coexistence
  "2593107": rule("rejected", "channel", "sync_repeated"),
  "2593108": rule("rejected", "channel", "sync_too_late"),
  "2593109": rule("rejected", "channel", "history_declined"),
  // groups: https://developers.facebook.com/documentation/business-messaging/whatsapp/groups/error-codes
  "131020": rule("rejected", "recipient", "group_refused"),
  "131041": rule("rejected", "recipient", "group_refused"),
  "131059": rule("rejected", "recipient", "group_refused"),
  "131201": rule("rejected", "recipient", "group_refused"),
  "131202": rule("rejected", "recipient", "group_refused"),
  "131204": rule("rejected", "recipient", "group_refused"),
  "131207": rule("rejected", "recipient", "group_refused"),
  "131208": rule("retry_later", "recipient", "rate_limited", minute),
  "131209": rule("rejected", "recipient", "group_refused"),
  "131210": rule("rejected", "recipient", "group_refused"),
  "131211": rule("rejected", "recipient", "group_refused"),
  "131212": rule("rejected", "recipient", "group_refused"),
  "131213": rule("rejected", "recipient", "group_refused"),
  "131214": rule("rejected", "recipient", "group_refused"),
  "131215": rule("rejected", "recipient", "group_refused"),
};

const permission = rule("auth_lost", "channel", "permission_missing");
const unlisted = rule("unknown", "message", "unknown");

export function ruleOf(code: string): ErrorRule {
  const listed = Object.hasOwn(errorTable, code) ? errorTable[code] : undefined;
  if (listed !== undefined) return listed;
  return /^2\d\d$/.test(code) ? permission : unlisted;
}
