// Our problems in the words of Meta's Graph API. Codes: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes (2026-11-20)
import { z } from "zod";
import { problem, type ProblemError } from "../platform/problem.ts";
import type { Foreign } from "../platform/route.ts";

export const graphParameter = problem({
  code: "graph.parameter",
  status: 400,
  title: "A parameter of the Cloud API's request has a value that is not accepted.",
  fix: "`detail` names it.",
});

export const graphUnsupported = problem({
  code: "graph.unsupported",
  status: 400,
  title: "This kind of Cloud API request is not served here.",
  fix: "`detail` says which kind. The path of Keepword's own API may serve it.",
});

export const graphPathUnknown = problem({
  code: "graph.path_unknown",
  status: 400,
  title: "The version in the path is not one from v1 to v99.",
});

const failure = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.literal("OAuthException"),
      code: z.int(),
      error_subcode: z.int().optional(),
      error_data: z.object({ messaging_product: z.literal("whatsapp"), details: z.string() }),
      is_transient: z.boolean().optional(),
      fbtrace_id: z.string().describe("Also in the `x-request-id` header and the operator's log."),
    }),
  })
  .meta({ id: "GraphError" });

interface Meaning {
  code: number;
  status: number;
  message: string;
  subcode?: number;
}

const invalid: Meaning = { code: 100, status: 400, message: "Invalid parameter" };
const wrongValue: Meaning = { code: 131009, status: 400, message: "Parameter value is not valid" };
const busy: Meaning = { code: 2, status: 503, message: "Service temporarily unavailable" };
const unknownFault: Meaning = { code: 131000, status: 500, message: "Something went wrong" };
const mediaUpload: Meaning = { code: 131053, status: 400, message: "Media upload error" };
const unsupportedMessage: Meaning = { code: 131051, status: 400, message: "Unsupported message type" };
const missing: Meaning = {
  ...{ code: 100, subcode: 33, status: 404 },
  message: "Unsupported request. Object with that ID does not exist or cannot be loaded due to missing permissions",
};

const meanings: Readonly<Record<string, Meaning>> = {
  unauthorized: { code: 190, status: 401, message: "Invalid OAuth access token" },
  forbidden: { code: 10, status: 403, message: "Permission denied" },
  cross_site_request: { code: 10, status: 403, message: "Permission denied" },
  not_found: missing,
  too_many_requests: { code: 130429, status: 400, message: "Rate limit hit" },
  idempotency_in_progress: busy,
  service_busy: busy,
  outcome_unknown: busy,
  payload_too_large: mediaUpload,
  "media.type_refused": mediaUpload,
  "media.unusable": mediaUpload,
  "media.not_stored": { code: 131052, status: 400, message: "Media download error" },
  "media.destroyed": missing,
  "message.window_closed": { code: 131047, status: 400, message: "Re-engagement message" },
  "message.unsupported": unsupportedMessage,
  "message.address_unusable": wrongValue,
  "message.not_repliable": wrongValue,
  "message.channel_disconnected": { code: 133010, status: 400, message: "Phone number not registered" },
  "workspace.suspended": { code: 368, status: 403, message: "Temporarily blocked for policies violations" },
  "conversation.person_unseen": { code: 10, status: 403, message: "Permission denied" },
  "agreement.required": { code: 10, status: 403, message: "Permission denied" },
  "graph.parameter": wrongValue,
  "graph.unsupported": unsupportedMessage,
  "graph.path_unknown": { code: 2500, status: 400, message: "Unknown path components" },
};

/** What is not in the table is the caller's (100) or ours (131000), by its status. */
const meaningOf = ({ declaration: { code, status } }: ProblemError): Meaning =>
  meanings[code] ?? (status >= 500 ? unknownFault : { ...invalid, status });

function detailsOf({ declaration, detail, extensions }: ProblemError): string {
  const { issues } = extensions as { issues?: { path: string; message: string }[] };
  const named = issues?.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return [declaration.title, detail ?? named ?? declaration.fix].filter(Boolean).join(" ");
}

const retried = new Set([2, 130429, 131000]);

/** The envelope of every failure under /graph. */
export const foreign: Foreign = {
  failure,
  answer(error, traceId) {
    const { code, status, message, subcode } = meaningOf(error);
    const body: z.input<typeof failure> = {
      error: {
        ...{ message: `(#${code}) ${message}`, type: "OAuthException", code },
        ...(subcode === undefined ? {} : { error_subcode: subcode }),
        error_data: { messaging_product: "whatsapp", details: detailsOf(error) },
        ...(retried.has(code) ? { is_transient: true } : {}),
        fbtrace_id: traceId,
      },
    };
    return { status, body };
  },
};
