// Every optional feature. No such thing are machines on which the operator keeps what is kept anyway (processors of the role `operator`), and
// what a conversation is made of: people expect their messages, names and ticks in an inbox.
import { specialCategoryTable } from "../contacts/contact-attribute.table.ts";
import { contactIdentityTable, contactTable } from "../contacts/contact.table.ts";
import { conversationTable } from "../conversations/conversation.table.ts";
import { person } from "../identity/people.table.ts";
import { attachmentTable } from "../media/attachment.table.ts";
import { messageTable, reactionTable } from "../messages/message.table.ts";
import { feature, type FeatureDeclaration } from "../platform/feature.ts";
import {
  decryptJournalTable,
  firstContactTable,
  sessionKeyTable,
  sessionLeaseTable,
  sessionShareTable,
  sessionTable,
} from "../sessions/session.table.ts";
import { deliveryAttemptTable, deliveryTable, webhookEndpointTable } from "../webhooks/webhook.table.ts";
import { visitorChoiceTable, visitorChoiceTextTable } from "./visitor.table.ts";

export const allFeatures: readonly FeatureDeclaration[] = [
  feature({
    id: "linked_phones",
    does: "Links ordinary WhatsApp phones as devices. Unofficial: no API of WhatsApp, which may restrict or ban the number.",
    flag: { by: "owner" },
    tables: [
      ...[sessionTable, sessionLeaseTable, sessionKeyTable, decryptJournalTable],
      ...[sessionShareTable, firstContactTable],
    ],
    stores: ["cache:linked-devices"],
    processors: ["whatsapp_linked"],
  }),
  feature({
    id: "phone_history",
    does: "Takes over what a linked phone holds of the last 30 or 90 days.",
    flag: { by: "team", table: sessionTable, column: "historyDays", off: 0 },
    fills: [contactTable, contactIdentityTable, conversationTable, messageTable, reactionTable, attachmentTable],
  }),
  feature({
    id: "special_categories",
    does: "Keeps special categories of data (health, religion and the like) in fields of contacts, once an owner said what allows it.",
    flag: { by: "team", table: specialCategoryTable },
    tables: [specialCategoryTable],
    fills: [contactTable],
  }),
  feature({
    id: "webhooks",
    does: "Tells a program of the workspace, at the address it names, what happens.",
    flag: { by: "team", table: webhookEndpointTable },
    tables: [webhookEndpointTable, deliveryTable, deliveryAttemptTable],
  }),
  feature({
    id: "profile_phone",
    does: "Keeps a member's own phone number, for those who work with them.",
    flag: { by: "person", table: person, column: "phone", off: null },
    columns: ["person.phone"],
  }),
  feature({
    id: "visitor_analytics",
    does: "Counts visits of the public pages with Google Analytics, of visitors who agreed.",
    flag: { by: "operator", setting: "googleAnalyticsId" },
    tables: [visitorChoiceTable, visitorChoiceTextTable],
    stores: ["cookie:kw_choice", "cookie:_ga", "cookie:_ga_*"],
    processors: ["google_analytics"],
  }),
];
