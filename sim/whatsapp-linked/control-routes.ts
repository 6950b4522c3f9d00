import type { FastifyInstance } from "fastify";
import type { Control } from "./control.ts";
import { viewMessage } from "./control-chat.ts";
import { fileOf } from "./media.ts";
import type { SimEvent, SimState } from "./state.ts";

/** `POST /control/<name>`. An operation's error is 400 `{ "error": "…" }`; a page of another origin gets 403. */
export function registerControl(app: FastifyInstance, state: SimState, control: Control): void {
  const operations = new Map(Object.entries(control) as [string, (input: unknown) => unknown][]);
  app.post<{ Params: { name: string } }>("/control/:name", async (request, reply) => {
    const { origin } = request.headers;
    if (origin !== undefined && origin !== `${request.protocol}://${request.host}`) {
      return reply.code(403).send({ error: "control is for this origin only" });
    }
    const operation = operations.get(request.params.name);
    if (!operation) return reply.code(404).send({ error: `no operation ${request.params.name}` });
    try {
      const result = await operation(request.body ?? {});
      return await reply.send(result ?? { ok: true });
    } catch (error) {
      return reply.code(400).send({ error: error instanceof Error ? error.message : String(error) });
    }
  });
  app.get("/control", () => ({ operations: [...operations.keys()] }));
  app.get<{ Params: { id: string } }>("/control/media/:id", async (request, reply) => {
    const message = state.messageById.get(request.params.id);
    const file = message && (await fileOf(state, message.message).catch(() => undefined));
    if (!file) return reply.code(404).send({ error: "no such file" });
    return reply.type(file.mime).header("content-security-policy", "sandbox").send(file.bytes);
  });
  app.get("/control/stream", (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    reply.raw.write(": open\n\n");
    const send = (event: SimEvent) => {
      if (event.kind === "stanza") return;
      const shown = event.kind === "message" ? { kind: event.kind, message: viewMessage(event.message) } : event;
      reply.raw.write(`data: ${JSON.stringify(shown)}\n\n`);
    };
    state.bus.on("change", send);
    request.raw.once("close", () => state.bus.off("change", send));
  });
}
