// A signed sample, sent at once, so that a receiver can be tried before anything happens.
import { z } from "zod";
import type { App } from "../platform/context.ts";
import type { OpenCtx } from "../platform/route.ts";
import { newId } from "../platform/ids.ts";
import { attempt, attemptFaults, attemptOutcomes } from "./attempt.ts";
import { assertEndpoint } from "./endpoint.ts";
import { createEndpointOpener } from "./endpoint-secrets.ts";

export const testResult = z.object({
  webhookId: z.string(),
  outcome: z.enum(attemptOutcomes),
  fault: z.enum(attemptFaults).nullable().describe("Why it is `broken`."),
  status: z.int().nullable().describe("null when no answer came."),
  durationMs: z.int(),
  answer: z.string().nullable().describe("The first 2 kB of the answer."),
});

/** Sends `webhook.test` (or a Cloud API message), also to an endpoint that is switched off. Changes nothing. @throws not_found */
export async function testEndpoint(ctx: OpenCtx, id: string): Promise<z.output<typeof testResult>> {
  const { workspaceId } = ctx;
  // the call may take 15 s, so no transaction is held meanwhile
  const row = await ctx.db.tx({ workspaceIds: [workspaceId] }, (tx) => assertEndpoint({ ...ctx, tx }, id));
  const endpoint = createEndpointOpener(ctx)(workspaceId, id, row.secrets);
  const webhookId = newId("evt");
  const body = JSON.stringify(row.style === "cloud_api" ? cloudSample(ctx, workspaceId) : sample(ctx, webhookId, id));
  const made = await attempt(ctx, endpoint, { id: webhookId, body, style: row.style });
  const { outcome, fault, status, durationMs, answer } = made;
  return { webhookId, outcome, fault, status, durationMs, answer: answer?.toString("utf8") ?? null };
}

const sample = (ctx: Pick<App, "clock">, id: string, endpointId: string) => ({
  ...{ type: "webhook.test", timestamp: ctx.clock.now().toISOString(), id, position: "0" },
  data: { endpointId },
});

function cloudSample(ctx: Pick<App, "clock">, workspaceId: string) {
  const timestamp = String(Math.floor(ctx.clock.ms() / 1000));
  const message = {
    from: "15550000000",
    id: "wamid.test",
    timestamp,
    type: "text",
    text: { body: "Test of Keepword" },
  };
  const value = {
    messaging_product: "whatsapp",
    metadata: { display_phone_number: "15550001111", phone_number_id: "test" },
    contacts: [{ profile: { name: "Keepword" }, wa_id: "15550000000" }],
    messages: [message],
  };
  return { object: "whatsapp_business_account", entry: [{ id: workspaceId, changes: [{ field: "messages", value }] }] };
}
