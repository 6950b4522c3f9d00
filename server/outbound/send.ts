import { serviceWindow } from "../conversations/conversation-view.ts";
import { linkOf } from "../channels/channel-directory.ts";
import {
  changeTooLateError,
  channelGoneError,
  contactMinorError,
  contactRestrictedError,
  contentGoneError,
  errorOfFault,
  noConsentError,
  optedOutError,
  retriesOverError,
  windowClosedError,
} from "../messages/message-error.ts";
import type { OwnChange } from "../messages/apply-own-changes.ts";
import { openContent } from "../messages/message-content.ts";
import type { App } from "../platform/context.ts";
import { within } from "../platform/time-limit.ts";
import { ProviderError, type ProviderFault } from "../providers/provider-error.ts";
import { firstContactWait } from "../sessions/first-contacts.ts";
import type { Claimed } from "./claim.ts";
import { composeOutbound, NothingToSend } from "./compose.ts";
import type { Outcome } from "./record.ts";

const CALL_TIMEOUT_MS = 30_000;
/** 100 MB over a slow line; the provider bounds each upload itself */
export const UPLOAD_TIMEOUT_MS = 330_000;
const RETRY_FOR_MS = 24 * 3_600_000;
const FIRST_RETRY_MS = 2_000;
const MAX_RETRY_MS = 15 * 60_000;

/** Doubling from the provider's floor, up to a quarter of an hour, ±20 % so that many rows do not come back at once. */
export function backoffMs(attempt: number, floorMs: number): number {
  const base = Math.min(Math.max(floorMs, FIRST_RETRY_MS) * 2 ** Math.min(attempt - 1, 12), MAX_RETRY_MS);
  return Math.round(Math.max(base, floorMs) * (0.8 + Math.random() * 0.4));
}

/** What a message of ours says once this one is sent. */
function changeOf(
  app: App,
  { workspaceId, messageId: id, content, type }: Claimed,
): Pick<OwnChange, "messageId" | "text"> | undefined {
  if (type !== "edit" && type !== "delete") return undefined;
  const stored = openContent(app.keyring, "deliver", { workspaceId, id, content });
  if (!stored || !("body" in stored)) return undefined;
  const { body } = stored;
  if (body.type === "edit") return { messageId: body.edit.messageId, text: body.edit.text };
  return body.type === "delete" ? { messageId: body.delete.messageId, text: null } : undefined;
}

/** Calls the provider once and says what became of it. Never throws; never resends what may have gone out. */
export async function sendClaimed(
  app: App,
  claimed: Claimed,
  options: { callTimeoutMs?: number },
  onFault: (fault: ProviderFault) => void,
): Promise<Outcome> {
  const channel = app.channels.peek(claimed.channelId);
  const provider = channel && app.providers[channel.provider];
  if (!channel || !provider || channel.status === "disconnected" || channel.status === "deleting")
    return { kind: "failed", claimed, error: channelGoneError };
  if (claimed.isRestricted) return { kind: "failed", claimed, error: contactRestrictedError };
  if (claimed.isForMinor) return { kind: "failed", claimed, error: contactMinorError };
  if (claimed.isOptedOut) return { kind: "failed", claimed, error: optedOutError };
  if (claimed.lacksConsent) return { kind: "failed", claimed, error: noConsentError };
  // open when it was accepted; an outage may have taken longer than the window
  const windowHours = provider.can.serviceWindowHours.value;
  if (claimed.type !== "template" && !serviceWindow(claimed.lastInboundAt, windowHours, app.clock.ms()).isOpen)
    return { kind: "failed", claimed, error: windowClosedError };
  try {
    const message = composeOutbound(app, claimed);
    const { content } = message;
    if ((content.kind === "edit" || content.kind === "delete") && app.clock.now() > content.until)
      return { kind: "failed", claimed, error: changeTooLateError };
    const { newChats } = provider.can;
    const isFirst = newChats && !claimed.isKnown && message.to.kind !== "group";
    const waitMs = isFirst ? await firstContactWait(app, claimed, newChats.value) : 0;
    if (waitMs > 0) return { kind: "put_back", claimed, afterMs: waitMs };
    const timeoutMs = claimed.attachments.length > 0 ? UPLOAD_TIMEOUT_MS : (options.callTimeoutMs ?? CALL_TIMEOUT_MS);
    const receipt = await within(timeoutMs, (signal) => provider.send(linkOf(app, channel), message, signal));
    const change = changeOf(app, claimed);
    return { kind: "sent", claimed, providerMessageId: receipt.providerMessageId, ...(change ? { change } : {}) };
  } catch (error) {
    if (error instanceof NothingToSend) return { kind: "failed", claimed, error: contentGoneError };
    if (!(error instanceof ProviderError)) {
      // a bug of ours: the call may have been made, so it is not made again
      app.log.error({ err: error, messageId: claimed.messageId }, "send failed unexpectedly");
      // a session's network takes it again under the id it had
      if (provider.receive.mode === "session")
        return { kind: "retry", claimed, afterMs: backoffMs(claimed.attempt, 0), errorCode: "internal" };
      return { kind: "unsettled", claimed, errorCode: "internal" };
    }
    const { fault } = error;
    onFault(fault);
    if (fault.isOutcomeUnknown) return { kind: "unsettled", claimed, errorCode: fault.code };
    if (fault.kind !== "retry_later") return { kind: "failed", claimed, error: errorOfFault(fault) };
    if (app.clock.ms() - claimed.wantedAt.getTime() > RETRY_FOR_MS)
      return { kind: "failed", claimed, error: { ...retriesOverError, providerCode: fault.code } };
    return { kind: "retry", claimed, afterMs: backoffMs(claimed.attempt, fault.afterMs ?? 0), errorCode: fault.code };
  }
}
