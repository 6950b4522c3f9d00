// Two thousand readers of the live stream, in a process of their own. Every delivery is counted; a share of the readers also reads
// when it was written, from the text of the message.
import { fork } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { quantile } from "./report.ts";

export type ClientTask =
  | { op: "open"; port: number; apiKey: string; clients: number }
  | { op: "start" }
  | { op: "stop" };

export interface ClientResult {
  /** messages that arrived, summed over the readers */
  deliveries: number;
  /** reads of sockets: how often several came together */
  reads: number;
  p50: number;
  p99: number;
  samples: number;
  /** fewest and most messages of one reader */
  least: number;
  most: number;
}

export interface Clients extends AsyncDisposable {
  run(task: ClientTask): Promise<ClientResult>;
}

export function startClients(): Clients {
  const child = fork(import.meta.filename, { stdio: "inherit" });
  return {
    async run(task) {
      child.send(task);
      const over = new AbortController();
      const { signal } = over;
      const next = Promise.race([once(child, "message", { signal }), once(child, "exit", { signal })]);
      const [answer] = (await next.finally(() => over.abort())) as [ClientResult | { error: string } | number | null];
      if (answer === null || typeof answer !== "object") throw new Error("the readers ended");
      if ("error" in answer) throw new Error(`readers: ${answer.error}`);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}

const samplers = 50;
const mark = "event: message.received";
let counts: number[] = [];
let reads = 0;
let latencies: number[] = [];

/** Resolves when the stream is open and has said `ready`. */
function openClient(index: number, port: number, apiKey: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = net.connect({ host: "127.0.0.1", port, noDelay: true });
  socket.write(
    `GET /v1/stream HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\nauthorization: Bearer ${apiKey}\r\n\r\n`,
  );
  counts[index] = 0;
  let isReady = false;
  socket.on("data", (chunk) => {
    if (!isReady) {
      const text = chunk.toString("latin1");
      if (text.startsWith("HTTP/1.1") && !text.startsWith("HTTP/1.1 200")) reject(new Error(text.slice(0, 200)));
      isReady = text.includes("event: ready");
      if (isReady) resolve();
    }
    reads += 1;
    for (let at = chunk.indexOf(mark); at >= 0; at = chunk.indexOf(mark, at + mark.length))
      counts[index] = (counts[index] ?? 0) + 1;
    if (index >= samplers) return;
    for (const [, ms] of chunk.toString("latin1").matchAll(/"text":"at (\d{13})"/g))
      latencies.push(Date.now() - Number(ms));
  });
  socket.on("error", reject);
  socket.on("close", () => reject(new Error("a stream was closed")));
  return promise;
}

async function perform(task: ClientTask): Promise<ClientResult> {
  if (task.op === "open") {
    // below the rate at which a key may call
    for (let i = 0; i < task.clients; i += 50) {
      const some = Array.from({ length: Math.min(50, task.clients - i) }, (_, k) => i + k);
      await Promise.all(some.map((index) => openClient(index, task.port, task.apiKey)));
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  if (task.op === "start") {
    counts = counts.map(() => 0);
    latencies = [];
    reads = 0;
  }
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    deliveries: counts.reduce((sum, n) => sum + n, 0),
    reads,
    ...{ p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), samples: sorted.length },
    ...{ least: Math.min(...counts), most: Math.max(...counts) },
  };
}

if (import.meta.main) {
  process.on("message", (task: ClientTask) => {
    perform(task).then(
      (result) => process.send?.(result),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : "failed" }),
    );
  });
  process.on("disconnect", () => process.exit(0));
}
