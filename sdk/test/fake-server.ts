// A server on loopback that answers as it is told and keeps what it saw.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach } from "vitest";

export interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

export type Answer = (response: ServerResponse) => void;

export interface FakeServer {
  baseUrl: string;
  seen: Seen[];
  /** Given in this order; then 500. */
  answers: Answer[];
}

export function fakeServer(): FakeServer {
  const fake: FakeServer = { baseUrl: "", seen: [], answers: [] };
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method, url, headers } = incoming;
      fake.seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const answer = fake.answers.shift() ?? json(500, { code: "internal", title: "nothing planned", status: 500 });
      answer(response);
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    fake.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  beforeEach(() => {
    fake.seen = [];
    fake.answers = [];
  });
  return fake;
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));

export const cut: Answer = (response) => void response.destroy();

/** Begins with the text and breaks off. */
export const cutAfter =
  (text: string): Answer =>
  (response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write(text, () => response.destroy());
  };

export const events =
  (text: string): Answer =>
  (response) =>
    void response.writeHead(200, { "content-type": "text/event-stream" }).end(text);
