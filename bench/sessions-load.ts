// Messages through linked phones: the product, durable in PostgreSQL, and the bare library, each against the same network.
import type { Client } from "pg";
import type { ConversationView } from "../server/conversations/conversation-view.ts";
import type { MessageDetail } from "../server/messages/view-message.ts";
import { eventually } from "../server/test/linked-phone.ts";
import type { LiveWorkspace, ServerProcess } from "../server/test/server-process.ts";
import type { Page } from "../server/test/shop.ts";
import type { Child } from "./child.ts";
import { cpuOf, cpuOfFamily } from "./cpu.ts";
import type { Bare } from "./linked-bare.ts";
import type { Chat, Network } from "./linked-network.ts";

const timeoutMs = 120_000;
const batchSize = 500;

export interface Setting {
  server: ServerProcess;
  network: Child<Network>;
  bare: Child<Bare>;
  workspace: LiveWorkspace;
  admin: Client;
  chats: Chat[];
  bareChats: Chat[];
}

/** People write; over when every message is committed in PostgreSQL. */
export async function productIn(setting: Setting, run: string, each: number) {
  const { network, server, workspace, admin, chats } = setting;
  const count = chats.length * each;
  const stored = async (): Promise<number> => {
    const { rows } = await admin.query<{ n: number }>(
      "select count(*)::int as n from message where direction = 'inbound'",
    );
    return rows[0]?.n ?? 0;
  };
  const before = await stored();
  const cost = meter([server.sessionsPid() ?? 0], server.postmasterPid());
  await network.ask("say", { chats, each, run });
  await eventually(async () => (await stored()) >= before + count, `${run} in the database`, timeoutMs);
  const spent = cost(count);
  const threads = await readThreads(workspace);
  const texts = threads.flatMap(({ texts: all }) => all.filter(isOf(run)));
  const wanted = chats.flatMap(({ person }) => numbered(each).map((n) => `${run} ${n} of ${person}`));
  const wrong =
    differences(wanted, texts) + threads.filter((thread) => !isInOrder(thread.texts.filter(isOf(run)))).length;
  return { ...spent, wrong };
}

/** Everything is accepted beforehand for one moment; from the first to the last message on a person's phone. */
export async function productOut(setting: Setting, run: string, each: number) {
  const { network, server, workspace, admin } = setting;
  const people = setting.chats.map(({ person }) => person);
  const threads = await readThreads(workspace);
  const count = threads.length * each;
  const startsAt = Date.now() + 5_000 + count * 4;
  const scheduledAt = new Date(startsAt).toISOString();
  const all = numbered(each).flatMap((n) =>
    threads.map(({ id }) => ({ conversationId: id, type: "text", text: `${run} ${n} to ${id}`, scheduledAt })),
  );
  for (let i = 0; i < all.length; i += batchSize) {
    const messages = all.slice(i, i + batchSize);
    const answer = await workspace.api.post<{ data: { isAccepted: boolean }[] }>("/v1/messages/batch", { messages });
    if (answer.status !== 202 || answer.body.data.some((item) => !item.isAccepted))
      throw new Error(`batch: ${answer.status} ${JSON.stringify(answer.body).slice(0, 300)}`);
  }
  if (Date.now() > startsAt) throw new Error("accepting took longer than planned");
  await new Promise((resolve) => setTimeout(resolve, startsAt - Date.now()));
  const cost = meter([server.sessionsPid() ?? 0], server.postmasterPid());
  const isOver = async (): Promise<boolean> =>
    (await admin.query<{ n: number }>("select count(*)::int as n from outbox")).rows[0]?.n === 0;
  await eventually(isOver, `${run} out of the outbox`, timeoutMs);
  const spent = cost(count);
  const heard = await eventually(
    async () => {
      const some = await network.ask("heard", { people, run });
      return new Set(some.map(({ text }) => text)).size >= count && some;
    },
    `${run} on the phones`,
    timeoutMs,
  );
  const { rate, outOfOrder } = measure(heard);
  const wanted = all.map(({ text }) => text);
  return { ...spent, rate, wrong: differences(wanted, firstCopies(heard)) + outOfOrder };
}

/** The same over the bare library: over when its last event was told. */
export async function bareIn({ network, bare, bareChats }: Setting, run: string, each: number) {
  const count = bareChats.length * each;
  const cost = meter([bare.pid]);
  const arrived = bare.ask("arrived", { run, count });
  await network.ask("say", { chats: bareChats, each, run });
  await within(arrived, run);
  return cost(count);
}

export async function bareOut({ network, bare, bareChats }: Setting, run: string, each: number) {
  const people = bareChats.map(({ person }) => person);
  const count = bareChats.length * each;
  const cost = meter([bare.pid]);
  await bare.ask("send", { chats: bareChats, each, run });
  const spent = cost(count);
  const heard = await eventually(
    async () => {
      const some = await network.ask("heard", { people, run });
      return some.length >= count && some;
    },
    `${run} on the phones`,
    timeoutMs,
  );
  return { ...spent, rate: measure(heard).rate };
}

function within<T>(work: Promise<T>, what: string): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`it never came to the end of ${what}`)), timeoutMs).unref();
  });
  return Promise.race([work, late]);
}

/** Counts time and CPU from now on. */
function meter(pids: readonly number[], database?: number) {
  const cpu = (): number => pids.reduce((sum, pid) => sum + cpuOf(pid), 0);
  const family = (): number => (database === undefined ? 0 : cpuOfFamily(database));
  const before = [cpu(), family(), performance.now()] as const;
  return (count: number) => ({
    rate: (count / (performance.now() - before[2])) * 1000,
    cpuMs: ((cpu() - before[0]) / count) * 1000,
    databaseMs: ((family() - before[1]) / count) * 1000,
  });
}

interface Heard {
  id: string;
  by: string;
  text: string;
  at: number;
}

function measure(heard: readonly Heard[]): { rate: number; outOfOrder: number } {
  const times = heard.map(({ at }) => at).toSorted((a, b) => a - b);
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
  const people = Map.groupBy(heard, ({ by }) => by);
  const outOfOrder = [...people.values()].filter((some) => !isInOrder(firstCopies(some))).length;
  return { rate: (heard.length - 1) / seconds, outOfOrder };
}

/** What a phone shows: each message id once. The same text under two ids is two messages. */
function firstCopies(heard: readonly Heard[]): string[] {
  const shown = new Map(heard.toReversed().map((one) => [`${one.by}/${one.id}`, one]));
  return [...shown.values()].toReversed().map(({ text }) => text);
}

const numbered = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const isOf = (run: string) => (text: string) => text.startsWith(`${run} `);
const isInOrder = (texts: readonly string[]): boolean => {
  const numbers = texts.map((text) => Number(text.split(" ")[1]));
  return numbers.every((n, at) => at === 0 || (numbers[at - 1] ?? 0) < n);
};

/** How many are missing, and how many too many. */
function differences(wanted: readonly string[], got: readonly string[]): number {
  const left = new Map<string, number>();
  for (const text of wanted) left.set(text, (left.get(text) ?? 0) + 1);
  for (const text of got) left.set(text, (left.get(text) ?? 0) - 1);
  return [...left.values()].reduce((sum, n) => sum + Math.abs(n), 0);
}

/** All conversations with their texts, oldest first. */
async function readThreads({ api }: LiveWorkspace): Promise<{ id: string; texts: string[] }[]> {
  async function all<T>(path: string): Promise<T[]> {
    const found: T[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const after: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page<T> & { nextCursor: string | null } = (
        await api.get<Page<T> & { nextCursor: string | null }>(`${path}?limit=100${after}`)
      ).body;
      found.push(...page.data);
      cursor = page.nextCursor;
    }
    return found;
  }
  const threads: { id: string; texts: string[] }[] = [];
  for (const { id } of await all<ConversationView>("/v1/conversations")) {
    const messages = await all<MessageDetail>(`/v1/conversations/${id}/messages`);
    threads.push({ id, texts: messages.map(({ text }) => text ?? "").toReversed() });
  }
  return threads;
}
