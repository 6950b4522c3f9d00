/** Title and HTTP status of the Graph error codes that a WhatsApp sender can meet (Meta's error-codes page, 2026). */
const codes: Record<number, [http: number, title: string]> = {
  0: [401, "AuthException"],
  1: [400, "API Unknown"],
  2: [503, "API Service"],
  3: [500, "API Method"],
  4: [400, "API Too Many Calls"],
  10: [403, "Permission Denied"],
  33: [400, "Parameter value is not valid"],
  100: [400, "Invalid parameter"],
  190: [401, "Access token has expired"],
  200: [403, "API Permission"],
  368: [403, "Temporarily blocked for policies violations"],
  2500: [400, "Unknown path components"],
  80007: [400, "Rate limit issues"],
  130429: [400, "Rate limit hit"],
  130472: [400, "User's number is part of an experiment"],
  130497: [403, "Business account is restricted from messaging users in this country."],
  131000: [500, "Something went wrong"],
  131005: [403, "Access denied"],
  131008: [400, "Required parameter is missing"],
  131009: [400, "Parameter value is not valid"],
  131016: [500, "Service unavailable"],
  131021: [400, "Recipient cannot be sender"],
  131026: [400, "Message undeliverable"],
  131030: [400, "Recipient phone number not in allowed list"],
  131031: [403, "Account has been locked"],
  131037: [400, "Display name approval is needed before sending a message"],
  131042: [400, "Business eligibility payment issue"],
  131045: [500, "Incorrect certificate"],
  131047: [400, "Re-engagement message"],
  131048: [400, "Spam rate limit hit"],
  131049: [400, "This message was not delivered to maintain healthy ecosystem engagement."],
  131050: [400, "User has stopped marketing messages from your business"],
  131051: [400, "Message type unknown"],
  131052: [400, "Media download error"],
  131053: [400, "Media upload error"],
  131055: [400, "Method not allowed"],
  131056: [400, "(Business Account, Consumer Account) pair rate limit hit"],
  131057: [500, "Account in maintenance mode"],
  131060: [400, "This message is unavailable"],
  131061: [400, "Template can only be sent with the Marketing Messages API"],
  131062: [400, "Business-scoped user id is not allowed for this template"],
  132000: [400, "Number of parameters does not match the expected number of params"],
  132001: [404, "Template name does not exist in the translation"],
  132005: [400, "Translated text too long"],
  132007: [400, "Template format character policy violated"],
  132012: [400, "Parameter format does not match format in the created template"],
  132015: [400, "Template is paused"],
  132016: [400, "Template is disabled"],
  132018: [400, "Template parameters are not valid"],
  132068: [400, "Flow is blocked"],
  132069: [400, "Flow is throttled"],
  133000: [500, "Deregistration incomplete"],
  133004: [503, "Server temporarily unavailable"],
  133005: [400, "Two-step verification PIN mismatch"],
  133006: [400, "Phone number re-verification needed"],
  133008: [400, "Too many two-step verification PIN guesses"],
  133009: [400, "Two-step verification PIN guessed too fast"],
  133010: [400, "Phone number not registered"],
  133015: [400, "Wait a few minutes before registering this phone number"],
  133016: [400, "Account register/deregister rate limit exceeded"],
  134100: [400, "Only marketing messages supported"],
  134101: [400, "Template is still syncing"],
  135000: [400, "Generic user error"],
  137000: [400, "Recipient identity key mismatch"],
  2388024: [400, "Content in this language already exists"],
};

export const hrefOfErrors = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/";

export interface GraphErrorExtra {
  details?: string;
  subcode?: number;
  http?: number;
  message?: string;
}

/** Thrown anywhere under a Graph route; becomes the `{ "error": … }` envelope with its HTTP status. */
export class GraphError extends Error {
  readonly code: number;
  readonly http: number;
  readonly details: string | undefined;
  readonly subcode: number | undefined;

  constructor(code: number, extra: GraphErrorExtra = {}) {
    const [http, title] = codes[code] ?? [400, "Unknown error"];
    super(extra.message ?? `(#${code}) ${title}`);
    this.code = code;
    this.http = extra.http ?? http;
    this.details = extra.details;
    this.subcode = extra.subcode;
  }
}

export function envelope(error: GraphError, traceId: string): { error: Record<string, unknown> } {
  const inner: Record<string, unknown> = { message: error.message, type: "OAuthException", code: error.code };
  if (error.subcode !== undefined) inner.error_subcode = error.subcode;
  if (error.details !== undefined) inner.error_data = { messaging_product: "whatsapp", details: error.details };
  if (error.http >= 500 || [4, 80007, 130429, 131056].includes(error.code)) inner.is_transient = true;
  inner.fbtrace_id = traceId;
  return { error: inner };
}

/** The shape that the same code has inside a failed status or an unsupported message. */
export function webhookError(code: number, details?: string): Record<string, unknown> {
  const title = codes[code]?.[1] ?? "Unknown error";
  return { code, title, message: title, error_data: { details: details ?? title }, href: hrefOfErrors };
}
