// Deliberate faults: one step skipped, one check turned round, one limit moved. Each must turn one of its tests red.

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
      "tx.beforeCommit(async () => appendEntries(ledgerFile(app.config.dataDir), [entry]));",
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
    "  destroyTransitKeys(app);\n  if",
    "  if",
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
    ["a link never ends", "return expiresMs > nowMs ?", "return expiresMs > 0 ?"],
  ),
  ...of(["server/platform/safe-fetch.test.ts"], "server/platform/egress-guard.ts", [
    "metadata addresses can be reached",
    "169.254.0.0/16",
    "169.253.0.0/16",
  ]),
  ...of(["server/privacy/restore.test.ts"], "server/privacy/read-backup.ts", [
    "a changed backup is restored",
    'if (fs.statSync(full).size !== bytes || hash.digest("hex") !== sha256)',
    "if (fs.statSync(full).size < 0)",
  ]),
];
