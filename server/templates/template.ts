import { z } from "zod";
import { linkOf, type LiveChannel } from "../channels/channel-directory.ts";
import { channelGrants } from "../channels/channel-grants.ts";
import type { Ctx } from "../platform/context.ts";
import { notFound, problem } from "../platform/problem.ts";
import type { OpenCtx } from "../platform/route.ts";
import { ProviderError } from "../providers/provider-error.ts";
import type { ProviderTemplate, TemplateApi } from "../providers/provider.ts";
import { emitTemplatesChanged, upsertTemplates } from "./write-templates.ts";

export const templatesUnsupported = problem({
  code: "template.unsupported",
  status: 409,
  title: "This channel has no templates.",
});

export const templateRefused = problem({
  code: "template.refused",
  status: 422,
  title: "The provider refused the template.",
  fix: "`providerCode` is the provider's own code; its documentation names the rule that was broken.",
  extra: { providerCode: z.string(), sentenceKey: z.string() },
});

export const templateView = z
  .object({
    id: z.string(),
    channelId: z.string(),
    name: z.string(),
    language: z.string(),
    category: z.string(),
    status: z
      .string()
      .describe(
        "The provider's word, lower case: `approved`, `pending`, `rejected`, `paused`, … Only `approved` can be sent.",
      ),
    quality: z.string().nullable(),
    rejectedReason: z.string().nullable(),
    components: z.array(z.record(z.string(), z.unknown())),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: "Template" });
export type TemplateView = z.output<typeof templateView>;

interface Row {
  id: string;
  channel_id: string;
  provider_template_id: string | null;
  name: string;
  language: string;
  category: string;
  status: string;
  quality: string | null;
  rejected_reason: string | null;
  components: Record<string, unknown>[];
  updated_at: Date;
}

const view = (row: Row): TemplateView => ({
  id: row.id,
  channelId: row.channel_id,
  name: row.name,
  language: row.language,
  category: row.category,
  status: row.status,
  quality: row.quality,
  rejectedReason: row.rejected_reason,
  components: row.components,
  updatedAt: row.updated_at.toISOString(),
});

const columns =
  "id, channel_id, provider_template_id, name, language, category, status, quality, rejected_reason, components, updated_at";

/** The templates of a channel, by name. A provider allows some thousands an account, so they fit one answer. @throws not_found */
export async function listTemplates(ctx: Ctx, channelId: string): Promise<TemplateView[]> {
  await templateChannel(ctx, channelId);
  const rows = await ctx.tx.named<Row>(
    "template.list",
    `select ${columns} from template where workspace_id = $1 and channel_id = $2 order by name, language limit 6000`,
    [ctx.workspaceId, channelId],
  );
  return rows.map(view);
}

/** The categories of templates we have a copy of; keys are `channel/name/language`. */
export async function findTemplateCategories(
  ctx: Pick<Ctx, "tx" | "workspaceId">,
  wanted: readonly { channelId: string; name: string; language: string }[],
): Promise<Map<string, string>> {
  if (wanted.length === 0) return new Map();
  const rows = await ctx.tx.named<{ key: string; category: string }>(
    "template.categories",
    `select distinct t.channel_id || '/' || t.name || '/' || t.language as key, t.category
     from unnest($2::text[], $3::text[], $4::text[]) as x (ch, n, l)
     join template t on t.workspace_id = $1 and t.channel_id = x.ch and t.name = x.n and t.language = x.l`,
    [
      ctx.workspaceId,
      wanted.map((item) => item.channelId),
      wanted.map((item) => item.name),
      wanted.map((item) => item.language),
    ],
  );
  return new Map(rows.map((row) => [row.key, row.category]));
}

async function templateChannel(
  ctx: Pick<OpenCtx, "channels" | "providers" | "workspaceId" | "actor">,
  channelId: string,
): Promise<{ channel: LiveChannel; api: TemplateApi<unknown, unknown> | undefined }> {
  const channel = await ctx.channels.find(channelId);
  const grants = channelGrants(ctx.actor);
  if (!channel || channel.workspaceId !== ctx.workspaceId || (grants && !grants.includes(channelId))) throw notFound();
  return { channel, api: ctx.providers[channel.provider]?.templates };
}

const CALL_TIMEOUT_MS = 20_000;

/**
 * Hands a template to the provider for review. No transaction is held while the provider thinks.
 * @throws not_found · template.unsupported · template.refused
 */
export async function createTemplate(
  ctx: OpenCtx,
  channelId: string,
  input: Pick<ProviderTemplate, "name" | "language" | "category" | "parameterFormat" | "components">,
): Promise<TemplateView> {
  const { channel, api } = await templateChannel(ctx, channelId);
  if (!api) throw templatesUnsupported();
  const made = await refusable(api.create(linkOf(ctx, channel), input, AbortSignal.timeout(CALL_TIMEOUT_MS)));
  return ctx.db.tx({ workspaceIds: [ctx.workspaceId] }, async (tx) => {
    await upsertTemplates(ctx, tx, channel, [{ ...input, ...made }]);
    const [row] = await tx.query<Row>(
      `select ${columns} from template where workspace_id = $1 and channel_id = $2 and name = $3 and language = $4`,
      [ctx.workspaceId, channelId, input.name, input.language],
    );
    if (!row) throw notFound();
    return view(row);
  });
}

/** Removes one language of a template at the provider, then here. @throws not_found · template.unsupported · template.refused */
export async function removeTemplate(ctx: OpenCtx, channelId: string, id: string): Promise<void> {
  const { channel, api } = await templateChannel(ctx, channelId);
  if (!api) throw templatesUnsupported();
  const scope = { workspaceIds: [ctx.workspaceId] };
  const [row] = await ctx.db.tx(scope, (tx) =>
    tx.query<Row>(`select ${columns} from template where workspace_id = $1 and channel_id = $2 and id = $3`, [
      ctx.workspaceId,
      channelId,
      id,
    ]),
  );
  if (!row) throw notFound();
  const { name, provider_template_id: providerTemplateId } = row;
  const which = { name, ...(providerTemplateId === null ? {} : { providerTemplateId }) };
  await refusable(api.remove(linkOf(ctx, channel), which, AbortSignal.timeout(CALL_TIMEOUT_MS)));
  await ctx.db.tx(scope, async (tx) => {
    await tx.query("delete from template where workspace_id = $1 and id = $2", [ctx.workspaceId, id]);
    await emitTemplatesChanged(ctx, tx, ctx.workspaceId, channelId, [id]);
  });
}

async function refusable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw templateRefused({ providerCode: error.fault.code, sentenceKey: error.fault.sentence });
  }
}
