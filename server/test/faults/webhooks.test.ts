// What was acknowledged is kept: the real server as a process, killed under load, and its database too.
import fs from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openRawConnection } from "../raw-client.ts";
import { connectTarget } from "../hook-targets.ts";
import { createWorkspaces, startServerProcess, temporaryFolder, type ServerProcess } from "../server-process.ts";
import { signedRequest, textBody, type TextMessage } from "../signed-webhooks.ts";
import { createApiClient, type ApiClient } from "../api.ts";
import { followFeed, type FeedFollower } from "./follow-feed.ts";

const noProvider = "http://127.0.0.1:9";
const env = { KEEPWORD_PROVIDER_ORIGINS: noProvider };
const people = 40;
const writers = 32;

/** Numbered, so that a lost, doubled or mixed-up message shows. */
function message(i: number): TextMessage {
  const from = `2547000${String(i % people).padStart(5, "0")}`;
  return {
    from,
    name: `Person ${i % people}`,
    id: `wamid.fault${i}`,
    text: `message ${i}`,
    timestamp: 1_795_165_200 + i,
  };
}

/** Sends as fast as it is answered until `stop`. Every number is either acknowledged or left in `open`, to be sent again. */
function startWriters(port: number, requestOf: (i: number) => Buffer, numbers: Iterator<number>, acked: Set<number>) {
  const open = new Set<number>();
  let isStopped = false;
  const wishes: { count: number; resolve: () => void }[] = [];
  const next = (): number | undefined => {
    const { value, done } = isStopped ? { value: 0, done: true } : numbers.next();
    return done === true ? undefined : value;
  };
  /** Until nothing is left to send, or nobody listens any more. */
  const write = async (): Promise<void> => {
    let connection = await openRawConnection(port).catch(() => undefined);
    for (let i = next(); connection && i !== undefined; i = next()) {
      open.add(i);
      const status = await connection.send(requestOf(i)).catch(() => 0);
      expect([0, 200, 503]).toContain(status);
      if (status === 200) {
        open.delete(i);
        acked.add(i);
        for (const wish of wishes) if (acked.size >= wish.count) wish.resolve();
        continue;
      }
      // as a provider does: later, and on a new connection
      connection.close();
      await new Promise((resolve) => setTimeout(resolve, 50));
      connection = await openRawConnection(port).catch(() => undefined);
    }
    connection?.close();
  };
  const done = Promise.all(Array.from({ length: writers }, write));
  return {
    open,
    done,
    /** resolves when so many are acknowledged in all */
    acknowledged: (count: number): Promise<unknown> =>
      Promise.race([new Promise<void>((resolve) => wishes.push({ count, resolve })), done]),
    async stop(): Promise<void> {
      isStopped = true;
      await done;
    },
  };
}

interface Setting {
  server: ServerProcess;
  apiKey: string;
  requestOf: (i: number) => Buffer;
}

// one for both tests: the second goes on where the first left off
let setting: Setting;
let feed: FeedFollower;
const acked = new Set<number>();
const numbers = countUp();

beforeAll(async () => {
  const server = await startServerProcess({ dataDir: temporaryFolder("fault"), env });
  const [workspace] = await createWorkspaces(server, 1);
  if (!workspace) throw new Error("no workspace");
  const target = await connectTarget(workspace, { apiBaseUrl: noProvider });
  setting = { server, apiKey: workspace.apiKey, requestOf: (i) => signedRequest(target, textBody(target, message(i))) };
  feed = followFeed(() => setting.server.url, workspace.apiKey);
}, 120_000);

afterAll(async () => {
  await feed?.stop();
  await setting?.server.stop();
  if (setting) fs.rmSync(setting.server.dataDir, { recursive: true, force: true });
}, 60_000);

const portOf = (server: ServerProcess): number => Number(new URL(server.url).port);

function* countUp(): Generator<number, undefined> {
  for (let i = 0; ; i++) yield i;
}

async function pagesOf<T>(api: ApiClient, path: string): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const next: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await api.get<{ data: T[]; nextCursor: string | null }>(`${path}?limit=100${next}`);
    expect(page.status).toBe(200);
    all.push(...page.body.data);
    cursor = page.body.nextCursor;
  }
  return all;
}

/** `sender number → text`, one line a stored message, read by the API. */
async function readInbox(api: ApiClient): Promise<string[]> {
  const lines: string[] = [];
  const conversations = await pagesOf<{ id: string; contact: { name: string; identities: { value: string }[] } }>(
    api,
    "/v1/conversations",
  );
  for (const { id, contact } of conversations) {
    const phone = contact.identities.map(({ value }) => value).find((value) => value.startsWith("+"));
    const thread = await pagesOf<{ text: string }>(api, `/v1/conversations/${id}/messages`);
    lines.push(...thread.map(({ text }) => `${phone} ${contact.name}: ${text}`));
  }
  return lines.toSorted();
}

const expected = (numbers: Iterable<number>): string[] =>
  [...numbers].map((i) => `+${message(i).from} ${message(i).name}: ${message(i).text}`).toSorted();

/** The positions of the whole log, by SQL. */
async function loggedPositions(server: ServerProcess): Promise<string[]> {
  const client = new pg.Client(server.connection().adminUrl);
  await client.connect();
  const { rows } = await client.query<{ position: string }>("select position from event order by position");
  await client.end();
  return rows.map((row) => row.position);
}

async function assertNothingLost(): Promise<void> {
  const api = createApiClient(setting.server.url, { apiKey: setting.apiKey });
  expect(await readInbox(api)).toEqual(expected(acked));
  await feed.caughtUp();
  const positions = feed.seen.map((event) => event.position);
  expect(positions).toEqual(await loggedPositions(setting.server));
  const received = feed.seen.filter((event) => event.type === "message.received").map((event) => event.data.messageId);
  expect(received.length).toBe(acked.size);
  expect(new Set(received).size).toBe(acked.size);
}

test("kill -9 of the server loses no acknowledged message, doubles none, and leaves no gap in the event feed", async () => {
  const load = startWriters(portOf(setting.server), setting.requestOf, numbers, acked);
  await load.acknowledged(400);
  await setting.server.kill();
  await load.done;
  setting.server = await startServerProcess({ dataDir: setting.server.dataDir, env });
  const stored = new Set(await readInbox(createApiClient(setting.server.url, { apiKey: setting.apiKey })));
  expect(expected(acked).filter((line) => !stored.has(line))).toEqual([]);
  const again = startWriters(portOf(setting.server), setting.requestOf, load.open.values(), acked);
  await again.done;
  expect(again.open.size).toBe(0);
  await assertNothingLost();
}, 120_000);

test("kill -9 of the database loses no acknowledged message; the server carries on with the next one", async () => {
  const load = startWriters(portOf(setting.server), setting.requestOf, numbers, acked);
  await load.acknowledged(acked.size + 300);
  const before = setting.server.postmasterPid();
  process.kill(before, "SIGKILL");
  await vi.waitUntil(() => ![0, before].includes(setting.server.postmasterPid()), { timeout: 60_000 });
  await load.acknowledged(acked.size + 300);
  await load.stop();
  const again = startWriters(portOf(setting.server), setting.requestOf, load.open.values(), acked);
  await again.done;
  expect(again.open.size).toBe(0);
  await assertNothingLost();
}, 120_000);
