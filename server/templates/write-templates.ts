import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import type { TemplateChanged } from "../providers/inbound-event.ts";
import type { ProviderTemplate } from "../providers/provider.ts";
import { templateChanged } from "./template-events.ts";

type WriteApp = Pick<App, "clock" | "emit">;

/** Says that templates changed. */
export function emitTemplatesChanged(
  app: WriteApp,
  tx: Tx,
  workspaceId: string,
  channelId: string,
  ids: readonly string[],
): Promise<void> {
  const items = ids.map((templateId) => ({ workspaceId, channelId, payload: { templateId, channelId } }));
  return app.emit(tx, templateChanged, items);
}

/** Writes templates as the provider has them; returns the ids of those that are new or different. */
export async function upsertTemplates(
  app: WriteApp,
  tx: Tx,
  channel: { workspaceId: string; id: string },
  templates: readonly ProviderTemplate[],
): Promise<string[]> {
  if (templates.length === 0) return [];
  const rows = await tx.named<{ id: string }>(
    "template.upsert",
    `insert into template (workspace_id, id, channel_id, provider_template_id, name, language, category, status, quality,
       rejected_reason, components, updated_at)
     select $1, i, $2, p, n, l, c, s, q, r, k, $12 from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::text[], $10::text[], $11::jsonb[]) as x (i, p, n, l, c, s, q, r, k)
     on conflict (workspace_id, channel_id, name, language) do update set provider_template_id = excluded.provider_template_id,
       category = excluded.category, status = excluded.status, quality = excluded.quality, rejected_reason = excluded.rejected_reason,
       components = excluded.components, updated_at = excluded.updated_at
     where (template.provider_template_id, template.category, template.status, template.quality, template.rejected_reason,
       template.components) is distinct from (excluded.provider_template_id, excluded.category, excluded.status, excluded.quality,
       excluded.rejected_reason, excluded.components)
     returning id`,
    [
      ...[channel.workspaceId, channel.id],
      templates.map(() => newId("tpl", app.clock.ms())),
      templates.map((t) => t.providerTemplateId),
      templates.map((t) => t.name),
      templates.map((t) => t.language),
      templates.map((t) => t.category),
      templates.map((t) => t.status),
      templates.map((t) => t.quality ?? null),
      templates.map((t) => t.reason ?? null),
      templates.map((t) => JSON.stringify(t.components)),
      app.clock.now(),
    ],
  );
  const ids = rows.map((row) => row.id);
  await emitTemplatesChanged(app, tx, channel.workspaceId, channel.id, ids);
  return ids;
}

/** Makes a channel's copy what the provider has: what is gone there goes here. */
export async function replaceTemplates(
  app: WriteApp,
  tx: Tx,
  channel: { workspaceId: string; id: string },
  templates: readonly ProviderTemplate[],
): Promise<void> {
  const gone = await tx.query<{ id: string }>(
    `delete from template where workspace_id = $1 and channel_id = $2
     and (name, language) not in (select n, l from unnest($3::text[], $4::text[]) as x (n, l)) returning id`,
    [channel.workspaceId, channel.id, templates.map((t) => t.name), templates.map((t) => t.language)],
  );
  await emitTemplatesChanged(
    app,
    tx,
    channel.workspaceId,
    channel.id,
    gone.map((row) => row.id),
  );
  await upsertTemplates(app, tx, channel, templates);
}

/** What webhooks say about templates that we have; one we do not have comes with the next sync. */
export async function applyTemplateChanges(
  app: WriteApp,
  tx: Tx,
  units: readonly { channel: { workspaceId: string; id: string }; event: TemplateChanged }[],
): Promise<void> {
  for (const { channel, event: change } of units) {
    const rows = await tx.named<{ id: string }>(
      "template.apply",
      `update template set status = coalesce($4, status), quality = coalesce($5, quality), category = coalesce($6, category),
         rejected_reason = case when $4::text is null then rejected_reason else $7 end, updated_at = $8
       where workspace_id = $1 and channel_id = $2 and provider_template_id = $3 returning id`,
      [
        ...[channel.workspaceId, channel.id, change.providerTemplateId, change.status ?? null],
        ...[change.quality?.current ?? null, change.category?.current ?? null, change.reason ?? null, app.clock.now()],
      ],
    );
    await emitTemplatesChanged(
      app,
      tx,
      channel.workspaceId,
      channel.id,
      rows.map((row) => row.id),
    );
  }
}
