import { fastify } from "fastify";
import { signatureOf } from "./state.ts";
import type { Obj } from "./state.ts";

export interface Received {
  raw: Buffer;
  body: Obj;
  signature: string | undefined;
  isSigned: boolean;
}

export interface Business extends AsyncDisposable {
  url: string;
  received: Received[];
  /** Statuses to answer with, in turn; then 200. */
  answers: number[];
  /** All `messages` and `statuses` objects of all bodies, in order of arrival. */
  items: (key: "messages" | "statuses") => Obj[];
  values: () => Obj[];
}

/** The other end, for tests of the simulator: a webhook receiver that keeps the raw bytes. */
export async function startBusiness(appSecret: string, verifyToken: string): Promise<Business> {
  const app = fastify({ forceCloseConnections: true });
  const received: Received[] = [];
  const answers: number[] = [];
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_, body, done) => done(null, body));
  app.removeContentTypeParser("application/json");
  app.get<{ Querystring: Record<string, string> }>("/hook", (request, reply) => {
    if (request.query["hub.verify_token"] !== verifyToken) return reply.code(403).send("no");
    return reply.send(request.query["hub.challenge"]);
  });
  app.post("/hook", (request, reply) => {
    const raw = request.body as Buffer;
    const signature = request.headers["x-hub-signature-256"] as string | undefined;
    const isSigned = signature === signatureOf(appSecret, raw);
    received.push({ raw, body: JSON.parse(raw.toString()) as Obj, signature, isSigned });
    return reply.code(answers.shift() ?? 200).send("ok");
  });
  const url = `${await app.listen({ port: 0, host: "127.0.0.1" })}/hook`;
  const values = () =>
    received.flatMap(({ body }) =>
      (body.entry as { changes: { value: Obj }[] }[]).flatMap((entry) => entry.changes.map((change) => change.value)),
    );
  return {
    url,
    received,
    answers,
    values,
    items: (key) => values().flatMap((value) => (value[key] as Obj[] | undefined) ?? []),
    [Symbol.asyncDispose]: () => app.close(),
  };
}
