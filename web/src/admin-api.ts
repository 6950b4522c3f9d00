import type {
  Channel,
  ChannelHealth,
  InboundEvent,
  InputOf,
  Label,
  OperationId,
  ResultOf,
  SavedReply,
} from "@keepword/sdk";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { kw, request, withWorkspace, type Me } from "./api.ts";
import { locale, type Locale } from "./text.ts";

/** Calls of the screens beside the inbox; shapes come from the SDK, so a change of the API is found by the compiler. */
type Item<Id extends OperationId> = ResultOf<Id> extends { data: (infer One)[] } ? One : never;

export type { Channel, ChannelHealth, InboundEvent, Label, SavedReply };
export type Login = Item<"login.list">;
export type SignIn = Item<"sign_in.list">;
export type Notification = Item<"notification.list">;
export type NoticeChoice = Item<"notification_preference.list">;
export type WorkspaceMember = Item<"member.list">;
export type ApiKey = Item<"api_key.list">;
export type SavedView = Item<"saved_view.list">;
export type Role = WorkspaceMember["role"];
export type Session = ResultOf<"session.get">;
export type SharedSession = ResultOf<"session_link.read">;
export type Scope = InputOf<"api_key.create">["scopes"][number];
export type ContactField = Item<"contact_attribute.list">;
export type SpecialCategories = ResultOf<"special_category.get">;
export type SpecialBasis = NonNullable<SpecialCategories["legalBasis"]>;
export type Retention = ResultOf<"retention.get">;
export type LegalHold = Item<"hold.list">;
export type ConsentRule = Item<"consent_rule.list">;
export type Agreement = Item<"agreement.list">;
export type Disclosure = Item<"legal_disclosure.list">;
export type Breach = Item<"breach.list">;
export type AlertSettings = ResultOf<"alert_settings.get">;
/** What an invitation leads to; its route is no part of the public reference. */
export interface InvitationPreview {
  workspaceName: string;
  role: Role;
  expiresAt: string;
}

export type ContactImport = ResultOf<"contact_import.get">;
export type ImportColumn = Item<"contact_import.columns">;
export type ImportCountry = ResultOf<"contact_import.columns">["countries"][number];
/** How the file is read: which column is what, and what was answered about it. */
export type ImportReading = Omit<InputOf<"contact_import.check">, "id">;
export type ImportMapping = ImportReading["mapping"];
export type ImportAttestation = InputOf<"contact_import.start">["attestation"];
export type ConsentStanding = Item<"consent.standing">;

export type Endpoint = ResultOf<"webhook_endpoint.get">;
export type EndpointWithSecret = ResultOf<"webhook_endpoint.create">;
export type Delivery = Item<"delivery.list">;
export type Outcome = ResultOf<"webhook_endpoint.test">["outcome"];
export type Fault = NonNullable<ResultOf<"webhook_endpoint.test">["fault"]>;

const one = encodeURIComponent;
const everything = { limit: 100 };
type Body<Id extends OperationId, Path extends string = "id"> = Omit<InputOf<Id>, Path>;

export const adminApi = {
  signIn: (body: InputOf<"sign_in.create">) => request<Me>("POST", "/sign-in", { body }),
  useSignInLink: (token: string) => request<Me>("POST", "/sign-in/link", { body: { token } }),
  signUpState: () => request<{ isOpen: boolean; missing: string[] }>("GET", "/sign-up"),
  signUp: (body: InputOf<"sign_up.create">) => request<Me>("POST", "/sign-up", { body }),
  readNotifications: () => request<void>("POST", "/me/notifications/read"),
  chooseNotices: (body: InputOf<"notification_preference.update">) =>
    request<ResultOf<"notification_preference.list">>("PATCH", "/me/notification-preferences", { body }),
  askReset: (email: string) =>
    request<ResultOf<"password_reset.create">>("POST", "/password-reset", { body: { email } }),
  confirmReset: (body: InputOf<"password_reset.confirm">) => request<void>("POST", "/password-reset/confirm", { body }),
  previewInvitation: (token: string) => request<InvitationPreview>("POST", "/invitations/preview", { body: { token } }),
  acceptInvitation: (token: string) => request<Me>("POST", "/invitations/accept", { body: { token } }),
  createWorkspace: (body: InputOf<"workspace.create">) =>
    request<ResultOf<"workspace.create">>("POST", "/workspaces", { body }),
  renameWorkspace: (id: string, name: string) =>
    request<ResultOf<"workspace.update">>("PATCH", `/workspaces/${one(id)}`, { body: { name } }),

  confirmIdentity: (id: string) => kw.call("subject_request.confirm_identity", { id }),
  answerSubjectRequest: (id: string) => kw.call("subject_request.answer", { id }),
  refuseSubjectRequest: (id: string, reason: InputOf<"subject_request.refuse">["reason"]) =>
    kw.call("subject_request.refuse", { id, reason }),
  accessReviewUrl: () => withWorkspace("/access-review/file"),
  subjectRequestCopyUrl: (id: string) => withWorkspace(`/subject-requests/${one(id)}/copy`),

  checkImport: (id: string, reading: ImportReading) => kw.call("contact_import.check", { id, ...reading }),
  startImport: (id: string, attestation: ImportAttestation) => kw.call("contact_import.start", { id, attestation }),
  cancelImport: (id: string) => kw.call("contact_import.cancel", { id }),
  importRefusalsUrl: (id: string) => withWorkspace(`/contact-imports/${one(id)}/refusals.csv`, { language: locale() }),

  consentStanding: (id: string) => kw.call("consent.standing", { id }),
  eraseContact: (id: string) => kw.call("contact.delete", { id }),
  createContactLink: (id: string) => kw.call("contact_link.create", { id }),
  closeWorkspace: (id: string, body: Body<"workspace.close">) => kw.call("workspace.close", { id, ...body }),
  reopenWorkspace: (id: string) => kw.call("workspace.reopen", { id }),
  chooseRetention: (change: InputOf<"retention.update">) => kw.call("retention.update", change),
  placeHold: (hold: InputOf<"hold.create">) => kw.call("hold.create", hold),
  acceptAgreement: (one: InputOf<"agreement.accept">) => kw.call("agreement.accept", one),
  setConsentRule: (purpose: ConsentRule["purpose"], rule: Omit<ConsentRule, "purpose">) =>
    kw.call("consent_rule.set", { purpose, ...rule }),
  proposeDisclosure: (one: InputOf<"legal_disclosure.propose">) => kw.call("legal_disclosure.propose", one),
  approveDisclosure: (id: string) => kw.call("legal_disclosure.approve", { id }),
  reportBreach: (one: InputOf<"breach.report">) => kw.call("breach.report", one),
  changeBreach: (id: string, change: Body<"breach.update">) => kw.call("breach.update", { id, ...change }),
  releaseHold: (id: string) => kw.call("hold.release", { id }),

  changeMe: (body: InputOf<"me.update">) => request<Me>("PATCH", "/me", { body }),
  logins: () => request<ResultOf<"login.list">>("GET", "/logins", { query: everything }),
  endLogin: (id: string) => request<void>("DELETE", `/logins/${one(id)}`),
  endOtherLogins: () => request<void>("DELETE", "/logins"),

  channel: (id: string) => kw.call("channel.get", { id }),
  channelHealth: (id: string) => kw.call("channel.health", { id }),
  createChannel: (body: InputOf<"channel.create">, idempotencyKey: string) =>
    kw.call("channel.create", body, { idempotencyKey }),
  changeChannel: (id: string, body: Body<"channel.update">) => kw.call("channel.update", { id, ...body }),
  contentMode: (id: string, mode?: string) => kw.call("channel.preview_content_mode", { id, mode }),
  removeChannel: (id: string, data: "keep" | "purge") => kw.call("channel.remove", { id, data }),
  inboundEvents: (id: string, isResolved: boolean) => kw.call("inbound_event.list", { id, isResolved, limit: 50 }),
  inboundEvent: (id: string) => kw.call("inbound_event.get", { id }),
  replayEvent: (id: string) => kw.call("inbound_event.replay", { id }),
  resolveEvent: (id: string) => kw.call("inbound_event.resolve", { id }),

  changeFeature: (id: string, isOn: boolean) => kw.call("feature.update", { id, isOn }),
  chooseAlerts: (change: Partial<AlertSettings>) => kw.call("alert_settings.update", change),
  session: (id: string) => kw.call("session.get", { id }),
  pair: (id: string, body: Body<"session.pair">) => kw.call("session.pair", { id, ...body }),
  restartSession: (id: string) => kw.call("session.restart", { id }),
  logOutSession: (id: string) => kw.call("session.log_out", { id }),
  shareSession: (id: string) => kw.call("session.share", { id }),
  sharedSession: (token: string) => kw.call("session_link.read", { token }),

  changeMember: (id: string, body: Body<"member.update">) =>
    request<WorkspaceMember>("PATCH", `/members/${one(id)}`, { body }),
  removeMember: (id: string) => request<void>("DELETE", `/members/${one(id)}`),
  invitations: () => request<ResultOf<"invitation.list">>("GET", "/invitations", { query: everything }),
  invite: (body: InputOf<"invitation.create">) =>
    request<ResultOf<"invitation.create">>("POST", "/invitations", { body }),
  withdrawInvitation: (id: string) => request<void>("DELETE", `/invitations/${one(id)}`),
  apiKeys: () => request<ResultOf<"api_key.list">>("GET", "/api-keys", { query: everything }),
  createApiKey: (body: InputOf<"api_key.create">) => request<ResultOf<"api_key.create">>("POST", "/api-keys", { body }),
  rotateApiKey: (id: string, body: Body<"api_key.rotate">) =>
    request<ResultOf<"api_key.rotate">>("POST", `/api-keys/${one(id)}/rotate`, { body }),
  revokeApiKey: (id: string) => request<void>("DELETE", `/api-keys/${one(id)}`),
  endpoints: () => kw.call("webhook_endpoint.list"),
  endpoint: (id: string) => kw.call("webhook_endpoint.get", { id }),
  createEndpoint: (body: InputOf<"webhook_endpoint.create">) => kw.call("webhook_endpoint.create", body),
  changeEndpoint: (id: string, body: Body<"webhook_endpoint.update">) =>
    kw.call("webhook_endpoint.update", { id, ...body }),
  removeEndpoint: (id: string) => kw.call("webhook_endpoint.delete", { id }),
  enableEndpoint: (id: string, backlog: "deliver" | "skip") => kw.call("webhook_endpoint.enable", { id, backlog }),
  disableEndpoint: (id: string) => kw.call("webhook_endpoint.disable", { id }),
  rotateSecret: (id: string) => kw.call("webhook_endpoint.rotate_secret", { id }),
  testEndpoint: (id: string) => kw.call("webhook_endpoint.test", { id }),
  recover: (id: string, since: string) => kw.call("webhook_endpoint.recover", { id, since }),
  deliveries: (id: string, state: Delivery["state"] | undefined, cursor: string | undefined) =>
    kw.call("delivery.list", { id, state, cursor, limit: 50 }),
  delivery: (id: string) => kw.call("delivery.get", { id }),
  replayDelivery: (id: string) => kw.call("delivery.replay", { id }),
  createLabel: (body: InputOf<"label.create">) => request<Label>("POST", "/labels", { body }),
  changeLabel: (id: string, body: Body<"label.update">) => request<Label>("PATCH", `/labels/${one(id)}`, { body }),
  removeLabel: (id: string) => request<void>("DELETE", `/labels/${one(id)}`),
  createReply: (body: InputOf<"saved_reply.create">) => request<SavedReply>("POST", "/saved-replies", { body }),
  changeReply: (id: string, body: Body<"saved_reply.update">) =>
    request<SavedReply>("PATCH", `/saved-replies/${one(id)}`, { body }),
  removeReply: (id: string) => request<void>("DELETE", `/saved-replies/${one(id)}`),
  createField: (body: InputOf<"contact_attribute.create">) => kw.call("contact_attribute.create", body),
  changeField: (id: string, body: Body<"contact_attribute.update">) =>
    kw.call("contact_attribute.update", { id, ...body }),
  removeField: (id: string) => kw.call("contact_attribute.remove", { id }),
  enableSpecial: (legalBasis: SpecialBasis) => kw.call("special_category.enable", { legalBasis }),
  disableSpecial: () => kw.call("special_category.disable"),
  savedViews: () => request<ResultOf<"saved_view.list">>("GET", "/saved-views"),
  createSavedView: (body: InputOf<"saved_view.create">) => request<SavedView>("POST", "/saved-views", { body }),
  removeSavedView: (id: string) => request<void>("DELETE", `/saved-views/${one(id)}`),
  changeContact: (id: string, body: Body<"contact.update">) =>
    request<ResultOf<"contact.update">>("PATCH", `/contacts/${one(id)}`, { body }),
};

/** Keys begin with the nouns that the stream drops (stream-events.ts). */
export const adminQueries = {
  /** Looks again every two seconds while one of them is being worked on. */
  subjectRequests: (isOpen: boolean) =>
    infiniteQueryOptions({
      queryKey: ["subject-requests", isOpen],
      queryFn: ({ pageParam }) =>
        kw.call("subject_request.list", { cursor: pageParam, limit: 20, isOpen: isOpen ? "true" : "false" }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      staleTime: 0,
      refetchInterval: 2_000,
    }),
  /** Those that were answered since. */
  finishedRequests: (finishedAfter: string) =>
    queryOptions({
      queryKey: ["subject-requests", "finished", finishedAfter],
      queryFn: () => kw.call("subject_request.list", { isOpen: "false", finishedAfter, limit: 50 }),
      staleTime: 0,
      refetchInterval: 2_000,
    }),
  contactImports: () =>
    infiniteQueryOptions({
      queryKey: ["contact-imports"],
      queryFn: ({ pageParam }) => kw.call("contact_import.list", { cursor: pageParam, limit: 10 }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      staleTime: 0,
    }),
  /** Those of whose files something is kept: an erasure ends them. */
  importsWithFile: () =>
    queryOptions({
      queryKey: ["contact-imports", "with-file"],
      queryFn: () => kw.call("contact_import.list", { hasFile: "true", limit: 100 }),
      staleTime: 0,
    }),
  /** Looks again every second while it runs. */
  contactImport: (id: string) =>
    queryOptions({
      queryKey: ["contact-import", id],
      queryFn: () => kw.call("contact_import.get", { id }),
      staleTime: 0,
      refetchInterval: ({ state }) => (state.data?.state === "running" ? 1_000 : false),
    }),
  importColumns: (id: string) =>
    queryOptions({
      queryKey: ["contact-import", id, "columns"],
      queryFn: () => kw.call("contact_import.columns", { id }),
      // what is in the file leaves the browser's memory with the screen
      gcTime: 0,
    }),
  importRefusals: (id: string, count: number, language: Locale) =>
    queryOptions({
      queryKey: ["contact-import", id, "refusals", count, language],
      queryFn: () => kw.call("contact_import.refusals", { id, limit: 100, language }),
      staleTime: 0,
    }),
  specialCategories: () =>
    queryOptions({ queryKey: ["special-categories"], queryFn: () => kw.call("special_category.get") }),
  consentStanding: (id: string) =>
    queryOptions({ queryKey: ["contact", id, "consents"], queryFn: () => adminApi.consentStanding(id) }),
  logins: () => queryOptions({ queryKey: ["logins"], queryFn: adminApi.logins, staleTime: 0 }),
  signIns: () =>
    infiniteQueryOptions({
      queryKey: ["sign-ins"],
      queryFn: ({ pageParam }) => kw.call("sign_in.list", { cursor: pageParam, limit: 20 }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      staleTime: 0,
    }),
  notifications: () =>
    infiniteQueryOptions({
      queryKey: ["notifications", "list"],
      queryFn: ({ pageParam }) => kw.call("notification.list", { cursor: pageParam, limit: 20 }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      staleTime: 0,
    }),
  noticeChoices: () =>
    queryOptions({
      queryKey: ["notice-choices"],
      queryFn: () => kw.call("notification_preference.list"),
      staleTime: 0,
    }),
  signUpState: () => queryOptions({ queryKey: ["sign-up"], queryFn: adminApi.signUpState, staleTime: 0 }),
  invitation: (token: string) =>
    queryOptions({ queryKey: ["invitation", token], queryFn: () => adminApi.previewInvitation(token), retry: false }),
  channel: (id: string) => queryOptions({ queryKey: ["channel", id], queryFn: () => adminApi.channel(id) }),
  channelHealth: (id: string) =>
    queryOptions({ queryKey: ["channel", id, "health"], queryFn: () => adminApi.channelHealth(id), staleTime: 0 }),
  session: (id: string) =>
    queryOptions({ queryKey: ["channel", id, "session"], queryFn: () => adminApi.session(id), staleTime: 0 }),
  /** Codes live for seconds, and whoever looks has no event stream. */
  sharedSession: (token: string) =>
    queryOptions({
      queryKey: ["shared-session", token],
      queryFn: () => adminApi.sharedSession(token),
      retry: false,
      staleTime: 0,
      gcTime: 0,
    }),
  contentMode: (id: string, mode?: string) =>
    queryOptions({
      queryKey: ["channel", id, "content-mode", mode ?? null],
      queryFn: () => adminApi.contentMode(id, mode),
      staleTime: 0,
    }),
  inboundEvents: (id: string, isResolved: boolean) =>
    queryOptions({
      queryKey: ["channel", id, "inbound-events", isResolved],
      queryFn: () => adminApi.inboundEvents(id, isResolved),
      staleTime: 0,
    }),
  inboundEvent: (id: string) =>
    queryOptions({ queryKey: ["inbound-event", id], queryFn: () => adminApi.inboundEvent(id), gcTime: 0 }),
  uptime: () =>
    queryOptions({
      queryKey: ["uptime"],
      queryFn: () => kw.call("uptime.get"),
      staleTime: 0,
      refetchInterval: 60_000,
    }),
  incidents: () =>
    infiniteQueryOptions({
      queryKey: ["incidents"],
      queryFn: ({ pageParam }) => kw.call("incident.list", { cursor: pageParam, limit: 20 }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      staleTime: 0,
    }),
  retention: () => queryOptions({ queryKey: ["retention"], queryFn: () => kw.call("retention.get"), staleTime: 0 }),
  agreements: () => queryOptions({ queryKey: ["agreements"], queryFn: () => kw.call("agreement.list"), staleTime: 0 }),
  consentRules: () =>
    queryOptions({ queryKey: ["consent-rules"], queryFn: () => kw.call("consent_rule.list"), staleTime: 0 }),
  disclosures: () =>
    queryOptions({ queryKey: ["legal-disclosures"], queryFn: () => kw.call("legal_disclosure.list"), staleTime: 0 }),
  breaches: () => queryOptions({ queryKey: ["breaches"], queryFn: () => kw.call("breach.list"), staleTime: 0 }),
  features: () => queryOptions({ queryKey: ["features"], queryFn: () => kw.call("feature.list"), staleTime: 0 }),
  holds: () => queryOptions({ queryKey: ["holds"], queryFn: () => kw.call("hold.list"), staleTime: 0 }),
  alertSettings: () =>
    queryOptions({ queryKey: ["alert-settings"], queryFn: () => kw.call("alert_settings.get"), staleTime: 0 }),
  invitations: () => queryOptions({ queryKey: ["invitations"], queryFn: adminApi.invitations }),
  apiKeys: () => queryOptions({ queryKey: ["api-keys"], queryFn: adminApi.apiKeys, staleTime: 0 }),
  endpoints: () => queryOptions({ queryKey: ["webhook-endpoints"], queryFn: adminApi.endpoints, staleTime: 0 }),
  endpoint: (id: string) =>
    queryOptions({
      queryKey: ["webhook-endpoints", id],
      queryFn: () => adminApi.endpoint(id),
      staleTime: 0,
      refetchInterval: 5_000,
    }),
  deliveries: (id: string, state: Delivery["state"] | undefined) =>
    infiniteQueryOptions({
      queryKey: ["webhook-endpoints", id, "deliveries", state ?? "all"],
      queryFn: ({ pageParam }) => adminApi.deliveries(id, state, pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      staleTime: 0,
    }),
  delivery: (id: string) =>
    queryOptions({ queryKey: ["webhook-delivery", id], queryFn: () => adminApi.delivery(id), gcTime: 0, staleTime: 0 }),
  savedViews: () => queryOptions({ queryKey: ["saved-views"], queryFn: adminApi.savedViews }),
};
