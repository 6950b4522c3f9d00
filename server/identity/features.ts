// Optional features that a workspace's owner turns on and off; which there are, and what each keeps, is declared (privacy/features.ts).
import { z } from "zod";
import type { Actor, App, Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { event } from "../platform/event.ts";
import type { FeatureDeclaration } from "../platform/feature.ts";
import { forbidden, notFound, problem } from "../platform/problem.ts";
import { actedBy, actedBySchema } from "./identity-events.ts";

export const featureChanged = event({
  type: "feature.changed",
  doc: "Emitted when an optional feature of the workspace is turned on or off.",
  payload: z.object({ featureId: z.string(), action: z.enum(["turned_on", "turned_off"]), by: actedBySchema }),
});

export const featureOff = problem({
  code: "feature.off",
  status: 409,
  title: "That is an optional feature, and it is off in this workspace.",
  fix: "An owner, or a key with `workspace:manage`, turns it on: under Settings → Workspace, with `feature.update`, or by making the channel themselves.",
  extra: { feature: z.string() },
});

export const featureInUse = problem({
  code: "feature.in_use",
  status: 409,
  title: "Channels still need the feature.",
  fix: "Remove its channels first; five minutes after the last one it can be turned off.",
});

/** The payload is the feature's id and `on` or `off`, with a space between. */
export const FEATURE_CHANGED_TOPIC = "feature.changed";

export const FeatureView = z
  .object({
    id: z.string(),
    does: z.string(),
    isOn: z.boolean().describe("Off until an owner, or a key with `workspace:manage`, turns it on."),
    keeps: z.array(z.string()).describe("The tables and stores that only it fills."),
    passesTo: z.array(z.string()).describe("Who receives data by it."),
  })
  .meta({ id: "Feature" });
export type FeatureView = z.output<typeof FeatureView>;

type Declared = Pick<App, "registry">;

const ownersChoice = ({ registry }: Declared): FeatureDeclaration[] =>
  registry.features.filter(({ flag }) => flag.by === "owner");

export async function listFeatures(ctx: Pick<Ctx, "tx" | "workspaceId" | "registry">): Promise<FeatureView[]> {
  const rows = await ctx.tx.query<{ feature: string }>(
    "select feature from workspace_feature where workspace_id = $1",
    [ctx.workspaceId],
  );
  const on = new Set(rows.map(({ feature }) => feature));
  return ownersChoice(ctx).map((one) => ({
    ...{ id: one.id, does: one.does, isOn: on.has(one.id) },
    keeps: ctx.registry.placesOf(one),
    passesTo: ctx.registry.processors.flatMap(({ id, name }) => (one.processors?.includes(id) ? [name] : [])),
  }));
}

type FeatureApp = Pick<App, "registry" | "clock" | "emit" | "bus">;

/** Off as long as this was not called. @throws not_found: no such choice of an owner */
export async function turnOn(
  app: FeatureApp,
  tx: Tx,
  { workspaceId, id, by }: { workspaceId: string; id: string; by: z.output<typeof actedBySchema> },
): Promise<void> {
  if (!ownersChoice(app).some((one) => one.id === id)) throw notFound();
  const made = await tx.query(
    `insert into workspace_feature (workspace_id, feature, since) values ($1, $2, $3) on conflict do nothing returning 1`,
    [workspaceId, id, app.clock.now()],
  );
  if (made.length === 0) return;
  await app.emit(tx, featureChanged, [{ workspaceId, payload: { featureId: id, action: "turned_on", by } }]);
  app.bus.publish(tx, FEATURE_CHANGED_TOPIC, `${id} on`);
}

/** @throws feature.in_use */
async function turnOff(ctx: Ctx, one: FeatureDeclaration): Promise<void> {
  const { tx, workspaceId } = ctx;
  // first, so that a channel that is being made is seen below, or sees this
  const gone = await tx.query("delete from workspace_feature where workspace_id = $1 and feature = $2 returning 1", [
    workspaceId,
    one.id,
  ]);
  if (gone.length === 0) return;
  const providers = ctx.registry.processors.flatMap(({ id, provider }) =>
    provider !== undefined && one.processors?.includes(id) ? [provider] : [],
  );
  const used = await tx.query(
    `select 1 from channel where workspace_id = $1 and provider = any ($2::text[])
       and (deleted_at is null or secrets is not null) limit 1`,
    [workspaceId, providers],
  );
  if (used.length > 0) throw featureInUse();
  const payload = { featureId: one.id, action: "turned_off", by: actedBy(ctx.actor) } as const;
  await ctx.emit(tx, featureChanged, [{ workspaceId, payload }]);
  ctx.bus.publish(tx, FEATURE_CHANGED_TOPIC, `${one.id} off`);
}

/** An owner, or a key that was given the managing of the workspace: it speaks for one. */
const mayDecide = (actor: Actor): boolean =>
  actor.kind === "member"
    ? actor.role === "owner"
    : actor.kind === "api_key" && actor.scopes.includes("workspace:manage");

/** Only whoever may decide it. @throws forbidden · not_found · feature.in_use */
export async function changeFeature(ctx: Ctx, id: string, isOn: boolean): Promise<FeatureView> {
  const one = ownersChoice(ctx).find((each) => each.id === id);
  if (!one) throw notFound();
  if (!mayDecide(ctx.actor)) throw forbidden({ detail: "Only an owner may do that, or a key with workspace:manage." });
  if (isOn) await turnOn(ctx, ctx.tx, { workspaceId: ctx.workspaceId, id, by: actedBy(ctx.actor) });
  else await turnOff(ctx, one);
  const changed = (await listFeatures(ctx)).find((each) => each.id === id);
  if (!changed) throw notFound();
  return changed;
}

/** Whether a provider's feature is on; it stays so to the end of the transaction. @throws feature.off */
export async function assertProviderOn(
  ctx: Pick<Ctx, "tx" | "workspaceId" | "registry">,
  provider: string,
): Promise<void> {
  const one = ctx.registry.featureOf({ provider });
  if (one?.flag.by !== "owner") return;
  const rows = await ctx.tx.query(
    "select 1 from workspace_feature where workspace_id = $1 and feature = $2 for key share",
    [ctx.workspaceId, one.id],
  );
  if (rows.length === 0) throw featureOff({ feature: one.id });
}

/** Making its channel turns a provider's feature on, by whoever may decide that; for others it has to be on. @throws feature.off */
export async function chooseProvider(ctx: Ctx, provider: string): Promise<void> {
  const one = ctx.registry.featureOf({ provider });
  if (one?.flag.by === "owner" && mayDecide(ctx.actor))
    await turnOn(ctx, ctx.tx, { workspaceId: ctx.workspaceId, id: one.id, by: actedBy(ctx.actor) });
  await assertProviderOn(ctx, provider);
}
