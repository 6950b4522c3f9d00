// A receiver of webhooks: a real HTTP server on loopback that remembers what came and answers as told.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  /** `webhook-id` */
  id: string;
  body: string;
  json: { type: string; timestamp: string; id: string; position: string; data: Record<string, unknown> };
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

/** Answers a request; undefined leaves it without an answer until the receiver ends. */
export type Answerer = (request: Received, count: number) => Answer | undefined | Promise<Answer | undefined>;

export interface Receiver extends AsyncDisposable {
  url: string;
  requests: Received[];
  /** Default: 200 to everything. */
  answer: Answerer;
  /** Resolves when so many requests came, or were there already. */
  received(count: number): Promise<Received[]>;
  /** Nobody listens any more. */
  down(): Promise<void>;
  /** Listens again on the same port. */
  up(): Promise<void>;
}

export async function startReceiver(answer: Answerer = () => ({ status: 200 })): Promise<Receiver> {
  let server: Server | undefined;
  let port = 0;
  const waiting: { count: number; done: () => void }[] = [];
  const receiver: Receiver = {
    url: "",
    requests: [],
    answer,
    async received(count) {
      if (receiver.requests.length < count) await new Promise<void>((done) => waiting.push({ count, done }));
      return receiver.requests;
    },
    async down() {
      if (!server) return;
      const closed = once(server, "close");
      server.close().closeAllConnections();
      server = undefined;
      await closed;
    },
    async up() {
      server = createServer((request, response) => {
        void request.toArray().then((chunks) => take(Buffer.concat(chunks).toString(), request, response));
      });
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      port = (server.address() as AddressInfo).port;
      receiver.url = `http://127.0.0.1:${port}`;
    },
    [Symbol.asyncDispose]: () => receiver.down(),
  };

  async function take(
    body: string,
    { url = "/", headers }: { url?: string | undefined; headers: IncomingHttpHeaders },
    response: ServerResponse,
  ): Promise<void> {
    const received = { path: url, headers, id: String(headers["webhook-id"]), body, json: JSON.parse(body) };
    receiver.requests.push(received as Received);
    const count = receiver.requests.length;
    for (const wait of waiting.splice(0)) {
      if (count >= wait.count) wait.done();
      else waiting.push(wait);
    }
    const said = await receiver.answer(received as Received, count);
    if (said) response.writeHead(said.status ?? 200, said.headers).end(said.body);
  }

  await receiver.up();
  return receiver;
}
