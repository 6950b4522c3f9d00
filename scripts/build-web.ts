// Builds the web app into web/dist when its inputs have changed since the last build. Before `npm start` and `npm test`.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const web = path.join(root, "web");
const dist = path.join(web, "dist");
const stamp = path.join(dist, ".inputs");

/** Every file that the result depends on; `dist`, tests and installed packages are not (the lockfile stands for those). */
function inputs(): string[] {
  const list = (dir: string) =>
    fs
      .readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
  const configs = fs.readdirSync(web, { withFileTypes: true }).filter((entry) => entry.isFile());
  const folders = [path.join(web, "src"), path.join(web, "public"), path.join(root, "sdk")].filter((dir) =>
    fs.existsSync(dir),
  );
  return [
    path.join(root, "package-lock.json"),
    ...configs.map((entry) => path.join(web, entry.name)),
    ...folders.flatMap(list).filter((file) => !/[/\\](node_modules|dist)[/\\]|\.test\.ts$/.test(file)),
  ].toSorted();
}

function fingerprint(): string {
  const hash = createHash("sha256");
  for (const file of inputs()) {
    const content = fs.readFileSync(file);
    hash.update(`${path.relative(root, file)}\n${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/** On dist's own disk, so that a rename moves it, and where git does not look. */
function freshFolder(): string {
  const cache = path.join(root, "node_modules", ".cache");
  fs.mkdirSync(cache, { recursive: true });
  return fs.mkdtempSync(path.join(cache, "web-dist-"));
}

async function buildWeb(): Promise<void> {
  if (!fs.existsSync(path.join(web, "index.html")))
    return console.log("web: nothing to build, there is no web/index.html");
  const now = fingerprint();
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === now) return;
  const { build } = await import("vite"); // 0.4 s that a start without changes does not pay
  // built beside and swapped in whole: an interrupted build leaves the last one, and two at once do not mix
  const fresh = freshFolder();
  try {
    await build({
      root: web,
      configFile: path.join(web, "vite.config.ts"),
      logLevel: "warn",
      build: { outDir: fresh },
    });
    fs.writeFileSync(path.join(fresh, ".inputs"), now);
    fs.chmodSync(fresh, 0o755); // mkdtemp's 0700 would hide it from a server of another user
    fs.rmSync(dist, { recursive: true, force: true });
    fs.renameSync(fresh, dist);
  } catch (error) {
    // another start built the same meanwhile
    if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== now) throw error;
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
}

await buildWeb();
