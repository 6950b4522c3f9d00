import type { ProviderFault } from "../provider-error.ts";
import { type Draft, asList, asObject, readText } from "../json-read.ts";
import { ruleOf } from "./error-table.ts";

/** One Graph error object, wherever it appears: an answer's envelope, a status, a message, a webhook of its own. */
export function readFault(value: unknown, httpStatus?: number): ProviderFault {
  const error = asObject(value) ?? {};
  const code = readText(error["code"], 32) ?? (httpStatus === undefined ? "none" : `http_${httpStatus}`);
  // Template creation hides its real reason in the subcode; send errors carry none since v16.
  const subcode = readText(error["error_subcode"], 32);
  const bySubcode = subcode === undefined ? undefined : ruleOf(subcode);
  const isTold = bySubcode !== undefined && bySubcode.kind !== "unknown";
  const fault: Draft<ProviderFault> = {
    ...(isTold ? bySubcode : ruleOf(code)),
    code: isTold ? `${code}/${subcode}` : code,
  };
  const detail =
    readText(asObject(error["error_data"])?.["details"], 1024) ??
    readText(error["error_user_msg"], 1024) ??
    readText(error["details"], 1024) ??
    readText(error["message"], 1024) ??
    readText(error["title"], 1024);
  if (detail !== undefined) fault.detail = detail;
  const traceId = readText(error["fbtrace_id"], 128);
  if (traceId !== undefined) fault.traceId = traceId;
  if (fault.kind === "unknown" && error["is_transient"] === true) {
    fault.kind = "retry_later";
    fault.sentence = "provider_trouble";
    fault.afterMs = 10_000;
  }
  return fault;
}

export function readFaults(value: unknown): ProviderFault[] | undefined {
  const list = asList(value);
  return list.length === 0 ? undefined : list.slice(0, 16).map((item) => readFault(item));
}
