// Deliberate faults: one step skipped, one check turned round, one limit moved. Each must turn one of its tests red.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Mutant {
  what: string;
  file: string;
  /** stands exactly once in the file */
  from: string;
  to: string;
  tests: readonly string[];
}

const of = (tests: readonly string[], file: string, ...faults: [what: string, from: string, to: string][]): Mutant[] =>
  faults.map(([what, from, to]) => ({ what, file, from, to, tests }));

export const mutants: readonly Mutant[] = [
  ...of(
    ["server/platform/keyring.test.ts"],
    "server/platform/keyring-store.ts",
    ["a destroyed key stays in the file", "sql.dropKeys.run(each);", ""],
    ["a destroyed subject may get a new key", "sql.bury.run(atMs, each);", ""],
    ["freed key bytes are not overwritten", "pragma secure_delete = on;", "pragma secure_delete = off;"],
    [
      "a merged contact's key survives",
      "where subject = ?1 or merged_into = ?1 or parent = ?1",
      "where subject = ?1 or parent = ?1",
    ],
    ["contacts outlive their workspace's key", "or merged_into = ?1 or parent = ?1", "or merged_into = ?1"],
  ),
  ...of(
    ["server/platform/seal.test.ts"],
    "server/platform/seal.ts",
    ["the place of a value is not authenticated", "\\0${aad.row}\\0", "\\0"],
    ["a value moved to another workspace opens", "\\0${aad.workspace}`", "`"],
    ["a changed value opens", "throw new SealBroken();\n  }\n  return plain;", "}\n  return plain;"],
  ),
  ...of(
    ["server/platform/log.test.ts"],
    "server/platform/log.ts",
    ["errors quote their input", `.replace(/"[^"]*"?|'[^']*'|\`[^\`]*\`|“[^”]*”/gs, "…")`, ""],
    ["tokens are logged", `.replace(tokenLike, "…")`, ""],
    ["numbers are logged", `.replace(/\\+?\\d[\\d\\s()-]{4,}\\d/g, "…")`, ""],
    ["any text is logged", "const harmless = /^[A-Za-z][\\w.:/-]{0,119}$/;", "const harmless = /./;"],
  ),
  ...of(
    ["server/privacy/ledger.test.ts"],
    "server/privacy/ledger.ts",
    [
      "erasures are not kept outside the database",
      "tx.beforeCommit(async () => appendEntries(ledgerFile(app.config.dataDir), entries));",
      "",
    ],
    ["a restored database is served", "if (missing.length > 0) throw new DatabaseBehindLedger(missing.length);", ""],
    ["a workspace's key goes without a trace", "if (!isRecorded) throw new Error", "if (false) throw new Error"],
  ),
  ...of(
    ["server/privacy/ledger.test.ts"],
    "server/privacy/ledger-file.ts",
    ["a changed ledger is believed", "if (checksum(json) !== line.slice(0, 16)) throw damaged(file, index);", ""],
    ["a line behind a cut one is lost", `endsInLine(handle) ? "" : "\\n"`, `endsInLine(handle) ? "" : ""`],
  ),
  ...of(
    ["server/messages/content-modes.test.ts"],
    "server/messages/clear-contents.ts",
    ["content stays a day longer", "const SETTLED_MS = 24 * HOUR_MS;", "const SETTLED_MS = 48 * HOUR_MS;"],
    [
      "content stays beyond 72 hours",
      "export const LONGEST_MS = 72 * HOUR_MS;",
      "export const LONGEST_MS = 96 * HOUR_MS;",
    ],
    [
      "content is not cleared",
      "set content = null, content_destroyed_at",
      "set content = content, content_destroyed_at",
    ],
    ["days are counted double", `Number(mode.slice("days:".length)) * 24`, `Number(mode.slice("days:".length)) * 48`],
  ),
  ...of(["server/messages/content-modes.test.ts"], "server/messages/sweep-contents.ts", [
    "transit keys live on",
    "  destroyTransitKeys(app, new Set(held.map(({ id }) => id)));\n",
    "",
  ]),
  ...of(
    ["server/contacts/consent.test.ts"],
    "server/contacts/opt-out.ts",
    ["an objection does not count", "e.action in ('objected', 'withdrawn')", "e.action in ('withdrawn')"],
    ["a withdrawal does not count", "e.action in ('objected', 'withdrawn')", "e.action in ('objected')"],
    ["staff lift a refusal", "and l.method in (${persons})", ""],
    ["a provider's stop does not count", "e.action = 'platform_stop' from", "e.action = 'none' from"],
  ),
  ...of(["server/inbound/hooks.test.ts"], "server/providers/whatsapp-cloud/hook.ts", [
    "any signature is good",
    "return timingSafeEqual(Buffer.from(own), ",
    "return true || timingSafeEqual(Buffer.from(own), ",
  ]),
  ...of(
    ["server/identity/api-keys.test.ts"],
    "server/identity/authentication.ts",
    [
      "a revoked key works",
      "row.revokedAt === null && timingSafeEqual(row.hash, hash)",
      "timingSafeEqual(row.hash, hash)",
    ],
    ["any secret fits a key", "timingSafeEqual(row.hash, hash) ? row : null", "true ? row : null"],
  ),
  ...of(
    ["server/routes.test.ts"],
    "server/platform/http-admit.ts",
    [
      "roles and scopes are not looked at",
      "if (!isAllowed(actor as Actor, route.permission)) throw",
      "if (false) throw",
    ],
    [
      "strangers are let in",
      `if (route.permission !== "public" && actor.kind === "anonymous") throw unauthorized();`,
      "",
    ],
  ),
  ...of(
    ["server/media/media.test.ts"],
    "server/media/media-link.ts",
    ["a forged link opens", "if (!timingSafeEqualText(signature, sign(app, text))) return undefined;", ""],
    ["a link never ends", "!(expiresMs > app.clock.ms())", "!(expiresMs > 0)"],
    ["a link opens in any session", ": holder === holderOf(app.actor)", ": holder.length > 0"],
  ),
  ...of(["server/platform/safe-fetch.test.ts"], "server/platform/egress-guard.ts", [
    "metadata addresses can be reached",
    "169.254.0.0/16",
    "169.253.0.0/16",
  ]),
  ...of(["server/test/conformance/restore.test.ts"], "server/privacy/read-backup.ts", [
    "a changed backup is restored",
    'if (fs.statSync(full).size !== bytes || hash.digest("hex") !== sha256)',
    "if (fs.statSync(full).size < 0)",
  ]),
  ...of(
    ["server/privacy/erase-contact.test.ts"],
    "server/privacy/erase-contact.ts",
    ["an erase keeps the key", '{ name: "key", run: destroyKeys },', '{ name: "key", run: async () => 0 },'],
    ["an erase is in no ledger", '{ name: "ledger", run: noteInLedger },', '{ name: "ledger", run: async () => 0 },'],
    ["an erase tells nobody", '{ name: "event", run: announce },', '{ name: "event", run: async () => 0 },'],
    [
      "a receipt tells nothing of what stays",
      '{ what: "ledger_entry", why: "erase_again_after_restore", until: until(LEDGER_DAYS) },',
      "",
    ],
  ),
  ...of(
    ["server/privacy/erase-contact.test.ts"],
    "server/privacy/forget-contact.ts",
    [
      "an erase leaves waiting sends",
      "const count = await cancelSendsTo(tx, one.workspaceId, one.ids);",
      "const count = 0;",
    ],
    ["an erase leaves search tokens", "select kw.unindex_contacts($1)", "select $1::text[]"],
    ["an erase does not tell how much of the search went", 'await tell(one, tx, "search_entries", count);', ""],
    ["an erase counts nothing", "await tell(one, tx, rows.table, page.length);", ""],
  ),
  ...of(
    ["server/privacy/subject-graph.test.ts"],
    "server/privacy/subject-graph.ts",
    ["a personal table that leads to nobody is not noticed", "!reached.has(name) &&", "reached.has(name) &&"],
    [
      "what was said among others is not found",
      'for (const as of ["about", "authored"] as const)',
      'for (const as of ["about"] as const)',
    ],
  ),
  ...of(["server/privacy/holds.test.ts"], "server/contacts/held-sql.ts", [
    "a hold binds beyond its day",
    "h.released_at is null and h.until > ${at}",
    "h.released_at is null and h.until >= ${at}",
  ]),
  ...of(["server/privacy/subject-request.test.ts"], "server/privacy/erase-contact.ts", [
    "an erase passes over a hold",
    "  if (!isHeld) return 0;\n",
    "  return 0;\n",
  ]),
  ...of(
    ["server/privacy/contact-page.test.ts"],
    "server/privacy/page-code.ts",
    ["a code proves every browser", "and visitor_hash = $3 order", "and ($3::bytea is not null) order"],
    ["a proof never ends", "row.provenAt.getTime() + PROVEN_MS > now", "row.provenAt.getTime() > 0"],
    ["a code from any number proves", "coalesce(c.merged_into, p.contact_id) = $2", "($2::text is not null)"],
  ),
  ...of(
    ["server/privacy/meta-callbacks.test.ts"],
    "server/privacy/signed-request.ts",
    ["an old signed_request is taken", "age > MAX_AGE_MS ||", ""],
    ["a weaker algorithm is taken", 'read.data.algorithm.toUpperCase() !== "HMAC-SHA256"', "false"],
  ),
  ...of(["server/privacy/incidents.test.ts"], "server/privacy/legal-disclosure.ts", [
    "one person approves twice",
    "if (row.firstBy === memberId || row.secondBy === memberId) throw needsAnotherApprover();",
    "",
  ]),
  ...of(["server/privacy/incidents.test.ts"], "server/privacy/breach.ts", [
    "the authority may wait a day longer",
    "const AUTHORITY_HOURS = 72;",
    "const AUTHORITY_HOURS = 96;",
  ]),
  ...of(
    ["server/privacy/publish-policy.test.ts"],
    "server/privacy/compare-policies.ts",
    ["a longer time is no news", '...(isLonger ? [{ kind: "longer_retention" as const, what }] : []),', ""],
    ["weaker protection is no news", '...(isWeaker ? [{ kind: "weaker_protection" as const, what }] : []),', ""],
    [
      "a new recipient is told as late as anything",
      '["new_recipient", "new_country", "new_controller"]',
      '["new_country", "new_controller"]',
    ],
  ),
  ...of(["server/privacy/publish-policy.test.ts"], "server/privacy/publish-policy.ts", [
    "a version counts at once",
    "now.getTime() + noticeDays * DAY_MS",
    "now.getTime()",
  ]),
  ...of(["server/privacy/export-subject.test.ts"], "server/platform/csv-cell.ts", [
    "a formula runs in a spreadsheet",
    "const safe = /^[=+\\-@\\t\\r]/.test(text) ? `'${text}` : text;",
    "const safe = text;",
  ]),
  ...of(["server/privacy/export-subject.test.ts"], "server/privacy/export-files.ts", [
    "markup of a message runs",
    '(text ?? (files ? "" : type))}</p>',
    '("")}${text ?? ""}</p>',
  ]),
  ...of(["server/privacy/export-subject.test.ts"], "server/privacy/import-copy.ts", [
    "a changed copy is imported",
    'if (hash.digest("hex") !== sha256) throw copyTampered();',
    "",
  ]),
  ...of(
    ["server/privacy/closure.test.ts"],
    "server/privacy/purge-workspace.ts",
    ["a closed workspace keeps its key", "  destroyWorkspaceKey(app, workspaceId);\n", ""],
    [
      "a closed workspace keeps its files",
      "    await app.blobs.remove(rows.map(({ name }) => name));\n    count",
      "    count",
    ],
  ),
  ...of(["server/privacy/expire-contacts.test.ts"], "server/privacy/expire-contacts.ts", [
    "who is silent keeps their key",
    "  app.keyring.destroy(`contact:${contactId}`);\n",
    "",
  ]),
  ...of(["server/privacy/expire-contacts.test.ts"], "server/privacy/forget-contact.ts", [
    "who is silent keeps their files",
    "[cancelSends, removeBlobs, forgetTokens, removeCopies, deleteRows]",
    "[cancelSends, forgetTokens, removeCopies, deleteRows]",
  ]),
  ...of(["server/contacts/consent-standing.test.ts"], "server/contacts/consent-chain.ts", [
    "a changed proof is not noticed",
    'e.proofHash?.toString("hex") ?? "",',
    '"",',
  ]),
  ...of(["server/privacy/restrict-subject.test.ts"], "server/outbound/claim.ts", [
    "restricted people are written to",
    "isRestricted: row.is_restricted,",
    "isRestricted: false,",
  ]),
  ...of(["server/privacy/hear-words.test.ts"], "server/contacts/opt-out.ts", [
    "marketing needs no consent",
    'exists (select 1 from consent_event g where ${own("g", c)}',
    'true or exists (select 1 from consent_event g where ${own("g", c)}',
  ]),
];

/** Or it says nothing: what it changes has moved. */
export function assertFits({ what, file, from }: Mutant): void {
  const parts = readFileSync(join(import.meta.dirname, "..", file), "utf8").split(from).length - 1;
  if (parts !== 1) throw new Error(`the mutant "${what}" fits ${parts} places of ${file}, not one`);
}
