// Who and what can get into a workspace now: members, open invitations and keys, with what each may do and when it was last used.
import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { csvCell } from "../platform/csv-cell.ts";
import { listApiKeys } from "./api-keys.ts";
import { listInvitations } from "./invitations.ts";
import { listMembers } from "./members.ts";
import { permissionsOf } from "./people.ts";

const accessEntry = z.object({
  kind: z.enum(["member", "invitation", "api_key"]),
  id: z.string(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  role: z.string().nullable().describe("null: a key has its permissions only."),
  permissions: z.array(z.string()),
  channelIds: z.array(z.string()).nullable().describe("null: every channel."),
  since: z.iso.datetime(),
  lastUsedAt: z.iso
    .datetime()
    .nullable()
    .describe(
      "To the minute. null: not in the last 60 days, or never; of a member also when they are in other workspaces too, because a login is not of one workspace.",
    ),
  expiresAt: z.iso.datetime().nullable(),
});
type AccessEntry = z.output<typeof accessEntry>;

export const accessReview = z
  .object({ madeAt: z.iso.datetime(), data: z.array(accessEntry) })
  .meta({ id: "AccessReview" });
export type AccessReview = z.output<typeof accessReview>;

const PAGE = 100;

/** Members first, in the order in which they came. */
export async function readAccess(ctx: Ctx): Promise<AccessReview> {
  const usedAt = await lastUses(ctx);
  const members = (await all((page) => listMembers(ctx, page))).map(
    ({ id, name, email, role, channelIds, createdAt }): AccessEntry => ({
      ...{ kind: "member", id, name, email, role, channelIds, since: createdAt, expiresAt: null },
      ...{ permissions: permissionsOf(role), lastUsedAt: usedAt.get(id)?.toISOString() ?? null },
    }),
  );
  const invitations = (await all((page) => listInvitations(ctx, page))).flatMap(
    ({ id, email, role, channelIds, createdAt, expiresAt, state }): AccessEntry[] =>
      state === "open"
        ? [
            {
              ...{ kind: "invitation", id, name: null, email, role, channelIds, since: createdAt, expiresAt },
              ...{ permissions: permissionsOf(role), lastUsedAt: null },
            },
          ]
        : [],
  );
  const keys = (await all((page) => listApiKeys(ctx, page))).map(
    ({ id, name, scopes, channelIds, createdAt, lastUsedAt, expiresAt }): AccessEntry => ({
      ...{ kind: "api_key", id, name, email: null, role: null, permissions: scopes, channelIds },
      ...{ since: createdAt, lastUsedAt, expiresAt },
    }),
  );
  return { madeAt: ctx.clock.now().toISOString(), data: [...members, ...invitations, ...keys] };
}

async function all<T>(
  read: (page: { cursor?: string | undefined; limit: number }) => Promise<{ data: T[]; nextCursor: string | null }>,
): Promise<T[]> {
  const found: T[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: { data: T[]; nextCursor: string | null } = await read({ cursor, limit: PAGE });
    found.push(...page.data);
    cursor = page.nextCursor;
  }
  return found;
}

/** Of those who are in this workspace only: a login says nothing of where it was used, and what happens elsewhere is not this owner's. */
async function lastUses(ctx: Ctx): Promise<Map<string, Date>> {
  const rows = await ctx.tx.query<{ id: string; at: Date }>(
    `select m.id, max(l.last_used_at) as at from member m join login l on l.person_id = m.person_id
     where m.workspace_id = $1 and m.removed_at is null
       and (select count(*) from kw.person_memberships(m.person_id)) = 1 group by m.id`,
    [ctx.workspaceId],
  );
  return new Map(rows.map(({ id, at }) => [id, at]));
}

const columns = [
  "kind",
  "id",
  "name",
  "email",
  "role",
  "permissions",
  "channelIds",
  "since",
  "lastUsedAt",
  "expiresAt",
] as const;

const text = (value: AccessEntry[keyof AccessEntry]): string =>
  Array.isArray(value) ? value.join(" ") : (value ?? "");

export const accessCsv = ({ data }: AccessReview): string =>
  `\uFEFF${[columns.join(","), ...data.map((one) => columns.map((name) => csvCell(text(name === "channelIds" ? (one.channelIds ?? ["all"]) : one[name]))).join(","))].join("\r\n")}\r\n`;
