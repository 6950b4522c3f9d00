// Everything outside the tables that holds, or may hold, something about somebody.
import { store, type StoreDeclaration } from "../platform/store.ts";

const ofOperator = { purpose: "account", role: "controller" } as const;
const cookie = { kind: "cookie", place: "the browser", ...ofOperator } as const;
const mail = {
  ...{ kind: "mail", place: "the mail server, or `outbox/` in the data folder", ...ofOperator },
  ...{ categories: ["user.contact.email"], subjects: ["person"], protect: "plain", kept: { days: 30 } },
} as const satisfies Partial<StoreDeclaration>;

export const allStores: readonly StoreDeclaration[] = [
  store({
    ...{ kind: "blob", name: "attachments", place: "`blobs/` in the data folder, or the object store" },
    holds: "Received and sent files in sealed chunks, a key for each file, under names that tell nothing.",
    ...{ categories: ["user.content"], subjects: ["contact"], purpose: "inbox", role: "processor" },
    ...{ protect: "sealed", kept: "with-row", table: "attachment" },
  }),
  store({
    ...{ kind: "file", name: "keyring", place: "`keyring/` in the data folder, outside the database and its backups" },
    holds: "Keys, wrapped. A destroyed key is overwritten; that it existed stays, by an id.",
    ...{ categories: ["credential.secret"], subjects: ["contact", "person", "workspace"] },
    ...{ purpose: "security", role: "controller", protect: "sealed", kept: "until-removed" },
  }),
  store({
    ...{ kind: "file", name: "erasure-ledger", place: "beside the keyring, outside the database and its backups" },
    holds:
      "Which contacts, people and workspaces were erased, in ids and times: what a restored backup must forget again.",
    ...{ categories: [], subjects: ["contact", "person", "workspace"] },
    ...{ purpose: "security", role: "controller", protect: "plain", kept: "until-removed" },
  }),
  store({
    ...{ kind: "queue", name: "jobs", place: "schema `graphile_worker` of the database" },
    holds: "Work that waits: names, ids, times and counts, never content.",
    ...{ categories: [], subjects: [], purpose: "deliver", role: "processor", protect: "plain", kept: { days: 4 } },
  }),
  store({
    ...{ kind: "cache", name: "keys", place: "memory" },
    holds: "Keys that were used in the last minute; a destroyed one is dropped at once, in every process.",
    ...{ categories: ["credential.secret"], subjects: ["contact", "person", "workspace"] },
    ...{ purpose: "security", role: "controller", protect: "plain", kept: { minutes: 1 } },
  }),
  store({
    ...{ kind: "cache", name: "channels", place: "memory" },
    holds: "Connected channels with their opened settings and secrets; no person's data.",
    ...{ categories: ["credential.secret"], subjects: ["workspace"], purpose: "deliver", role: "controller" },
    ...{ protect: "plain", kept: "in-memory" },
  }),
  store({
    ...{ kind: "cache", name: "sign-ins", place: "memory" },
    holds: "Who a session or an API key belongs to, by the hash of its token.",
    ...{ categories: ["credential.verifier"], subjects: ["person"], purpose: "security", role: "controller" },
    ...{ protect: "hash", kept: { minutes: 1 } },
  }),
  store({
    ...{ kind: "cache", name: "rates", place: "memory" },
    holds: "How often an address, a person or a key called in the last minutes.",
    ...{ categories: ["user.device"], subjects: ["person", "visitor"], purpose: "security", role: "controller" },
    ...{ protect: "plain", kept: "in-memory" },
  }),
  store({
    ...{ kind: "log", name: "server", place: "standard output; whoever runs the server decides where it goes" },
    holds: "What the server did, in ids, codes and times: no content, name, address, token or query.",
    ...{ categories: [], subjects: [], purpose: "security", role: "controller", protect: "plain", kept: { days: 30 } },
  }),
  store({
    ...{ kind: "log", name: "database", place: "`server.log` of the embedded database" },
    holds: "Errors of the database, without statements and their values.",
    ...{ categories: [], subjects: [], purpose: "security", role: "controller", protect: "plain", kept: { days: 30 } },
  }),
  store({
    ...{ ...cookie, name: "kw", necessity: "strictly_necessary", kept: { days: 30 } },
    holds: "The token of a signed-in browser (under https as `__Host-kw`); the server keeps its hash.",
    ...{ categories: ["credential.verifier"], subjects: ["person"], protect: "plain" },
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
  store({ ...mail, name: "alert", holds: "That a channel or service stopped, or is back." }),
  store({ ...mail, name: "webhook_disabled", holds: "That a webhook endpoint was disabled, and why." }),
];
