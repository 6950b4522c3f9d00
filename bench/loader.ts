// The load generator: a process of its own, so that its work is not counted as the server's. Takes one task at a time over IPC.
import { once } from "node:events";
import { fork, type ChildProcess } from "node:child_process";
import { openRawConnection, type RawConnection } from "../server/test/raw-client.ts";
import {
  echoBody,
  signedRequest,
  statusBody,
  textBody,
  type HookTarget,
  type TextMessage,
} from "../server/test/signed-webhooks.ts";
import { quantile } from "./report.ts";

export type LoadTask =
  | { op: "open"; port: number; connections: number }
  /** The business writes so many messages on its phone: statuses will speak of them. */
  | { op: "plant"; targets: HookTarget[]; people: number; count: number }
  /** Signs so many events: one inbound message to three statuses, or messages only. */
  | { op: "prepare"; targets: HookTarget[]; people: number; count: number; mix: "mix" | "messages" }
  /** As fast as answers come, until the time is over or nothing is left. `again`: goes round, for servers that keep nothing. */
  | { op: "closed"; ms: number; again?: boolean }
  /** At a fixed rate, whatever the answers do; latency counts from the moment a request was due. */
  | { op: "paced"; perSecond: number; ms: number };

export interface LoadResult {
  seconds: number;
  sent: number;
  ok: number;
  /** answered 200, by kind */
  messages: number;
  statuses: number;
  /** other answers by status; 0 = the connection ended */
  failures: Record<string, number>;
  p50: number;
  p99: number;
  max: number;
  /** answered within the first and the last tenth of the run, median ms: a growing backlog shows here */
  firstMs: number;
  lastMs: number;
}

export interface Loader extends AsyncDisposable {
  run(task: LoadTask): Promise<LoadResult>;
  pid: number;
}

/** Starts the generator. */
export function startLoader(): Loader {
  const child: ChildProcess = fork(import.meta.filename, { stdio: "inherit", execArgv: ["--max-old-space-size=4096"] });
  return {
    pid: child.pid ?? 0,
    async run(task) {
      child.send(task);
      const over = new AbortController();
      const { signal } = over;
      const next = Promise.race([once(child, "message", { signal }), once(child, "exit", { signal })]);
      const [answer] = (await next.finally(() => over.abort())) as [LoadResult | { error: string } | number | null];
      if (answer === null || typeof answer !== "object") throw new Error("the load generator ended");
      if ("error" in answer) throw new Error(`load generator: ${answer.error}`);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}

interface Planted {
  target: HookTarget;
  id: string;
  to: string;
}
interface Request {
  bytes: Buffer;
  isMessage: boolean;
}

const words = Array.from({ length: 2_000 }, (_, i) => `${["order", "blue", "kettle", "late", "thanks"][i % 5]}${i}`);
let serial = 0;
let port = 0;
let connections: RawConnection[] = [];
const planted: Planted[] = [];
let requests: Request[] = [];

/** The shape and length of a real id; unlike a real one it tells nothing. */
const wamid = () =>
  `wamid.HBgMMjU0NzAwMDAwMTE3FQIAEhgU${(serial++).toString(36).padStart(10, "0")}${process.pid.toString(36)}A=`;
const nowSeconds = () => Math.floor(Date.now() / 1000);

const walked = new Map<HookTarget["path"], number>();
let strangers = 0;

/** One in fifty writes for the first time; the others have been planted, whose first `people` are everybody once. */
function person(target: HookTarget, people: number, isPlanting: boolean): { digits: string; name: string } {
  const turn = walked.get(target.path) ?? 0;
  if (isPlanting) walked.set(target.path, turn + 1);
  const isStranger = !isPlanting && Math.random() < 0.02;
  const known = isPlanting ? turn % people : Math.floor(Math.random() * people);
  const index = isStranger ? 10_000_000 + strangers++ : known;
  return {
    digits: `2547${String(index).padStart(8, "0")}`,
    name: `Person ${index} of ${target.phoneNumberId.slice(-3)}`,
  };
}

function someText(): string {
  let text = "";
  for (let i = 0; i < 11; i++) text += `${words[Math.floor(Math.random() ** 2 * words.length)] ?? ""} `;
  return text.trimEnd();
}

function message(target: HookTarget, people: number, isPlanting = false): TextMessage {
  const { digits, name } = person(target, people, isPlanting);
  return { from: digits, name, id: wamid(), text: someText(), timestamp: nowSeconds() };
}

async function plant(task: Extract<LoadTask, { op: "plant" }>): Promise<LoadResult> {
  const bodies: Request[] = [];
  for (let made = 0, turn = 0; made < task.count; turn++) {
    const target = task.targets[turn % task.targets.length];
    if (!target) throw new Error("no target");
    const echoes = Array.from({ length: Math.min(50, task.count - made) }, () => message(target, task.people, true));
    made += echoes.length;
    for (const { id, from } of echoes) planted.push({ target, id, to: from });
    bodies.push({ bytes: signedRequest(target, echoBody(target, echoes)), isMessage: true });
  }
  const kept = requests;
  requests = bodies;
  const result = await closed({ op: "closed", ms: 300_000 });
  requests = kept;
  if (result.ok !== bodies.length) throw new Error(`planting: ${JSON.stringify(result.failures)}`);
  return result;
}

function prepare(task: Extract<LoadTask, { op: "prepare" }>): void {
  const { targets, people, count, mix } = task;
  const inbound = mix === "messages" ? count : Math.floor(count / 4);
  const statusesOf = mix === "messages" ? [] : planted.splice(0, inbound);
  if (mix === "mix" && statusesOf.length < inbound) throw new Error("too few planted messages");
  const nextStatus = statusSequence(statusesOf);
  requests = [];
  for (let i = 0; i < inbound; i++) {
    const target = targets[i % targets.length];
    if (!target) throw new Error("no target");
    requests.push({ bytes: signedRequest(target, textBody(target, message(target, people))), isMessage: true });
    for (let s = 0; mix === "mix" && s < 3; s++) {
      const status = nextStatus.next();
      if (!status.done) requests.push({ bytes: status.value, isMessage: false });
    }
  }
}

/** sent, delivered and read of each message, in this order and some messages apart, as they come in life. */
function* statusSequence(of: readonly Planted[]): Generator<Buffer> {
  const steps = [
    ["sent", 0],
    ["delivered", 50],
    ["read", 200],
  ] as const;
  for (let i = 0; i < of.length + 200; i++) {
    for (const [status, after] of steps) {
      const about = of[i - after];
      if (!about) continue;
      const { target, id, to } = about;
      yield signedRequest(target, statusBody(target, { id, status, to, timestamp: nowSeconds() }));
    }
  }
}

interface Tally {
  latencies: Float64Array;
  count: number;
  result: LoadResult;
}

function newTally(most: number): Tally {
  const result: LoadResult = {
    ...{ seconds: 0, sent: 0, ok: 0, messages: 0, statuses: 0, failures: {} },
    ...{ p50: 0, p99: 0, max: 0, firstMs: 0, lastMs: 0 },
  };
  return { latencies: new Float64Array(most), count: 0, result };
}

async function sendOne(connection: RawConnection, request: Request, dueAt: number, tally: Tally): Promise<void> {
  const { result } = tally;
  result.sent += 1;
  const status = await connection.send(request.bytes).catch(() => 0);
  if (tally.count < tally.latencies.length) tally.latencies[tally.count++] = performance.now() - dueAt;
  if (status !== 200) result.failures[status] = (result.failures[status] ?? 0) + 1;
  else {
    result.ok += 1;
    if (request.isMessage) result.messages += 1;
    else result.statuses += 1;
  }
}

function finish(tally: Tally, startedAt: number): LoadResult {
  const { result } = tally;
  const all = tally.latencies.subarray(0, tally.count);
  const tenth = Math.max(1, Math.floor(all.length / 10));
  result.seconds = (performance.now() - startedAt) / 1000;
  result.firstMs = quantile(all.slice(0, tenth).toSorted(), 0.5);
  result.lastMs = quantile(all.slice(-tenth).toSorted(), 0.5);
  const sorted = all.toSorted();
  result.p50 = quantile(sorted, 0.5);
  result.p99 = quantile(sorted, 0.99);
  result.max = quantile(sorted, 1);
  return result;
}

async function closed(task: Extract<LoadTask, { op: "closed" }>): Promise<LoadResult> {
  const tally = newTally(task.again === true ? 2_000_000 : requests.length);
  const startedAt = performance.now();
  const endAt = startedAt + task.ms;
  let next = 0;
  const worker = async (connection: RawConnection): Promise<void> => {
    while (performance.now() < endAt) {
      if (next >= requests.length && task.again === true) next = 0;
      const request = requests[next++];
      if (!request) return;
      await sendOne(connection, request, performance.now(), tally);
    }
  };
  await Promise.all(connections.map(worker));
  if (task.again !== true) requests = requests.slice(next);
  return finish(tally, startedAt);
}

async function paced(task: Extract<LoadTask, { op: "paced" }>): Promise<LoadResult> {
  const total = Math.min(requests.length, Math.round((task.perSecond * task.ms) / 1000));
  const tally = newTally(total);
  const free = [...connections];
  const dueQueue: number[] = [];
  const startedAt = performance.now();
  let next = 0;
  let done = 0;
  const finished = Promise.withResolvers<void>();
  const dispatch = (): void => {
    for (let connection = free.pop(); connection; connection = free.pop()) {
      const dueAt = dueQueue.shift();
      const request = dueAt === undefined ? undefined : requests[next];
      if (dueAt === undefined || !request) return void free.push(connection);
      next += 1;
      const used = connection;
      void sendOne(used, request, dueAt, tally).then(() => {
        free.push(used);
        if (++done === total) return finished.resolve();
        if (dueQueue.length > 0) dispatch();
      });
    }
  };
  let planned = 0;
  const timer = setInterval(() => {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) * task.perSecond) / 1000));
    for (; planned < due; planned++) dueQueue.push(startedAt + (planned * 1000) / task.perSecond);
    dispatch();
    if (planned >= total) clearInterval(timer);
  }, 1);
  await finished.promise;
  requests = requests.slice(next);
  return finish(tally, startedAt);
}

async function perform(task: LoadTask): Promise<LoadResult> {
  switch (task.op) {
    case "open": {
      for (const connection of connections) connection.close();
      port = task.port;
      connections = [];
      while (connections.length < task.connections) connections.push(await openRawConnection(port));
      return newTally(0).result;
    }
    case "plant":
      return plant(task);
    case "prepare":
      prepare(task);
      return newTally(0).result;
    case "closed":
      return closed(task);
    case "paced":
      return paced(task);
  }
}

if (import.meta.main) {
  process.on("message", (task: LoadTask) => {
    perform(task).then(
      (result) => process.send?.(result),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : "failed" }),
    );
  });
  process.on("disconnect", () => process.exit(0));
}
