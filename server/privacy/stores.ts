// Everything outside the tables that holds, or may hold, something about somebody.
import { store, type StoreDeclaration } from "../platform/store.ts";

const ofOperator = { purpose: "account", role: "controller" } as const;
const cookie = { kind: "cookie", place: "the browser", ...ofOperator } as const;
const cache = {
  ...{ kind: "cache", place: "memory", purpose: "security", role: "controller", protect: "plain" },
} as const satisfies Partial<StoreDeclaration>;
const log = {
  kind: "log",
  isDiagnostic: true,
  categories: [],
  subjects: [],
  purpose: "security",
  role: "controller",
  protect: "plain",
  kept: { days: 30 },
} as const;
const mail = {
  ...{ kind: "mail", place: "the mail server, or `outbox/` in the data folder", path: "outbox", ...ofOperator },
  ...{ categories: ["user.contact.email"], subjects: ["person"], protect: "plain", kept: { days: 30 } },
} as const satisfies Partial<StoreDeclaration>;

export const allStores: readonly StoreDeclaration[] = [
  store({
    ...{ kind: "blob", name: "attachments", place: "`blobs/` in the data folder, or the object store" },
    holds: "Received and sent files in sealed chunks, a key for each file, under names that tell nothing.",
    ...{ categories: ["user.content"], subjects: ["contact"], purpose: "inbox", role: "processor" },
    ...{ protect: "sealed", kept: "with-row", table: "attachment", path: "blobs" },
  }),
  store({
    ...{
      kind: "blob",
      name: "contact-imports",
      place: "`blobs/` in the data folder, or the object store; in no backup",
    },
    holds:
      "CSV files of contacts, in sealed chunks, a key for each: deleted when their import ends, a day after they came when it is not started, and a day after its start at the latest. Of an import that is done, the rows that were not taken whole, sealed anew, until a day after its start.",
    ...{ categories: ["user.name", "user.unique_id", "user.content"], subjects: ["contact"] },
    ...{ purpose: "inbox", role: "processor", protect: "sealed", kept: { days: 2 }, path: "blobs" },
  }),
  store({
    ...{
      kind: "file",
      name: "keyring",
      place: "`keyring/` in the data folder, outside the database and its backups",
      path: "keyring",
    },
    holds: "Keys, wrapped. A destroyed key is overwritten; that it existed stays, by an id.",
    ...{ categories: ["credential.secret"], subjects: ["contact", "person", "workspace"] },
    ...{ purpose: "security", role: "controller", protect: "sealed", kept: "until-removed" },
  }),
  store({
    ...{ kind: "file", name: "erasure-ledger", place: "`keyring/`, beside the keyring", path: "keyring" },
    holds:
      "Which contacts, people and workspaces were erased, and which refusals, restrictions and holds were made, in ids, kinds, purposes and times: what a restored backup must know again.",
    ...{ categories: [], subjects: ["contact", "person", "workspace"] },
    ...{ purpose: "security", role: "controller", protect: "plain", kept: "until-removed" },
  }),
  store({
    ...{
      kind: "file",
      name: "root-key",
      place: "`root.key` in the data folder, or where the operator says",
      path: "root.key",
    },
    ...{ holds: "The key above all keys.", categories: ["credential.secret"], subjects: ["workspace"] },
    ...{ purpose: "security", role: "controller", protect: "plain", kept: "until-removed" },
  }),
  store({
    ...{ kind: "file", name: "server", place: "`server.json` in the data folder", path: "server.json" },
    ...{ holds: "The address and the process of the running server, for its commands.", categories: [], subjects: [] },
    ...{ purpose: "security", role: "controller", protect: "plain", kept: "in-memory" },
  }),
  store({
    ...{ kind: "queue", name: "jobs", place: "schema `graphile_worker` of the database" },
    holds: "Work that waits or failed: names, ids, times, counts and the code of its last error, never content.",
    ...{
      isDiagnostic: true,
      categories: [],
      subjects: [],
      purpose: "deliver",
      role: "processor",
      protect: "plain",
      kept: { days: 4 },
    },
  }),
  store({
    ...{ ...cache, name: "keys", heldBy: ["platform/open-keyring.ts"], kept: { minutes: 1 } },
    holds: "Keys that were used in the last minute; a destroyed one is dropped at once, in every process.",
    ...{ categories: ["credential.secret"], subjects: ["contact", "person", "workspace"] },
  }),
  store({
    ...{ ...cache, name: "secrets", kept: "in-memory" },
    heldBy: ["channels/channel-directory.ts", "webhooks/endpoint-secrets.ts"],
    holds: "Connected channels and webhook endpoints with their opened settings and secrets; no person's data.",
    ...{ categories: ["credential.secret"], subjects: ["workspace"] },
  }),
  store({
    ...{ ...cache, name: "linked-devices", kept: "in-memory" },
    heldBy: ["open-session.ts", "key-store.ts", "journal.ts", "noise-root.ts"].map(
      (file) => `providers/whatsapp-linked/${file}`,
    ),
    holds:
      "Of a linked phone while it is connected: keys of conversations, which ids belong to which number, and hashes of what is being stored or was found signed.",
    ...{ categories: ["credential.secret", "user.unique_id"], subjects: ["contact"] },
  }),
  store({
    ...{ ...cache, name: "sign-ins", heldBy: ["identity/authentication.ts"], kept: { minutes: 60 } },
    holds:
      "Who a session or an API key belongs to, by the hash of its token; failed sign-ins by a hash of the address.",
    ...{ categories: ["credential.verifier"], subjects: ["person"], protect: "hash" },
  }),
  store({
    ...{ ...cache, name: "rates", heldBy: ["outbound/pace.ts", "outbound/signals.ts"], kept: "in-memory" },
    holds: "How often a channel, a person or an address was called or called in the last minutes, by id.",
    ...{ categories: ["user.device"], subjects: ["person", "visitor"] },
  }),
  store({
    ...{ ...cache, name: "who-is-who", kept: "in-memory" },
    heldBy: ["inbound/collect-batch.ts", "contacts/write-contacts.ts", "contacts/resolve-contacts.ts"],
    holds:
      "Which keyed hash of an address is which contact, and of a provider's message id, so that what arrives together is looked up once.",
    ...{ categories: ["index.blind"], subjects: ["contact"], protect: "hash" },
  }),
  store({
    ...{ ...cache, name: "just-sealed", heldBy: ["messages/message-content.ts"], kept: { minutes: 1 } },
    holds:
      "What short messages say that were sealed in the last ten seconds, for the search, the event stream and the sending that follow; as long as their key lives.",
    ...{ categories: ["user.content", "user.unique_id"], subjects: ["contact"] },
  }),
  store({
    ...{ ...cache, name: "words", heldBy: ["platform/words.ts"], kept: "in-memory" },
    holds:
      "The keyed tokens of words that were searched or indexed lately, without whose they are; ends with the process.",
    ...{ categories: ["user.content"], subjects: [] },
  }),
  store({
    ...{ ...log, name: "server", place: "standard output; whoever runs the server decides where it goes" },
    holds: "What the server did, in ids, codes and times: no content, name, address, token or query.",
  }),
  store({
    ...{
      ...log,
      name: "database",
      place: "`server.log` and `server.log.old` below `postgres/`, where the database is embedded",
      path: "postgres",
    },
    holds: "Errors of the database, without statements and their values.",
  }),
  store({
    ...{ ...cookie, name: "kw", necessity: "strictly_necessary", kept: { days: 30 } },
    holds: "The token of a signed-in browser (under https as `__Host-kw`); the server keeps its hash.",
    ...{ categories: ["credential.verifier"], subjects: ["person"], protect: "plain" },
  }),
  store({
    ...{ ...cookie, name: "kw_page", necessity: "strictly_necessary", kept: { minutes: 60 } },
    holds: "Ties a contact's page to the browser that showed a code, for an hour, on that page only.",
    ...{ categories: ["credential.verifier"], subjects: ["contact"], protect: "plain" },
  }),
  store({
    ...{ ...cookie, name: "kw_choice", necessity: "strictly_necessary", kept: { days: 180 } },
    holds: "What a visitor chose about analytics, and the id of the proof of it; set by that choice alone.",
    ...{ categories: [], subjects: ["visitor"], protect: "plain", processor: "google_analytics" },
  }),
  store({
    ...{ ...cookie, name: "_ga", necessity: "analytics", kept: { days: 180 }, processor: "google_analytics" },
    holds: "Google Analytics: tells a browser from others on the public pages.",
    ...{ categories: ["user.behavior"], subjects: ["visitor"], protect: "plain" },
  }),
  store({
    ...{ ...cookie, name: "_ga_*", necessity: "analytics", kept: { days: 180 }, processor: "google_analytics" },
    holds: "Google Analytics: when a browser's visit began. The rest of the name is the operator's measurement id.",
    ...{ categories: ["user.behavior"], subjects: ["visitor"], protect: "plain" },
  }),
  store({
    ...{ kind: "browser", name: "keepword.prefs", place: "the browser's local storage", ...ofOperator },
    holds: "Theme, language and layout, once a person has chosen them.",
    ...{ categories: [], subjects: [], protect: "plain", kept: "until-removed", necessity: "preference" },
  }),
  store({ ...mail, name: "invitation", holds: "A link that makes its holder a member, once, for seven days." }),
  store({ ...mail, name: "password_reset", holds: "A link that lets its holder choose a new password, once." }),
  store({
    ...mail,
    name: "password_changed",
    holds: "That the password was changed, and what to do if it was not you.",
  }),
  store({
    ...mail,
    name: "notification",
    holds: "What somebody is told of: a sign-in from a new device, a new key or copy, another role, a new version.",
  }),
  store({ ...mail, name: "alert", holds: "That a channel or service stopped, or is back." }),
  store({
    ...mail,
    name: "workspace_dormant",
    holds: "That nobody uses a workspace any more, and when it will be closed.",
  }),
  store({
    ...mail,
    name: "workspace_closing",
    holds: "That a workspace that nobody uses began to close, and until when it can be reopened.",
  }),
  store({ ...mail, name: "workspace_closed", holds: "The certificate of a deleted workspace: counts and times." }),
  store({
    ...{ ...mail, name: "privacy_request", subjects: ["person", "visitor"] },
    holds: "To whoever wrote to the privacy address: that it arrived, in words that are the same for all.",
  }),
  store({ ...mail, name: "policy_changes", holds: "That the privacy policy changes, from when, and what." }),
  store({
    ...mail,
    name: "self_test",
    holds: "That mail of this server arrives: to the operator, by `keepword doctor`.",
  }),
  store({
    ...mail,
    name: "transfer_ends",
    holds: "To the operator: that a mechanism by which data goes abroad is ending.",
  }),
  store({ ...mail, name: "measure_failed", holds: "To the operator: that a security measure is not in force." }),
  store({ ...mail, name: "security_review", holds: "That a review of the installation's security is due." }),
  store({ ...mail, name: "access_review", holds: "That it is time to look over who can get into the workspace." }),
  store({ ...mail, name: "breach", holds: "That a breach was noted, and until when the authority has to know." }),
  store({ ...mail, name: "webhook_disabled", holds: "That a webhook endpoint was disabled, and why." }),
];
