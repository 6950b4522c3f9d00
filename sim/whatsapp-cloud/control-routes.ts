import type { FastifyInstance } from "fastify";
import type { Control } from "./control.ts";
import type { SimEvent, SimState } from "./state.ts";

/** `POST /control/<name>`; reading ones also by GET. An operation's error is 400 `{ "error": "…" }`. */
export function registerControl(app: FastifyInstance, state: SimState, control: Control): void {
  const operations = new Map(Object.entries(control) as [string, (input: unknown) => unknown][]);
  app.route<{ Params: { name: string } }>({
    method: ["GET", "POST"],
    url: "/control/:name",
    handler: async (request, reply) => {
      const operation = operations.get(request.params.name);
      if (!operation) return reply.code(404).send({ error: `no operation ${request.params.name}` });
      try {
        const result = await operation((request.method === "GET" ? request.query : request.body) ?? {});
        return await reply.send(result ?? { ok: true });
      } catch (error) {
        return reply.code(400).send({ error: error instanceof Error ? error.message : String(error) });
      }
    },
  });
  app.get("/control", () => ({
    phoneNumberId: state.primary.id,
    wabaId: state.wabaId,
    displayPhoneNumber: state.primary.displayPhoneNumber,
    verifiedName: state.primary.verifiedName,
    webhookUrl: state.webhookUrl,
    operations: [...operations.keys()],
  }));
  app.get<{ Params: { id: string } }>("/control/media/:id", (request, reply) => {
    const item = state.media.get(request.params.id);
    if (!item) return reply.code(404).send({ error: "no such media" });
    return reply.type(item.mime).header("content-security-policy", "sandbox").send(item.bytes);
  });
  app.get("/control/stream", (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    reply.raw.write(": open\n\n");
    const send = (event: SimEvent) => {
      const { state: how, url } = event.kind === "delivery" ? event.delivery : { state: "", url: "" };
      const shown = event.kind === "delivery" ? { kind: event.kind, state: how, url } : event;
      reply.raw.write(`data: ${JSON.stringify(shown)}\n\n`);
    };
    state.bus.on("change", send);
    request.raw.once("close", () => state.bus.off("change", send));
  });
}
