// The contract of a workspace with the operator: its versions, who accepted them, and until when one may send that has not.
import { z } from "zod";
import type { App, Ctx } from "../platform/context.ts";
import { sha256 } from "../platform/crypto.ts";
import type { Tx } from "../platform/db.ts";
import type { Language } from "../platform/languages.ts";
import { problem } from "../platform/problem.ts";
import { agreementDocuments, agreementTexts, type AgreementDocument, type AgreementText } from "./agreement-text.ts";
import { actedBy, workspaceChanged } from "./identity-events.ts";

export const agreementChanged = problem({
  code: "agreement.changed",
  status: 409,
  title: "The agreement has other words now than those that were accepted here.",
  fix: "Read it at `path` and accept the version that the list names.",
});

export const agreementRequired = problem({
  code: "agreement.required",
  status: 403,
  title: "Nothing is sent before the workspace's agreements are accepted in the words in force.",
  fix: "An owner reads and accepts both under Settings → Privacy, or with POST /v1/agreements/accept; what waits goes out then.",
});

export const agreementView = z
  .object({
    document: z.enum(agreementDocuments),
    version: z.string().describe("Names the exact words, in all languages."),
    path: z.string().describe("Where it can be read."),
    changesPath: z
      .string()
      .nullable()
      .describe("What is new since the words that were accepted last; null: nothing, or none were."),
    acceptedAt: z.iso.datetime().nullable().describe("null: this version was not accepted for the workspace yet."),
    acceptedBy: z.string().nullable().describe("The member who did; null at the command line: the operator."),
  })
  .meta({ id: "Agreement" });
export type AgreementView = z.output<typeof agreementView>;

export const agreementPath: Record<AgreementDocument, string> = {
  terms: "/privacy/terms",
  data_processing: "/privacy/data-processing",
};

/** Other words are another version by themselves: nobody can forget to count it up. */
export const agreementVersion = (document: AgreementDocument): string =>
  sha256(wordsOf(document)).toString("hex").slice(0, 12);

const wordsOf = (document: AgreementDocument): string => JSON.stringify(agreementTexts[document]);

const versions = (): string[] => agreementDocuments.map(agreementVersion);

/** Names the words of all of them together. */
export const agreementsInForce = (): string => versions().join("+");

/** How long accepted words stay good beside new ones, from when this installation first ran with them. */
const NOTICE_DAYS = 30;

/** Keeps the words in force, so that they can be read when others are. */
async function keepWords(app: Pick<App, "clock">, tx: Tx): Promise<void> {
  await tx.named(
    "agreement_text.keep",
    `insert into agreement_text (version, document, words, created_at) select v, d, w, $4 from unnest($1::text[], $2::text[], $3::text[]) x (v, d, w)
     on conflict (version) do nothing`,
    [versions(), agreementDocuments, agreementDocuments.map(wordsOf), app.clock.now()],
  );
}

export interface KeptWords {
  version: string;
  /** when this installation first had them */
  since: Date;
  /** as they were then: a language, or a part, may be missing */
  words: Partial<Record<Language, AgreementText>>;
}

/** Words that were in force here once. */
export async function readWords(tx: Tx, document: AgreementDocument, version: string): Promise<KeptWords | undefined> {
  const [row] = await tx.query<{ words: string; since: Date }>(
    "select words, created_at as since from agreement_text where document = $1 and version = $2",
    [document, version],
  );
  return row && { version, since: row.since, words: JSON.parse(row.words) as KeptWords["words"] };
}

/**
 * At every start. A workspace that has not accepted the words in force gets 30 days for it, and 30 again when the words change within
 * them; one that waits for its first acceptance, or let its days go by, gets none. True when owners are to be told.
 */
export async function settleAgreements(app: Pick<App, "clock">, tx: Tx): Promise<boolean> {
  await keepWords(app, tx);
  const due = new Date(app.clock.ms() + NOTICE_DAYS * 86_400_000);
  const now = app.clock.now();
  return (await tx.query("select id from kw.settle_agreements($1, $2, $3) id", [versions(), now, due])).length > 0;
}

/** For a workspace, by whoever may bind it: what its contract is and was, apart from any consent. With all of them it may send. */
export async function acceptAgreements(
  app: Pick<App, "clock" | "emit">,
  tx: Tx,
  input: { workspaceId: string; memberId: string | null; documents?: readonly AgreementDocument[] },
): Promise<void> {
  const { workspaceId, memberId } = input;
  // one after the other: each counts below what the others accepted
  await tx.query("select 1 from workspace where id = $1 for update", [workspaceId]);
  await keepWords(app, tx);
  for (const document of input.documents ?? agreementDocuments)
    await tx.named(
      "workspace_agreement.add",
      `insert into workspace_agreement (workspace_id, document, version, accepted_by, accepted_at) values ($1, $2, $3, $4, $5)
       on conflict (workspace_id, document, version) do nothing`,
      [workspaceId, document, agreementVersion(document), memberId, app.clock.now()],
    );
  const complete = await tx.named(
    "workspace.agreed",
    `update workspace w set agreements_due_at = null, agreements_due_for = null where id = $1 and agreements_due_at is not null and cardinality($2::text[]) =
       (select count(*) from workspace_agreement a where a.workspace_id = w.id and a.version = any ($2)) returning id`,
    [workspaceId, versions()],
  );
  if (complete.length === 0) return;
  const by: ReturnType<typeof actedBy> =
    memberId === null ? actedBy({ kind: "system" }) : { kind: "member", id: memberId };
  await app.emit(tx, workspaceChanged, [{ workspaceId, payload: { workspaceId, action: "agreements_accepted", by } }]);
}

/** The versions that count now, and whether the workspace accepted them. */
export async function listAgreements(ctx: Pick<Ctx, "tx" | "workspaceId">): Promise<AgreementView[]> {
  const rows = await ctx.tx.named<{ document: string; version: string; acceptedBy: string | null; acceptedAt: Date }>(
    "workspace_agreement.list",
    `select document, version, accepted_by as "acceptedBy", accepted_at as "acceptedAt" from workspace_agreement where workspace_id = $1
     order by accepted_at desc`,
    [ctx.workspaceId],
  );
  return agreementDocuments.map((document) => {
    const version = agreementVersion(document);
    const path = agreementPath[document];
    const own = rows.filter((one) => one.document === document);
    const row = own.find((one) => one.version === version);
    const earlier = row ? undefined : own[0];
    return {
      ...{ document, version, path },
      changesPath: earlier ? `${path}?since=${earlier.version}` : null,
      acceptedAt: row?.acceptedAt.toISOString() ?? null,
      acceptedBy: row?.acceptedBy ?? null,
    };
  });
}
