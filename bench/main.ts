// `npm run bench -- NAME`: the product's claims about speed, each as a command. Nothing here decides a test.
import { parseArgs } from "node:util";
import { describeMachine, printReport, verdict, type Figure } from "./report.ts";

export interface BenchOptions {
  /** A small run that shows that everything works; its figures mean nothing. */
  isQuick: boolean;
  /** Share of the data of the inbox benchmark, and of the length of the ingest and send runs, of the linked phones. */
  scale: number;
  keep: string | undefined;
}

type Bench = (options: BenchOptions) => Promise<Figure[]>;

const benches: Record<string, () => Promise<Bench>> = {
  erase: async () => (await import("./subjects.ts")).benchErase,
  export: async () => (await import("./subjects.ts")).benchExport,
  ingest: async () => (await import("./ingest.ts")).benchIngest,
  inbox: async () => (await import("./inbox.ts")).benchInbox,
  sealing: async () => (await import("./sealing.ts")).benchSealing,
  send: async () => (await import("./send.ts")).benchSend,
  sessions: async () => (await import("./sessions.ts")).benchSessions,
  stream: async () => (await import("./stream.ts")).benchStream,
  sweep: async () => (await import("./sweep.ts")).benchSweep,
  web: async () => (await import("./web.ts")).benchWeb,
  webhooks: async () => (await import("./webhooks.ts")).benchWebhooks,
};

const usage = `Usage: npm run bench -- ${Object.keys(benches).join("|")} [--quick] [--json FILE] [--scale 0.1] [--keep DIR]`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: "boolean" },
      json: { type: "string" },
      scale: { type: "string" },
      keep: { type: "string" },
    },
  });
  const name = positionals[0] ?? "";
  const load = benches[name];
  if (!load || positionals.length !== 1) {
    console.error(usage);
    return 2;
  }
  const machine = describeMachine();
  const started = performance.now();
  const bench = await load();
  const isQuick = values.quick ?? false;
  const figures = await bench({ isQuick, scale: Number(values.scale ?? (isQuick ? 0.002 : 1)), keep: values.keep });
  const seconds = Math.round((performance.now() - started) / 1000);
  const command = process.argv.slice(2).join(" ");
  printReport({ name, command, machine, seconds, figures }, values.json);
  const missed = figures.filter((figure) => verdict(figure) === "MISS").length;
  console.log(missed === 0 ? "\nevery goal is met" : `\n${missed} missed`);
  return 0;
}

process.exitCode = await main();
