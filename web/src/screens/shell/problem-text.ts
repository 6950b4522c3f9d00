import { ApiError } from "../../api.ts";
import { t, type TextKey } from "../../text.ts";
import { span } from "../../time.ts";

const known: Record<string, TextKey> = {
  network: "problem.network",
  "sign_in.wrong_credentials": "problem.wrongCredentials",
  "person.wrong_password": "problem.wrongPassword",
  "person.email_taken": "problem.emailTaken",
  "login_link.not_valid": "problem.linkNotValid",
  "invitation.not_valid": "problem.invitationNotValid",
  "member.already_member": "problem.alreadyMember",
  "member.last_owner": "problem.lastOwner",
  "sign_up.closed": "problem.signUpClosed",
  "label.name_taken": "problem.labelTaken",
  "channel.origin_refused": "problem.originRefused",
  "channel.provider_unavailable": "problem.providerUnavailable",
  "feature.off": "problem.featureOff",
  "feature.in_use": "problem.featureInUse",
  "inbound_event.replay_failed": "problem.replayFailed",
  "webhook_endpoint.url_taken": "problem.urlTaken",
  "webhook_endpoint.url_refused": "problem.urlRefused",
  "agreement.required": "sending.stopped.others",
  "contact_attribute.name_taken": "problem.fieldTaken",
  "contact_attribute.too_many": "problem.fieldTooMany",
  "contact_attribute.special": "problem.fieldSpecial",
  "contact_attribute.not_yet": "problem.fieldNotYet",
  "contact_attribute.restricted": "problem.fieldRestricted",
  "contact_attribute.value_invalid": "problem.fieldValue",
  "contact.restricted": "contact.write.restricted",
  "conversation.person_unseen": "contact.write.unseen",
  "message.address_unusable": "problem.addressUnusable",
  "message.channel_disconnected": "problem.channelDisconnected",
  "special_category.not_enabled": "problem.specialOff",
  "special_category.in_use": "problem.specialInUse",
  every_channel_required: "problem.everyChannel",
  forbidden: "problem.forbidden",
  not_found: "problem.notFound",
};

/** One sentence for a failed call: our own words where we have them, else the server's. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return t("problem.unknown");
  if (error.code === "too_many_requests" && error.retryAfterMs !== undefined)
    return t("problem.wait", { span: span(Math.max(1_000, error.retryAfterMs)) });
  const key = known[error.code];
  if (key) return t(key);
  const [issue] = error.issues;
  if (issue) return sentence(issue.message);
  return error.status >= 500 ? t("problem.unknown") : error.message || t("problem.unknown");
}

/** The server's word on one field, by the end of its path (`password`, `settings.wabaId`); undefined when it has none. */
export function fieldProblem(error: unknown, path: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const issue = error.issues.find((one) => one.path === path || one.path.endsWith(`.${path}`));
  return issue && sentence(issue.message);
}

/** Whether the error speaks of one of these fields, so that nothing needs to be said for the whole form. */
export function concernsField(error: unknown, paths: readonly string[]): boolean {
  return paths.some((path) => fieldProblem(error, path) !== undefined);
}

function sentence(text: string): string {
  const first = text.charAt(0).toLocaleUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
