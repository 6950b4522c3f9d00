// The other side of the webhooks' benchmark, as processes of their own: a receiver that counts, and the raw limit that delivers to it.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Agent, request } from "undici";

type PeerTask =
  | { op: "listen" }
  | { op: "reset" }
  | { op: "report" }
  /** `undici.request` and nothing else: so many bodies, so many at a time */
  | { op: "bare"; url: string; count: number; bytes: number; parallel: number };

export interface Report {
  count: number;
  /** ms since 1970, with fractions */
  firstAt: number;
  lastAt: number;
  /** by the number in a text `n12`: when it came first */
  arrivals: [number, number][];
}

export interface Peer extends AsyncDisposable {
  pid: number;
  ask<T>(task: PeerTask): Promise<T>;
}

export function startPeer(): Peer {
  const child: ChildProcess = fork(import.meta.filename, { stdio: "inherit" });
  return {
    pid: child.pid ?? 0,
    async ask<T>(task: PeerTask): Promise<T> {
      child.send(task);
      const [answer] = (await once(child, "message")) as [T];
      return answer;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}

const nowMs = (): number => performance.timeOrigin + performance.now();

function serve(): void {
  let report: Omit<Report, "arrivals"> = { count: 0, firstAt: 0, lastAt: 0 };
  let arrivals = new Map<number, number>();

  async function listen(): Promise<number> {
    const server = createServer((incoming, response) => {
      const isHanging = incoming.url?.startsWith("/hang") === true;
      let text = "";
      incoming.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      incoming.on("end", () => {
        if (isHanging) return;
        const at = nowMs();
        report.count += 1;
        if (report.firstAt === 0) report.firstAt = at;
        report.lastAt = at;
        const n = Number(/"text":"n(\d+)"/.exec(text)?.[1]);
        if (!arrivals.has(n)) arrivals.set(n, at);
        response.end();
      });
    });
    server.keepAliveTimeout = 60_000;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  async function bare(task: Extract<PeerTask, { op: "bare" }>): Promise<{ seconds: number }> {
    const dispatcher = new Agent({ connections: task.parallel });
    const body = JSON.stringify({ data: "x".repeat(task.bytes) });
    const headers = { "content-type": "application/json" };
    let next = 0;
    const began = performance.now();
    const one = async (): Promise<void> => {
      while (next++ < task.count) {
        const answer = await request(task.url, { method: "POST", headers, body, dispatcher });
        await answer.body.dump();
      }
    };
    await Promise.all(Array.from({ length: task.parallel }, one));
    const seconds = (performance.now() - began) / 1000;
    await dispatcher.close();
    return { seconds };
  }

  async function answer(task: PeerTask): Promise<unknown> {
    switch (task.op) {
      case "listen":
        return listen();
      case "reset":
        report = { count: 0, firstAt: 0, lastAt: 0 };
        arrivals = new Map();
        return true;
      case "report":
        return { ...report, arrivals: [...arrivals] };
      case "bare":
        return bare(task);
    }
  }
  process.on("message", (task: PeerTask) => void answer(task).then((value) => process.send?.(value)));
  process.once("disconnect", () => process.exit(0));
}

if (process.send && process.argv[1] === import.meta.filename) serve();
