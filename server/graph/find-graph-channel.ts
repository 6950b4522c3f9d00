import { channelGrants } from "../channels/channel-grants.ts";
import type { Ctx } from "../platform/context.ts";
import { notFound } from "../platform/problem.ts";
import type { ProviderId } from "../providers/provider.ts";
import { readSessionPhones } from "../sessions/session-phones.ts";

type GraphCtx = Pick<Ctx, "tx" | "actor" | "workspaceId" | "providers" | "keyring">;
type Found = { id: string; provider: ProviderId };

/**
 * The WhatsApp channel that a Cloud API path names: by our id, the provider's own (a phone number id) or the digits of its number.
 * One that is connected comes first. @throws not_found also for a channel outside the actor's grants
 */
export async function findGraphChannel(ctx: GraphCtx, name: string): Promise<Found> {
  const found = (await findNamed(ctx, name)) ?? (await findLinked(ctx, name));
  if (!found) throw notFound();
  return found;
}

/** The number of a linked phone is sealed with its session. */
async function findLinked(ctx: GraphCtx, name: string): Promise<Found | undefined> {
  const digits = name.replaceAll(/\D/g, "");
  if (digits.length < 7) return undefined;
  const phones = await readSessionPhones(ctx, channelGrants(ctx.actor) ?? null);
  const [channelId] = [...phones].find(([, phone]) => phone === `+${digits}`) ?? [];
  return channelId === undefined ? undefined : findNamed(ctx, channelId);
}

async function findNamed(ctx: GraphCtx, name: string): Promise<Found | undefined> {
  const rows = await ctx.tx.named<Found>(
    "graph.channel",
    `select c.id, c.provider from channel c left join channel_health h on h.workspace_id = c.workspace_id and h.channel_id = c.id
     where c.workspace_id = $1 and c.deleted_at is null and ($4::text[] is null or c.id = any ($4))
       and (c.id = $2 or c.route_key = $2 or regexp_replace(h.details ->> 'phone', '\\D', '', 'g') = $3)
     order by c.id = $2 desc, c.status = 'connected' desc, c.id`,
    [ctx.workspaceId, name, /^[+\d\s().-]+$/.test(name) ? name.replaceAll(/\D/g, "") : null, channelGrants(ctx.actor)],
  );
  // a network whose people have phone numbers: WhatsApp, however it is reached
  return rows.find(({ provider }) => ctx.providers[provider]?.can.addressKinds.value.includes("phone"));
}
