// Group commit against single rows (G6), with the product's own functions, sealing included; what the search index adds (G10).
import fs from "node:fs";
import path from "node:path";
import { createApp, type RunningApp } from "../server/app.ts";
import { routeParts } from "../server/inbound/route-parts.ts";
import { writeArrivals } from "../server/inbound/write-arrivals.ts";
import type { Unit } from "../server/inbound/batch.ts";
import { readConfig } from "../server/platform/config.ts";
import { indexLookupsOnly, openDatabase } from "../server/platform/db.ts";
import { readConnectionFile } from "../server/platform/embedded-postgres.ts";
import { createLog } from "../server/platform/log.ts";
import { indexLog } from "../server/search/index-log.ts";
import { textBody, type HookTarget } from "../server/test/signed-webhooks.ts";
import { cpuOfFamily } from "./cpu.ts";
import { atLeast, atMost, type Figure } from "./report.ts";

export async function compareBatches(
  dataDir: string,
  targets: readonly HookTarget[],
  isQuick: boolean,
): Promise<Figure[]> {
  const config = readConfig({ KEEPWORD_DATA_DIR: dataDir });
  await using app = await createApp(config, { hasJobs: false, connections: 2, log: createLog({ level: "silent" }) });
  const url = readConnectionFile(path.join(dataDir, "postgres"))?.url;
  if (url === undefined) throw new Error("no database runs");
  // the intake's own settings
  await using db = await openDatabase({ url, max: 1, settings: indexLookupsOnly });
  const write: Write = (units) => writeArrivals({ ...app, db }, units, [], app.inboundHandlers);
  const postmaster = path.join(dataDir, "postgres", "data", "postmaster.pid");
  const postmasterPid = Number(fs.readFileSync(postmaster, "utf8").split("\n", 1)[0]);
  const batches = isQuick ? 2 : 20;
  const singles = isQuick ? 50 : 1_000;
  await writeBatches(write, app, targets, 1, 500); // warm
  const rates: { batched: number; single: number; us: number }[] = [];
  for (let rep = 0; rep < (isQuick ? 1 : 3); rep++) {
    const cpuBefore = cpuOfFamily(postmasterPid);
    const batched = await writeBatches(write, app, targets, batches, 500);
    const us = ((cpuOfFamily(postmasterPid) - cpuBefore) / (batches * 500)) * 1e6;
    const single = await writeBatches(write, app, targets, singles, 1);
    rates.push({ batched, single, us });
  }
  const indexed = await indexAll(app, targets, postmasterPid);
  const best = rates.toSorted((a, b) => a.batched / a.single - b.batched / b.single)[Math.floor(rates.length / 2)];
  if (!best) return [];
  return [
    {
      ...{ goal: "G6", what: "messages a second in batches of 500, against one at a time" },
      ...{ value: best.batched, raw: best.single, unit: "/s", must: atLeast(10), stretch: atLeast(15) },
      note: "one connection, the product's whole transaction",
    },
    { what: "PostgreSQL CPU a message in batches", value: best.us, unit: "µs" },
    {
      ...{ goal: "G10", what: "PostgreSQL CPU a message that the search index adds", value: indexed, raw: best.us },
      ...{ unit: "µs", must: atMost(1), stretch: atMost(0.5), note: "raw: the line above" },
    },
  ];
}

/** PostgreSQL's µs a message of bringing the search up to date: with `hasJobs: false` nothing has done it yet for what was written here. */
async function indexAll(app: RunningApp, targets: readonly HookTarget[], postmasterPid: number): Promise<number> {
  const homes = targets.flatMap((target) => app.channels.peek(path.basename(target.path)) ?? []);
  const workspaceIds = [...new Set(homes.map((home) => home.workspaceId))];
  const before = cpuOfFamily(postmasterPid);
  for (let open = workspaceIds; open.length > 0;) open = (await indexLog(app, open)).unfinished;
  return ((cpuOfFamily(postmasterPid) - before) / serial) * 1e6;
}

type Write = (units: readonly Unit[]) => Promise<unknown>;

async function writeBatches(
  write: Write,
  app: RunningApp,
  targets: readonly HookTarget[],
  batches: number,
  size: number,
): Promise<number> {
  const made = Array.from({ length: batches }, () => unitsOf(app, targets, size));
  const startedAt = performance.now();
  for (const units of made) await write(units);
  return (batches * size * 1000) / (performance.now() - startedAt);
}

let serial = 0;

function unitsOf(app: RunningApp, targets: readonly HookTarget[], size: number): Unit[] {
  const provider = app.providers.whatsapp_cloud;
  if (provider?.receive.mode !== "hook") throw new Error("no hook");
  const units: Unit[] = [];
  for (let i = 0; i < size; i++) {
    const target = targets[i % targets.length];
    const home = target && app.channels.peek(path.basename(target.path));
    if (!target || !home) throw new Error("no channel");
    const id = `wamid.batch${serial++}`;
    const from = `2547${String(Math.floor(Math.random() * 2_000)).padStart(8, "0")}`;
    const timestamp = Math.floor(Date.now() / 1000);
    const body = textBody(target, {
      from,
      name: "Someone",
      id,
      text: `order ${serial} of the blue kettle is late`,
      timestamp,
    });
    const input = { provider: "whatsapp_cloud" as const, parsed: provider.receive.parse(body), bytes: body.length };
    units.push(...routeParts(app.channels, { ...input, receivedAt: new Date(), isSignedFor: () => true, home }).units);
  }
  return units;
}
