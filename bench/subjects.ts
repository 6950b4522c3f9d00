// A person with 25,000 messages and 500 files: erased beside others who write, and copied. The real server as a process.
import fs from "node:fs";
import pg from "pg";
import { withApp } from "../server/commands/command.ts";
import { storeAttachment } from "../server/media/store-attachment.ts";
import { insertMessages, type NewMessageRow } from "../server/messages/insert-messages.ts";
import { sealContent } from "../server/messages/message-content.ts";
import type { RunningApp } from "../server/app.ts";
import { readConfig } from "../server/platform/config.ts";
import { newId } from "../server/platform/ids.ts";
import { createApiClient } from "../server/test/api.ts";
import { connectTarget } from "../server/test/hook-targets.ts";
import { openRawConnection } from "../server/test/raw-client.ts";
import {
  createWorkspaces,
  startServerProcess,
  temporaryFolder,
  type LiveWorkspace,
  type ServerProcess,
} from "../server/test/server-process.ts";
import { signedRequest, textBody, type HookTarget } from "../server/test/signed-webhooks.ts";
import { memoryOf } from "./cpu.ts";
import { startLoader, type LoadResult } from "./loader.ts";
import type { BenchOptions } from "./main.ts";
import { atMost, type Figure } from "./report.ts";

const nowhere = "http://127.0.0.1:9";
const MESSAGES = 25_000;
const FILES = 500;
const FILE_BYTES = 50_000;
const PAGE = 1_000;
/** Others who write meanwhile. */
const PER_SECOND = 100;

interface Bench extends AsyncDisposable {
  server: ServerProcess;
  workspace: LiveWorkspace;
  target: HookTarget & { channelId: string };
  contactId: string;
  messages: number;
  files: number;
}

async function prepare({ isQuick, scale }: BenchOptions): Promise<Bench> {
  await using stack = new AsyncDisposableStack();
  const dataDir = temporaryFolder("subjects");
  stack.defer(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  const server = await startServerProcess({ dataDir, env: { KEEPWORD_PROVIDER_ORIGINS: nowhere } });
  stack.defer(async () => void (await server.stop()));
  const [workspace] = await createWorkspaces(server, 1);
  if (!workspace) throw new Error("no workspace was made");
  const target = await connectTarget(workspace, { apiBaseUrl: nowhere });
  const first = {
    from: "254700900001",
    name: "Much Said",
    id: "wamid.first",
    text: "the first",
    timestamp: 1_795_165_200,
  };
  const connection = await openRawConnection(Number(new URL(server.url).port));
  await connection.send(signedRequest(target, textBody(target, first)));
  connection.close();
  const { body: page } = await workspace.api.get<{ data: { id: string; conversationIds: string[] }[] }>("/v1/contacts");
  const contact = page.data[0];
  const share = isQuick ? 0.02 : Math.min(1, scale);
  const [messages, files] = [Math.round(MESSAGES * share), Math.round(FILES * share)];
  const place = { workspaceId: workspace.id, channelId: target.channelId, contactId: contact?.id ?? "" };
  await withApp(readConfig({ KEEPWORD_DATA_DIR: dataDir }), (app) =>
    fill(app, { ...place, conversationId: contact?.conversationIds[0] ?? "" }, messages, files),
  );
  const client = new pg.Client(server.connection().adminUrl);
  await client.connect();
  await client.query("vacuum analyze");
  await client.end();
  const parts = stack.move();
  return {
    ...{ server, workspace, target, messages, files, contactId: place.contactId },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

interface Place {
  workspaceId: string;
  channelId: string;
  contactId: string;
  conversationId: string;
}

/** Sealed as a webhook's are; written at once, because no one waits for 25,000 webhooks. */
async function fill(app: RunningApp, place: Place, messages: number, files: number): Promise<void> {
  const { workspaceId } = place;
  const key = app.keyring.current(`contact:${place.contactId}`);
  if (!key) throw new Error("nobody wrote");
  const ids: string[] = [];
  for (let at = 0; at < messages; at += PAGE) {
    const rows = Array.from({ length: Math.min(PAGE, messages - at) }, (_, n): NewMessageRow => {
      const id = newId("msg");
      ids.push(id);
      const when = new Date(1_795_165_300_000 + (at + n) * 1_000);
      return {
        ...place,
        ...{ id, senderContactId: null, authorKind: null, authorId: null, direction: "inbound", type: "text" },
        content: sealContent(key, workspaceId, id, {
          content: { kind: "text", text: `message ${at + n}, some words long` },
        }),
        ...{ providerMessageIndex: null, replyToIndex: null, status: 0, error: null, purpose: null },
        ...{ sortAt: when, sentAt: when, receivedAt: when, scheduledAt: null, editedAt: null, deletedAt: null },
      };
    });
    await app.db.tx({ workspaceIds: [workspaceId] }, (tx) => insertMessages(tx, rows));
  }
  for (const messageId of ids.slice(0, files)) {
    async function* bytes(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(FILE_BYTES, messageId);
    }
    const file = { messageId, kind: "document", mimeType: "application/pdf", fileName: "a.pdf", bytes: bytes() };
    await storeAttachment({ ...app, workspaceId }, key, {
      ...file,
      channelId: place.channelId,
      contactId: place.contactId,
    });
  }
}

interface Watched {
  seconds: number;
  /** from the request to the step */
  secondsTo: Record<string, number>;
}

async function watch(bench: Bench, body: object): Promise<Watched & { id: string }> {
  const api = createApiClient(bench.server.url, { apiKey: bench.workspace.apiKey });
  const started = Date.now();
  const { body: made } = await api.post<{ id: string }>("/v1/subject-requests", {
    ...body,
    contactId: bench.contactId,
  });
  for (;;) {
    const { body: now } = await api.get<{ state: string; steps: { step: string; at: string | null }[] }>(
      `/v1/subject-requests/${made.id}`,
    );
    if (now.state === "done") {
      const secondsTo = Object.fromEntries(
        now.steps.map(({ step, at }) => [step, (Date.parse(at ?? "") - started) / 1000]),
      );
      return { id: made.id, seconds: (Date.now() - started) / 1000, secondsTo };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function benchErase(options: BenchOptions): Promise<Figure[]> {
  await using bench = await prepare(options);
  await using loader = startLoader();
  const { target, server } = bench;
  const ms = options.isQuick ? 2_000 : 12_000;
  const paced = async (): Promise<LoadResult> => {
    await loader.run({
      op: "prepare",
      targets: [target],
      people: 200,
      count: (PER_SECOND * ms) / 1000 + 50,
      mix: "messages",
    });
    await loader.run({ op: "open", port: Number(new URL(server.url).port), connections: 16 });
    return loader.run({ op: "paced", perSecond: PER_SECOND, ms });
  };
  await paced(); // the server's code is cold at first
  const before = await paced();
  const [during, erased] = await Promise.all([paced(), watch(bench, { type: "erase" })]);
  const note = `${bench.messages} messages, ${bench.files} files`;
  return [
    { what: "erase to done", value: erased.seconds, unit: "s", must: atMost(30), note },
    { what: "key gone", value: erased.secondsTo["key"] ?? Number.NaN, unit: "s", must: atMost(1) },
    {
      ...{ what: "ingest p99 during, raw: before", value: during.p99, raw: before.p99, unit: "ms" },
      ...{ must: atMost(1.5), note: `${PER_SECOND} messages/s, ${during.ok} of ${during.sent} taken` },
    },
  ];
}

export async function benchExport(options: BenchOptions): Promise<Figure[]> {
  await using bench = await prepare(options);
  const { server, workspace } = bench;
  await workspace.api.get("/v1/contacts");
  const idle = memoryOf(server.pid).now;
  let peak = idle;
  const sampling = setInterval(() => (peak = Math.max(peak, memoryOf(server.pid).now)), 50);
  const made = await watch(bench, { type: "portability" });
  const answer = await fetch(new URL(`/v1/subject-requests/${made.id}/copy`, server.url), {
    headers: workspace.api.headers,
  });
  const bytes = (await answer.arrayBuffer()).byteLength;
  clearInterval(sampling);
  const note = `${bench.messages} messages, ${bench.files} files, ${Math.round(bytes / 1e6)} MB`;
  return [
    { what: "copy to done", value: made.seconds, unit: "s", must: atMost(60), note },
    { what: "memory above idle", value: peak - idle, unit: "MB", must: atMost(200) },
  ];
}
