// The audit trail: who did what that matters for security, written in the transaction that did it.
import { z } from "zod";
import type { Clock } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import type { EventDeclaration, EventItem, Reaction } from "../platform/event.ts";
import { newId } from "../platform/ids.ts";
import { decodeCursor, encodeCursor } from "../platform/page.ts";
import type { Tx } from "../platform/db.ts";
import { contactAttributeChanged } from "../contacts/contact-attribute.ts";
import { specialCategoriesChanged } from "../contacts/special-category.ts";
import { holdChanged } from "../privacy/holds.ts";
import { disclosureGiven } from "../privacy/legal-disclosure.ts";
import { webhookEndpointChanged, webhookEndpointDisabled } from "../webhooks/webhook-events.ts";
import { featureChanged } from "../identity/features.ts";
import { apiKeyChanged, invitationChanged, memberChanged, workspaceChanged } from "../identity/identity-events.ts";

interface Entry {
  workspaceId: string;
  actorKind: string;
  actorId: string | null;
  action: string;
  targetId: string;
  detail: object;
}

interface Act {
  action: string;
  role?: string | undefined;
  legalBasis?: string | undefined;
  by: { kind: string; id: string | null };
}

/** One entry for each act on a workspace, its people and its keys. */
export function auditReactions({ clock }: { clock: Clock }): Reaction[] {
  const on = <P extends Act>(declared: EventDeclaration, noun: string, target: (payload: P) => string): Reaction => ({
    on: declared,
    run: async (tx, items) => {
      const entries = (items as readonly EventItem<P>[]).map(({ workspaceId, payload }) => ({
        workspaceId,
        actorKind: payload.by.kind,
        actorId: payload.by.id,
        action: `${noun}.${payload.action}`,
        targetId: target(payload),
        detail: {
          ...(payload.role === undefined ? {} : { role: payload.role }),
          ...(payload.legalBasis === undefined ? {} : { legalBasis: payload.legalBasis }),
        },
      }));
      await appendEntries(clock, tx, entries);
    },
  });
  return [
    on<PayloadOf<typeof workspaceChanged>>(workspaceChanged, "workspace", (p) => p.workspaceId),
    on<PayloadOf<typeof memberChanged>>(memberChanged, "member", (p) => p.memberId),
    on<PayloadOf<typeof invitationChanged>>(invitationChanged, "invitation", (p) => p.invitationId),
    on<PayloadOf<typeof holdChanged>>(holdChanged, "hold", (p) => p.holdId),
    on<PayloadOf<typeof contactAttributeChanged>>(contactAttributeChanged, "contact_attribute", (p) => p.attributeId),
    on<PayloadOf<typeof specialCategoriesChanged>>(specialCategoriesChanged, "special_category", (p) => p.workspaceId),
    on<PayloadOf<typeof disclosureGiven>>(disclosureGiven, "legal_disclosure", (p) => p.disclosureId),
    on<PayloadOf<typeof featureChanged>>(featureChanged, "feature", (p) => p.featureId),
    on<PayloadOf<typeof apiKeyChanged>>(apiKeyChanged, "api_key", (p) => p.apiKeyId),
    on<PayloadOf<typeof webhookEndpointChanged>>(webhookEndpointChanged, "webhook_endpoint", (p) => p.endpointId),
    on<PayloadOf<typeof webhookEndpointDisabled>>(webhookEndpointDisabled, "webhook_endpoint", (p) => p.endpointId),
  ];
}

type PayloadOf<D extends EventDeclaration> = z.infer<D["payload"]>;

async function appendEntries(clock: Clock, tx: Tx, entries: Entry[]): Promise<void> {
  await tx.named(
    "audit.append",
    `insert into audit_entry (workspace_id, id, actor_kind, actor_id, action, target_id, detail, created_at)
     select w, i, ak, ai, ac, t, d, $8 from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[])
       as x (w, i, ak, ai, ac, t, d)`,
    [
      entries.map((entry) => entry.workspaceId),
      entries.map(() => newId("aud", clock.ms())),
      entries.map((entry) => entry.actorKind),
      entries.map((entry) => entry.actorId),
      entries.map((entry) => entry.action),
      entries.map((entry) => entry.targetId),
      entries.map((entry) => JSON.stringify(entry.detail)),
      clock.now(),
    ],
  );
}

export const AuditEntryView = z.object({
  id: z.string(),
  actor: z.object({ kind: z.string(), id: z.string().nullable() }),
  action: z.string(),
  targetId: z.string().nullable(),
  detail: z.record(z.string(), z.string()),
  createdAt: z.iso.datetime(),
});

interface AuditRow {
  id: string;
  actorKind: string;
  actorId: string | null;
  action: string;
  targetId: string | null;
  detail: Record<string, string>;
  createdAt: Date;
}

/** Newest first. */
export async function listAuditEntries(ctx: Ctx, page: { cursor?: string | undefined; limit: number }) {
  const before = decodeCursor(z.tuple([z.string()]), page.cursor);
  const rows = await ctx.tx.query<AuditRow>(
    `select id, actor_kind as "actorKind", actor_id as "actorId", action, target_id as "targetId", detail, created_at as "createdAt"
     from audit_entry where workspace_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
    [ctx.workspaceId, before?.[0] ?? null, page.limit + 1],
  );
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    data: shown.map(({ actorKind, actorId, createdAt, ...row }) => ({
      ...row,
      actor: { kind: actorKind, id: actorId },
      createdAt: createdAt.toISOString(),
    })),
    nextCursor: rows.length > page.limit && last ? encodeCursor([last.id]) : null,
  };
}
