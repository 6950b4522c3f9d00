import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { problem } from "../platform/problem.ts";
import { blindIndex, seal } from "../platform/seal.ts";
import { identityPlace } from "./contact-places.ts";
import { contactKey } from "./find-contacts.ts";
import { forgetAddress } from "./resolve-contacts.ts";

export const addressTaken = problem({
  code: "contact.address_taken",
  status: 409,
  title: "That address belongs to another contact here.",
  fix: "Find that contact by the address: it is the same person, or one of the two has the wrong address.",
});

/** What people write down; ids that a provider gave are never wrong. */
export const identityCorrection = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("phone"),
    from: z.string().min(3).max(40).describe("The wrong number as it is kept."),
    to: z
      .string()
      .regex(/^\+\d{7,15}$/)
      .describe("The right one, E.164 with `+`."),
  }),
  z.object({
    kind: z.literal("username"),
    from: z.string().min(1).max(100),
    to: z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^[^\s@]{1,100}$/)
      .describe("Without `@`."),
  }),
]);
export type IdentityCorrection = z.output<typeof identityCorrection>;

type CorrectCtx = Pick<Ctx, "tx" | "workspaceId" | "keyring">;

/** @throws contact.address_taken */
export async function assertAddressesFree(
  ctx: CorrectCtx,
  contactIds: readonly string[],
  corrections: readonly IdentityCorrection[],
): Promise<void> {
  const key = ctx.keyring.indexKey(ctx.workspaceId, "address");
  for (const { kind, to } of corrections) {
    const [other] = await ctx.tx.query(
      `select 1 from contact_identity where workspace_id = $1 and kind = $2 and address_index = $3 and contact_id <> all ($4::text[])`,
      [ctx.workspaceId, kind, blindIndex(key, kind, to), contactIds],
    );
    if (other) throw addressTaken();
  }
}

/**
 * Writes the right address over the wrong one, with its index, and forgets the wrong one in this process's caches. One that the person does
 * not have, or no longer, changes nothing. Returns how many changed. @throws contact.address_taken
 */
export async function correctIdentities(
  ctx: CorrectCtx,
  contactIds: readonly string[],
  corrections: readonly IdentityCorrection[],
): Promise<number> {
  await assertAddressesFree(ctx, contactIds, corrections);
  const { workspaceId, tx } = ctx;
  const key = ctx.keyring.indexKey(workspaceId, "address");
  let changed = 0;
  for (const { kind, from, to } of corrections) {
    const [wrong] = await tx.query<{ id: string; contact_id: string }>(
      `select id, contact_id from contact_identity where workspace_id = $1 and kind = $2 and address_index = $3
         and contact_id = any ($4::text[]) for update`,
      [workspaceId, kind, blindIndex(key, kind, from), contactIds],
    );
    if (!wrong) continue;
    // the right one may be known beside the wrong one: then the wrong one only goes
    await tx.query(
      "delete from contact_identity where workspace_id = $1 and kind = $2 and address_index = $3 and id <> $4",
      [workspaceId, kind, blindIndex(key, kind, to), wrong.id],
    );
    await tx.query("update contact_identity set address = $3, address_index = $4 where workspace_id = $1 and id = $2", [
      ...[workspaceId, wrong.id, seal(contactKey(ctx, wrong.contact_id), identityPlace(workspaceId, wrong.id), to)],
      blindIndex(key, kind, to),
    ]);
    forgetAddress(workspaceId, { kind, value: from });
    changed += 1;
  }
  return changed;
}
