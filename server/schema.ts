// Everything that is declared, in lists: read by the boot, the migrator, the docs generator and the registry tests.
import type { PgTable } from "./platform/drizzle.ts";
import { auditEntry } from "./audit/audit.table.ts";
import { channelHealthTable, channelTable, contentPeriodTable } from "./channels/channel.table.ts";
import { contactAttributeTable, specialCategoryTable } from "./contacts/contact-attribute.table.ts";
import { contactAttributeChanged } from "./contacts/contact-attribute.ts";
import { specialCategoriesChanged } from "./contacts/special-category.ts";
import {
  consentChainTable,
  consentEventTable,
  consentRuleTable,
  consentTextTable,
  contactIdentityTable,
  contactTable,
} from "./contacts/contact.table.ts";
import { conversationJobs } from "./conversations/conversation.jobs.ts";
import { conversationTable } from "./conversations/conversation.table.ts";
import { conversationLabelTable, labelTable } from "./conversations/label.table.ts";
import { memberReadTable } from "./conversations/member-read.table.ts";
import { noteTable } from "./conversations/note.table.ts";
import { savedViewTable } from "./conversations/saved-view.table.ts";
import { alertSettingTable } from "./identity/alert-settings.table.ts";
import { apiKey } from "./identity/api-keys.table.ts";
import {
  notificationPreferenceTable,
  notificationTable,
  productVersionTable,
} from "./notifications/notification.table.ts";
import { notificationJobs } from "./notifications/notification.jobs.ts";
import { login, loginLink, person, signInTable } from "./identity/people.table.ts";
import { invitation, member, workspace } from "./identity/workspaces.table.ts";
import { channelEvents } from "./channels/channel-events.ts";
import { channelJobs } from "./channels/channels.jobs.ts";
import { channelRecheckJob } from "./channels/recheck.jobs.ts";
import { contactCreated, contactErased, contactUpdated } from "./contacts/contact-events.ts";
import { consentChanged } from "./contacts/record-consents.ts";
import { conversationCreated, conversationUpdated } from "./conversations/conversation-events.ts";
import { labelChanged } from "./conversations/label.ts";
import { noteMentionTable } from "./conversations/note-mention.table.ts";
import { contactAttributeJobs } from "./contacts/contact-attribute.jobs.ts";
import { contactImportJobs } from "./contact-imports/contact-import.jobs.ts";
import { contactImportRefusalTable, contactImportTable } from "./contact-imports/contact-import.table.ts";
import { savedReplyTable } from "./conversations/saved-reply.table.ts";
import { savedReplyChanged } from "./conversations/saved-reply.ts";
import { noteChanged } from "./conversations/note.ts";
import { attachmentUpdated } from "./media/media.ts";
import { messageEvents } from "./messages/message-events.ts";
import { featureChanged } from "./identity/features.ts";
import { workspaceFeatureTable } from "./identity/features.table.ts";
import { identityEvents } from "./identity/identity-events.ts";
import { inboundEventTable } from "./inbound/inbound-event.table.ts";
import { attachmentTable } from "./media/attachment.table.ts";
import { mediaJobs } from "./media/media.jobs.ts";
import { messageDayTable } from "./messages/message-day.table.ts";
import { messageBatchTable } from "./messages/message-batch.table.ts";
import { contentJobs } from "./messages/content.jobs.ts";
import { contentSweepTable, earlyStatusTable, messageTable, reactionTable } from "./messages/message.table.ts";
import { abuseScoreTable } from "./outbound/abuse-score.table.ts";
import { outboxTable, sendAttemptTable } from "./outbound/outbox.table.ts";
import { sessionEvents } from "./sessions/session-events.ts";
import { outboundJobs } from "./outbound/outbound.jobs.ts";
import {
  decryptJournalTable,
  firstContactTable,
  sessionKeyTable,
  sessionLeaseTable,
  sessionShareTable,
  sessionTable,
} from "./sessions/session.table.ts";
import { contactLinkTable, pageCodeTable } from "./privacy/contact-link.table.ts";
import { policyNoticeTable, policyVersionTable } from "./privacy/policy.table.ts";
import { breachTable, legalDisclosureTable } from "./privacy/incident-registers.table.ts";
import { closingJobs } from "./privacy/closing.jobs.ts";
import { incidentJobs } from "./privacy/incident.jobs.ts";
import { visitCountTable, visitorChoiceTable, visitorChoiceTextTable } from "./privacy/visitor.table.ts";
import { publishPolicyJob } from "./privacy/publish-policy.jobs.ts";
import { policyJobs } from "./privacy/policy.jobs.ts";
import { accessReviewJobs } from "./identity/access-review.jobs.ts";
import { registerJobs } from "./privacy/register.jobs.ts";
import { securityReviewJobs } from "./privacy/security-review.jobs.ts";
import { agreementTextTable, workspaceAgreementTable } from "./identity/agreement.table.ts";
import { policyAcceptance } from "./identity/policy-acceptance.table.ts";
import { consentJobs } from "./privacy/consent.jobs.ts";
import { copyImportTable } from "./privacy/copy-import.table.ts";
import { erasureLedgerTable } from "./privacy/erasure-ledger.table.ts";
import { subjectRequestJobs } from "./privacy/subject-request.jobs.ts";
import { subjectRequestTable } from "./privacy/subject-request.table.ts";
import type { App } from "./platform/context.ts";
import type { EventDeclaration } from "./platform/event.ts";
import { event, eventCounter } from "./platform/event.table.ts";
import { idempotencyRecord } from "./platform/idempotency.table.ts";
import { installationValue } from "./platform/installation.table.ts";
import type { JobDeclaration } from "./platform/job.ts";
import { derivedStatements as deriveStatements, external, type ExternalTables } from "./platform/table.ts";
import { workspaceClosureTable } from "./privacy/closure.table.ts";
import { holdChanged } from "./privacy/holds.ts";
import { disclosureGiven } from "./privacy/legal-disclosure.ts";
import { forgetStatement, purgeStatement } from "./privacy/purge-plan.ts";
import { featureStatement } from "./privacy/feature-plan.ts";
import { allFeatures } from "./privacy/features.ts";
import { legalHoldTable } from "./privacy/hold.table.ts";
import { allProcessors } from "./privacy/processors.ts";
import { retentionSettingTable, sweepMarkTable } from "./privacy/retention.table.ts";
import { retentionJobs } from "./privacy/retention.jobs.ts";
import { allStores } from "./privacy/stores.ts";
import { sweepStatements } from "./privacy/sweep-plan.ts";
import { realtimeJobs } from "./realtime/event-partition.jobs.ts";
import { contactSearchTable, messageSearchTable, searchCursorTable } from "./search/search.table.ts";
import { templateJobs } from "./templates/template.jobs.ts";
import { templateTable } from "./templates/template.table.ts";
import { uptimeJobs } from "./uptime/uptime.jobs.ts";
import { incidentTable, probeTable, uptimeDayTable } from "./uptime/uptime.table.ts";
import { templateChanged } from "./templates/template-events.ts";
import { webhookEvents } from "./webhooks/webhook-events.ts";
import { webhookJobs } from "./webhooks/webhook.jobs.ts";
import { deliveryAttemptTable, deliveryTable, webhookEndpointTable } from "./webhooks/webhook.table.ts";

export const allTables: PgTable[] = [
  ...[person, login, loginLink, signInTable],
  ...[notificationTable, notificationPreferenceTable, productVersionTable],
  ...[workspace, member, invitation, apiKey],
  ...[event, eventCounter, idempotencyRecord, installationValue, auditEntry],
  ...[channelTable, channelHealthTable, contentPeriodTable, inboundEventTable],
  ...[contactTable, contactIdentityTable, contactAttributeTable, specialCategoryTable, conversationTable],
  ...[contactImportTable, contactImportRefusalTable],
  ...[consentEventTable, consentChainTable, consentTextTable, consentRuleTable],
  ...[contactLinkTable, pageCodeTable],
  ...[conversationLabelTable, labelTable, memberReadTable],
  ...[noteTable, noteMentionTable, savedReplyTable, savedViewTable],
  ...[policyVersionTable, policyNoticeTable, policyAcceptance, legalDisclosureTable, breachTable],
  ...[messageTable, earlyStatusTable, messageBatchTable, reactionTable, attachmentTable, contentSweepTable],
  ...[messageSearchTable, searchCursorTable, contactSearchTable],
  ...[outboxTable, sendAttemptTable, templateTable, abuseScoreTable],
  ...[sessionTable, sessionLeaseTable, sessionKeyTable, decryptJournalTable, sessionShareTable, firstContactTable],
  ...[webhookEndpointTable, deliveryTable, deliveryAttemptTable],
  ...[workspaceAgreementTable, agreementTextTable, workspaceFeatureTable],
  ...[visitCountTable, visitorChoiceTable, visitorChoiceTextTable],
  ...[subjectRequestTable, copyImportTable],
  ...[probeTable, uptimeDayTable, incidentTable, alertSettingTable],
  ...[erasureLedgerTable],
  ...[legalHoldTable, retentionSettingTable, sweepMarkTable, messageDayTable, workspaceClosureTable],
];

/** What lies outside the tables, and who outside the house receives anything. */
export { allFeatures, allProcessors, allStores };

/** Tables that are not made by `table()`. The app role has no rights on any of them. */
export const externalTables: readonly ExternalTables[] = [
  external({
    schema: "graphile_worker",
    tables: "all",
    owner: "graphile-worker",
    holds:
      "Jobs that wait: names, ids, times, attempts. A job's payload holds ids only, its last error no message text.",
  }),
  external({
    schema: "kw",
    tables: ["migration", "derived", "declared_job"],
    owner: "platform/migrate.ts",
    holds: "Which migrations and derived statements ran, and which job names may be enqueued.",
  }),
];

/** What happened, as the event log, the feed, the webhooks and the documents know it. */
export const allEvents: readonly EventDeclaration[] = [
  ...identityEvents,
  ...channelEvents,
  ...[contactCreated, contactUpdated, contactErased, consentChanged, contactAttributeChanged, specialCategoriesChanged],
  ...[conversationCreated, conversationUpdated, labelChanged, noteChanged, savedReplyChanged],
  ...messageEvents,
  ...[attachmentUpdated, templateChanged],
  ...sessionEvents,
  ...webhookEvents,
  ...[holdChanged, disclosureGiven, featureChanged],
];

/** Work that waits: what the worker takes and when it is scheduled. */
export const allJobs: readonly JobDeclaration<App>[] = [
  ...channelJobs,
  ...consentJobs,
  ...contactAttributeJobs,
  ...contactImportJobs,
  channelRecheckJob,
  ...[...policyJobs, publishPolicyJob],
  ...registerJobs,
  ...securityReviewJobs,
  ...accessReviewJobs,
  ...incidentJobs,
  ...closingJobs,
  ...contentJobs,
  ...conversationJobs,
  ...mediaJobs,
  ...notificationJobs,
  ...outboundJobs,
  ...realtimeJobs,
  ...subjectRequestJobs,
  ...templateJobs,
  ...webhookJobs,
  ...uptimeJobs,
  ...retentionJobs,
];

/** The sweeps, row-level security and grants for all tables, run by the migrator after the migrations when they changed. */
export const derivedStatements = (): string[] => [
  ...sweepStatements(allTables),
  purgeStatement(allTables),
  forgetStatement(allTables),
  featureStatement(allFeatures),
  ...deriveStatements(allTables),
];

/** The only job names that the queue's wrapper accepts. */
export const declaredJobs = (): { name: string; maxAttempts?: number | undefined }[] =>
  allJobs.map(({ name, maxAttempts }) => ({ name, maxAttempts }));
