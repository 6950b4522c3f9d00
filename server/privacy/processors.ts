// Who outside receives data: on by a channel or a setting, none by default.
import type { Config } from "../platform/config.ts";
import { processor, type ProcessorDeclaration } from "../platform/store.ts";
import { databaseHost } from "../platform/transport.ts";

const hostsIn = (address: string | undefined): string[] =>
  address === undefined ? [] : [new URL(address).hostname.replace(/^\[|\]$/g, "")];

const s3Hosts = ({ s3Bucket, s3Endpoint, s3Region }: Config): string[] => {
  if (s3Bucket === undefined) return [];
  return s3Endpoint === undefined ? [`s3.${s3Region}.amazonaws.com`, "s3.amazonaws.com"] : hostsIn(s3Endpoint);
};

/** Where the tag sends to: https://developers.google.com/tag-platform/security/guides/csp (Nov 2026). */
const googleHosts = [
  ...["https://*.google-analytics.com", "https://*.analytics.google.com", "https://*.googletagmanager.com"],
] as const;

export const allProcessors: readonly ProcessorDeclaration[] = [
  processor({
    id: "meta_whatsapp_cloud",
    name: "Meta Platforms (WhatsApp Cloud API)",
    does: "Carries messages between the business and people on WhatsApp.",
    role: "sub_processor",
    country: "Ireland and the United States, or the region that is set for the number",
    categories: ["user.content", "user.name", "user.contact.phone_number", "user.unique_id", "credential.secret"],
    subjects: ["contact"],
    purpose: "deliver",
    provider: "whatsapp_cloud",
    when: "A workspace connects a channel of WhatsApp Cloud API.",
    isOn: () => true,
    // https://www.whatsapp.com/legal/business-data-transfer-addendum (16 February 2024)
    ...{ countries: ["IE", "US"], transfer: { mechanism: "dpf", signedAt: "2024-02-16" } },
    policy: "https://www.whatsapp.com/legal/privacy-policy",
    agreement: {
      url: "https://www.whatsapp.com/legal/business-data-processing-terms",
      signedAt: null,
      instructions: "Carry the messages of the workspace that connected the number, which agrees to this itself.",
    },
    // https://developers.facebook.com/documentation/business-messaging/whatsapp/local-storage and /no-storage (21 May 2026)
    keeps:
      "Meta keeps a copy of messages at rest for up to 30 days; of a number with local storage only in its region, after at most 60 minutes elsewhere; of one with no storage for an hour at most.",
  }),
  processor({
    id: "whatsapp_linked",
    name: "WhatsApp (linked device)",
    does: "Carries messages of an ordinary WhatsApp number whose owner linked this server as a device. Unofficial: no API of WhatsApp, and not affiliated with WhatsApp or Meta.",
    role: "controller",
    country: "Ireland and the United States",
    categories: ["user.content", "user.name", "user.contact.phone_number", "user.unique_id"],
    subjects: ["contact"],
    purpose: "deliver",
    provider: "whatsapp_linked",
    when: "A workspace links a phone, after it agreed that this is no official API.",
    isOn: () => true,
    ...{ countries: ["IE", "US"], transfer: { mechanism: "dpf", signedAt: "2024-02-16" } },
    policy: "https://www.whatsapp.com/legal/privacy-policy",
  }),
  processor({
    id: "mail_server",
    name: "Mail server of the operator",
    does: "Delivers invitations, sign-in links and notices to people who work with the product.",
    role: "operator",
    country: "As the operator chose",
    categories: ["user.contact.email"],
    subjects: ["person"],
    purpose: "account",
    hosts: ({ smtpUrl }) => hostsIn(smtpUrl?.reveal()),
    when: "The operator sets SMTP_URL.",
    isOn: ({ smtpUrl }) => smtpUrl !== undefined,
  }),
  processor({
    id: "object_store",
    name: "Object store of the operator",
    does: "Keeps received and sent files, sealed before they leave the server.",
    role: "operator",
    country: "As the operator chose",
    categories: ["user.content"],
    subjects: ["contact"],
    purpose: "inbox",
    hosts: s3Hosts,
    when: "The operator sets S3_BUCKET.",
    isOn: ({ s3Bucket }) => s3Bucket !== undefined,
  }),
  processor({
    id: "database",
    name: "Database server of the operator",
    does: "Keeps all tables. What people said, their names and addresses are sealed before they are written.",
    role: "operator",
    country: "As the operator chose",
    categories: ["user.content", "user.name", "user.contact.email", "user.contact.phone_number", "user.unique_id"],
    subjects: ["contact", "member", "person", "workspace"],
    purpose: "inbox",
    hosts: ({ databaseUrl }) => (databaseUrl === undefined ? [] : [databaseHost(databaseUrl.reveal())]),
    when: "The operator sets DATABASE_URL; without it the database runs inside the product.",
    isOn: ({ databaseUrl }) => databaseUrl !== undefined,
  }),
  processor({
    id: "simulators_and_proxies",
    name: "Origins that the operator listed",
    does: "Stand in for a provider: simulators, or proxies of the operator.",
    role: "operator",
    country: "As the operator chose",
    categories: ["user.content", "user.contact.phone_number", "user.unique_id", "credential.secret"],
    subjects: ["contact"],
    purpose: "deliver",
    hosts: ({ providerOrigins }) => providerOrigins.flatMap(hostsIn),
    when: "The operator sets KEEPWORD_PROVIDER_ORIGINS.",
    isOn: ({ providerOrigins }) => providerOrigins.length > 0,
  }),
  processor({
    id: "google_analytics",
    name: "Google (Google Analytics)",
    // It uses the IP address to tell the region and keeps none: https://support.google.com/analytics/answer/12017362 (Nov 2026)
    does: "Counts visits of the public pages, for visitors who agreed, without advertising signals and without storing their IP address.",
    role: "sub_processor",
    country: "Ireland and the United States",
    categories: ["user.device", "user.behavior"],
    subjects: ["visitor"],
    purpose: "insight",
    browser: ({ googleAnalyticsOrigin: own }) => ({
      "script-src": [own ?? "https://www.googletagmanager.com"],
      "connect-src": own === undefined ? [...googleHosts] : [own],
      "img-src": own === undefined ? [...googleHosts] : [own],
    }),
    when: "The operator sets KEEPWORD_GA_ID, and only for visitors who agreed.",
    isOn: ({ googleAnalyticsId }) => googleAnalyticsId !== undefined,
    // Admin, Data retention: 2 or 14 months, up to 50 in paid properties: https://support.google.com/analytics/answer/7667196 (Nov 2026)
    mostMonths: 2,
    countries: ["IE", "US"],
    policy: "https://policies.google.com/privacy",
  }),
];
