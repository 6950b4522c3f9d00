// What sealing and opening cost while events arrive, by a CPU profile of the server: samples with the seals or the keyring on their stack,
// as a share of the CPU of server and database.
import fs from "node:fs";
import path from "node:path";
import { connectTarget } from "../server/test/hook-targets.ts";
import { createWorkspaces, startServerProcess, temporaryFolder } from "../server/test/server-process.ts";
import type { HookTarget } from "../server/test/signed-webhooks.ts";
import { cpuOf, cpuOfFamily } from "./cpu.ts";
import { startLoader } from "./loader.ts";
import type { BenchOptions } from "./main.ts";
import { atMost, type Figure } from "./report.ts";

const appSecret = "0123456789abcdef0123456789abcdef";
/** A closed port: the channels' checks fail at once, and nothing else speaks to the provider here. */
const nowhere = "http://127.0.0.1:9";

const sealing = /\/server\/platform\/(?:seal|open-keyring|keyring-store|key-wrap|key-subject)\.ts$/;
const searching = /\/server\/platform\/words\.ts$/;

export async function benchSealing({ isQuick, scale }: BenchOptions): Promise<Figure[]> {
  const count = isQuick ? 4_000 : Math.round(100_000 * scale);
  const people = isQuick ? 50 : 2_000;
  const dataDir = temporaryFolder("bench");
  await using stack = new AsyncDisposableStack();
  stack.defer(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  const profiles = path.join(dataDir, "profiles");
  const nodeFlags = ["--cpu-prof", "--cpu-prof-interval", "500", "--cpu-prof-dir", profiles];
  const server = await startServerProcess({ dataDir, nodeFlags, env: { KEEPWORD_PROVIDER_ORIGINS: nowhere } });
  stack.defer(() => void server.stop());
  const targets: HookTarget[] = [];
  for (const workspace of await createWorkspaces(server, isQuick ? 2 : 10))
    targets.push(await connectTarget(workspace, { apiBaseUrl: nowhere, appSecret }));
  const loader = stack.use(startLoader());
  const port = Number(new URL(server.url).port);
  await loader.run({ op: "open", port, connections: 8 });
  await loader.run({ op: "plant", targets, people, count: Math.floor(count / 4) });
  await loader.run({ op: "prepare", targets, people, count, mix: "mix" });
  await loader.run({ op: "open", port, connections: 256 });

  const postmaster = server.postmasterPid();
  const before = [cpuOf(server.pid), cpuOfFamily(postmaster)] as const;
  const startedAt = performance.now();
  const result = await loader.run({ op: "closed", ms: 120_000 });
  const serverCpu = cpuOf(server.pid) - before[0];
  const postgresCpu = cpuOfFamily(postmaster) - before[1];
  if (result.ok !== result.sent) throw new Error(`not everything was taken: ${JSON.stringify(result.failures)}`);
  const endedAt = performance.now();
  await server.stop();
  const stopMs = performance.now() - endedAt;
  const [file] = fs.readdirSync(profiles);
  if (!file) throw new Error("the server left no profile");
  const profile = JSON.parse(fs.readFileSync(path.join(profiles, file), "utf8")) as Profile;
  const window = { fromEndMs: stopMs + endedAt - startedAt, toEndMs: stopMs };
  const all = serverCpu + postgresCpu;
  const figure = (what: string, files: RegExp, must: Partial<Figure>): Figure => {
    const share = shareOf(profile, window, files);
    const note = `${((share * serverCpu * 1e6) / result.ok).toFixed(1)} µs an event`;
    return { what, value: (share * serverCpu) / all, unit: "", note, ...must };
  };
  return [
    figure("sealing, opening and keys, of the CPU of server and database", sealing, { must: atMost(0.25) }),
    figure("words of the search", searching, {}),
    { what: "CPU an event, with the profile on", value: (all / result.ok) * 1e6, unit: "µs" },
  ];
}

/** https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile; times are µs */
interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[];
  startTime: number;
  endTime: number;
  samples: number[];
  timeDeltas: number[];
}

/** Share of the time that was not idle, within the window, of samples with one of these files on their stack. */
function shareOf(profile: Profile, window: { fromEndMs: number; toEndMs: number }, files: RegExp): number {
  const parents = new Map<number, number>();
  for (const { id, children = [] } of profile.nodes) for (const child of children) parents.set(child, id);
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const isInside = (id: number): boolean => {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at))
      if (files.test(frames.get(at)?.url ?? "")) return true;
    return false;
  };
  const inside = new Set(profile.nodes.map(({ id }) => id).filter(isInside));
  const from = profile.endTime - window.fromEndMs * 1000;
  const to = profile.endTime - window.toEndMs * 1000;
  let busy = 0;
  let matching = 0;
  let at = profile.startTime;
  for (const [i, id] of profile.samples.entries()) {
    const delta = profile.timeDeltas[i] ?? 0;
    at += delta;
    if (at < from || at > to || frames.get(id)?.functionName === "(idle)") continue;
    busy += delta;
    if (inside.has(id)) matching += delta;
  }
  return busy === 0 ? Number.NaN : matching / busy;
}
