import { GraphError } from "./graph-errors.ts";
import type { Person } from "./people.ts";
import type { Obj, SimState } from "./state.ts";
import { asObj, asText } from "./state.ts";

/**
 * What goes wrong with the next matching sends.
 * - `close`: the connection is cut before an answer; `hang`: no answer ever; `slow`: the answer waits `ms`.
 * - `error`: the Graph error `code`; `http`: a bare HTTP answer with that status and an HTML body.
 * - `status_first`: the `sent` and `delivered` webhooks arrive before the answer.
 * `accept` says for `close` and `hang` whether the message is taken and delivered all the same (default true).
 */
export interface Fault {
  kind: "close" | "hang" | "slow" | "error" | "http" | "status_first";
  times: number;
  accept: boolean;
  code?: number;
  details?: string;
  http?: number;
  ms?: number;
  match?: { type?: string; text?: string; person?: string; callbackData?: string };
}

export function takeFault(state: SimState, draft: { type: string; body: Obj; person: Person }): Fault | undefined {
  const text = sentText(draft.body);
  const index = state.faults.findIndex((fault) => {
    const match = fault.match ?? {};
    return (
      (match.type === undefined || match.type === draft.type) &&
      (match.text === undefined || text.includes(match.text)) &&
      (match.person === undefined ||
        [draft.person.key, draft.person.waId, draft.person.userId].includes(match.person)) &&
      (match.callbackData === undefined || match.callbackData === draft.body.biz_opaque_callback_data)
    );
  });
  const fault = state.faults[index];
  if (fault && --fault.times <= 0) state.faults.splice(index, 1);
  return fault;
}

export interface Sentinel {
  code: number;
  mode: "sync" | "async";
}

/**
 * Errors on request, for any client. In a text or caption: `#error:CODE` answers the Graph error at once, `#fail:CODE`
 * accepts and then reports a failed status. Numbers: `+9990` and the code in six digits fails at once, `+9991` later.
 */
export function sentinelOf(state: SimState, body: Obj, person: Person): Sentinel | undefined {
  const inText = /#(error|fail):(\d{1,7})/.exec(sentText(body));
  if (inText) return { code: Number(inText[2]), mode: inText[1] === "error" ? "sync" : "async" };
  const inNumber = /^999([01])(\d{6})$/.exec(person.waId ?? "");
  if (inNumber) return { code: Number(inNumber[2]), mode: inNumber[1] === "0" ? "sync" : "async" };
  const set = state.recipientErrors.get(person.key);
  if (!set) return undefined;
  if (--set.times <= 0) state.recipientErrors.delete(person.key);
  return { code: set.code, mode: set.mode };
}

/** `#silent` in a text: accepted, and no status ever comes (as when a message expires at its recipient). */
export function isSilent(body: Obj): boolean {
  return sentText(body).includes("#silent");
}

export function sentText(body: Obj): string {
  const inner = asObj(body[asText(body.type) ?? "text"]) ?? {};
  return asText(inner.body) ?? asText(inner.caption) ?? asText(asObj(inner.body)?.text) ?? "";
}

/** Token buckets: `throughput` a second and number (130429), 45 at once then one in 6 s for a pair (131056). */
export function checkRates(state: SimState, phoneNumberId: string, personKey: string): void {
  const at = state.options.rateNow?.() ?? performance.now();
  const take = (key: string, size: number, perMs: number) => {
    const bucket = state.buckets.get(key) ?? { tokens: size, at };
    bucket.tokens = Math.min(size, bucket.tokens + (at - bucket.at) * perMs);
    bucket.at = at;
    state.buckets.set(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
  if (Number.isFinite(state.throughput) && !take(phoneNumberId, state.throughput, state.throughput / 1000)) {
    throw new GraphError(130429, { details: "Message failed to send because there were too many messages sent." });
  }
  if (state.pairLimit && !take(`${phoneNumberId}:${personKey}`, 45, 1 / 6000)) {
    throw new GraphError(131056, { details: "Too many messages were sent to this person in a short time." });
  }
}
