// A process that owns an embedded cluster, as the server does: prints one JSON line when it is up or has failed, stops when told on stdin.
import { startCluster } from "../platform/embedded-postgres.ts";

const [dir = "", mode = ""] = process.argv.slice(2);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
try {
  const cluster = await startCluster({ dir, ephemeral: mode === "ephemeral" });
  say({ dir: cluster.dir, dataDir: cluster.dataDir, url: cluster.url() });
  process.stdin.once("data", () => void cluster.stop().then(() => process.exit(0)));
} catch (error) {
  const { name, message } = error as Error;
  say({ error: { name, message } });
  process.exit(1);
}
