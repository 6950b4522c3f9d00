// What deliveries say, right before they are called: nothing that is rendered waits, so what was erased a moment ago does not go out.
import { systemCtx, type App } from "../platform/context.ts";
import { isConnectionLoss } from "../platform/db-errors.ts";
import type { LoggedEvent } from "../realtime/event-log.ts";
import { renderEvents, type EventView } from "../realtime/render-events.ts";
import type { Claimed, EndpointFacts, Lane } from "./claim.ts";
import { renderCloudBodies } from "./cloud-shape.ts";

/** The text to send, or why there is none: what it was about is gone · rendering it fails, which is our fault. */
export type Rendered = { body: string } | { body?: undefined; why: "content_gone" | "not_rendered" };

/**
 * By delivery id. All of them are read together; when that fails, each alone, so that one that cannot be rendered takes nobody with it.
 * Throws only when the database is away.
 */
export async function renderDeliveries(
  app: App,
  lane: Lane,
  style: EndpointFacts["style"],
  claimed: readonly Claimed[],
): Promise<Map<string, Rendered>> {
  const events = claimed.flatMap(({ event }) => event ?? []);
  const bodies = await renderTolerant(app, lane.workspaceId, style, events);
  return new Map(
    claimed.map(({ deliveryId, eventId }) => [deliveryId, bodies.get(eventId) ?? { why: "content_gone" as const }]),
  );
}

async function renderTolerant(
  app: App,
  workspaceId: string,
  style: EndpointFacts["style"],
  events: readonly LoggedEvent[],
): Promise<Map<string, Rendered>> {
  const [first, ...others] = events;
  if (!first) return new Map();
  try {
    const bodies = await render(app, workspaceId, style, events);
    return new Map([...bodies].map(([id, body]) => [id, { body: JSON.stringify(body) }]));
  } catch (error) {
    if (isConnectionLoss(error)) throw error;
    if (others.length === 0) {
      app.log.error({ err: error, workspaceId, eventId: first.id }, "an event cannot be rendered for a webhook");
      return new Map([[first.id, { why: "not_rendered" }]]);
    }
  }
  const all = new Map<string, Rendered>();
  for (const event of events) {
    for (const [id, body] of await renderTolerant(app, workspaceId, style, [event])) all.set(id, body);
  }
  return all;
}

/** Bodies by event id; in Cloud API shape an event whose message is gone has none. */
async function render(
  app: App,
  workspaceId: string,
  style: EndpointFacts["style"],
  events: readonly LoggedEvent[],
): Promise<Map<string, Record<string, unknown>>> {
  return app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const ctx = systemCtx(app, tx, workspaceId, "webhooks");
    if (style === "cloud_api") return renderCloudBodies(ctx, events);
    return new Map((await renderEvents(ctx, events)).map((view) => [view.id, webhookBody(view)]));
  });
}

/** A Standard Webhooks payload, `{type, timestamp, data}`, with the place in the log that `GET /v1/events` goes on after. */
export function webhookBody({ id, type, position, occurredAt, data }: EventView): Record<string, unknown> {
  return { type, timestamp: occurredAt, id, position, data };
}
