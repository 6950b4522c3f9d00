// What an approved disclosure hands out: its one person, and of them only what its scope names. Notes of the team are in none. Each time is in the audit trail.
import { Readable } from "node:stream";

import { actedBy } from "../identity/identity-events.ts";
import { forbidden, notFound, problem } from "../platform/problem.ts";
import type { Download, OpenCtx } from "../platform/route.ts";
import type { ExportedMessage } from "./export-format.ts";
import { wholeContact } from "./find-subject.ts";
import { assertAgreed, disclosureGiven, readDisclosure, type DisclosureView } from "./legal-disclosure.ts";
import { readHead, readMessages, type Whose } from "./read-export.ts";
import { inChunks } from "./zip.ts";

export const notApproved = problem({
  code: "legal_disclosure.not_approved",
  status: 409,
  title: "Nothing is handed out before two people approved.",
  fix: "Have a second owner or admin approve it.",
});
export const namesNobody = problem({
  code: "legal_disclosure.names_nobody",
  status: 409,
  title: "This disclosure names no contact: a whole workspace is not handed out.",
  fix: "Propose one for each contact that the authority asks for.",
});

/**
 * @throws not_found · forbidden for a key · legal_disclosure.not_approved · legal_disclosure.names_nobody ·
 *   legal_disclosure.needs_consent
 */
export async function giveDisclosure(ctx: OpenCtx, id: string): Promise<Download> {
  const { workspaceId, actor } = ctx;
  if (actor.kind !== "member") throw forbidden({ permission: "workspace:manage" });
  const scope = { workspaceIds: [workspaceId] };
  const { disclosure, whose } = await ctx.db.tx(scope, async (tx) => {
    const found = await readDisclosure({ ...ctx, tx }, id);
    if (found.state !== "approved") throw notApproved();
    if (found.contactId === null) throw namesNobody();
    const ids = await wholeContact({ tx, workspaceId }, found.contactId);
    if (ids.length === 0) throw notFound();
    // one that ended since is none
    if (found.ground === "consent") await assertAgreed({ ...ctx, tx }, found);
    await tx.query(
      `update legal_disclosure set given_at = coalesce(given_at, $3), given_by = coalesce(given_by, $4)
       where workspace_id = $1 and id = $2`,
      [workspaceId, id, ctx.clock.now(), actor.memberId],
    );
    const payload = { disclosureId: id, action: "given", by: actedBy(actor) } as const;
    await ctx.emit(tx, disclosureGiven, [{ workspaceId, payload }]);
    return { disclosure: found, whose: { workspaceId, ids } };
  });
  const body = Readable.from(inChunks(pieces(ctx, disclosure, whose)));
  return { contentType: "application/json", body, fileName: `disclosure-${id}.json` };
}

async function* pieces(
  app: Pick<OpenCtx, "db" | "keyring">,
  { id, authority, ground, scope }: DisclosureView,
  whose: Whose,
): AsyncGenerator<string> {
  const { person } = await readHead(app, whose);
  const account = person && { ...person, attributes: undefined, specialAttributes: undefined };
  const frame = JSON.stringify({ id, authority, ground, scope, account });
  if (scope === "account") return yield `${frame}\n`;
  yield `${frame.slice(0, -1)},"messages":[`;
  let isFirst = true;
  for await (const message of readMessages(app, whose)) {
    yield `${isFirst ? "" : ","}\n${JSON.stringify(scope === "messages" ? message : metadataOf(message))}`;
    isFirst = false;
  }
  yield "\n]}\n";
}

const metadataOf = ({ id, conversationId, sender, type, at, status }: ExportedMessage): object => ({
  ...{ id, conversationId, sender, type, at, status },
});
