import { z } from "zod";
import type { App, Ctx } from "../platform/context.ts";
import { sha256 } from "../platform/crypto.ts";
import type { Tx } from "../platform/db.ts";
import { problem } from "../platform/problem.ts";
import { agreementDocuments, agreementTexts, type AgreementDocument } from "./agreement-text.ts";

export const agreementChanged = problem({
  code: "agreement.changed",
  status: 409,
  title: "The agreement has other words now than those that were accepted here.",
  fix: "Read it at `path` and accept the version that the list names.",
});

export const agreementView = z
  .object({
    document: z.enum(agreementDocuments),
    version: z.string().describe("Names the exact words, in all languages."),
    path: z.string().describe("Where it can be read."),
    acceptedAt: z.iso.datetime().nullable().describe("null: this version was not accepted for the workspace yet."),
    acceptedBy: z.string().nullable().describe("The member who did."),
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

/** For a workspace, by a member who may bind it: what its contract is and was, apart from any consent. */
export async function acceptAgreements(
  app: Pick<App, "clock">,
  tx: Tx,
  input: { workspaceId: string; memberId: string; documents?: readonly AgreementDocument[] },
): Promise<void> {
  const now = app.clock.now();
  for (const document of input.documents ?? agreementDocuments) {
    const version = agreementVersion(document);
    await tx.named(
      "agreement_text.keep",
      "insert into agreement_text (version, document, words, created_at) values ($1, $2, $3, $4) on conflict (version) do nothing",
      [version, document, wordsOf(document), now],
    );
    await tx.named(
      "workspace_agreement.add",
      `insert into workspace_agreement (workspace_id, document, version, accepted_by, accepted_at) values ($1, $2, $3, $4, $5)
       on conflict (workspace_id, document, version) do nothing`,
      [input.workspaceId, document, version, input.memberId, now],
    );
  }
}

/** The versions that count now, and whether the workspace accepted them. */
export async function listAgreements(ctx: Pick<Ctx, "tx" | "workspaceId">): Promise<AgreementView[]> {
  const rows = await ctx.tx.named<{ document: string; version: string; acceptedBy: string | null; acceptedAt: Date }>(
    "workspace_agreement.list",
    `select document, version, accepted_by as "acceptedBy", accepted_at as "acceptedAt" from workspace_agreement where workspace_id = $1`,
    [ctx.workspaceId],
  );
  return agreementDocuments.map((document) => {
    const version = agreementVersion(document);
    const row = rows.find((one) => one.document === document && one.version === version);
    return {
      ...{ document, version, path: agreementPath[document] },
      acceptedAt: row?.acceptedAt.toISOString() ?? null,
      acceptedBy: row?.acceptedBy ?? null,
    };
  });
}
