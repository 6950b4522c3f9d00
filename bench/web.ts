// What a browser must fetch before the inbox shows (JavaScript of the built app, compressed), and how fast conversations are switched.
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { BenchOptions } from "./main.ts";
import { atMost, type Figure } from "./report.ts";
import { switchConversations } from "./web-switch.ts";

const dist = path.join(import.meta.dirname, "../web/dist");

/** Scripts that the page names, and everything those import without waiting to be asked. */
function eagerScripts(): Set<string> {
  const page = fs.readFileSync(path.join(dist, "index.html"), "utf8");
  const found = new Set<string>();
  const follow = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    const text = fs.readFileSync(path.join(dist, file), "utf8");
    for (const [, name] of text.matchAll(/\b(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
      if (name !== undefined) follow(path.join(path.dirname(file), name));
  };
  for (const [, src] of page.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)) if (src !== undefined) follow(src);
  return found;
}

/** The chunks of the inbox route, by the names that the build gives them. */
function routeScripts(eager: ReadonlySet<string>): string[] {
  const text = [...eager].map((file) => fs.readFileSync(path.join(dist, file), "utf8")).join("\n");
  const names = [...text.matchAll(/import\(\s*[`"']\.\/([^`"']+\.js)[`"']\s*\)/g)].flatMap(([, name]) => name ?? []);
  return names.filter((name) => /inbox|conversation|thread|composer/i.test(name)).map((name) => `assets/${name}`);
}

const compressed = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(fs.readFileSync(path.join(dist, file)), { level: 9 }).length, 0) /
  1024;

export async function benchWeb({ isQuick }: BenchOptions): Promise<Figure[]> {
  if (!fs.existsSync(path.join(dist, "index.html")))
    throw new Error("web/dist is not built: node scripts/build-web.ts");
  const eager = eagerScripts();
  const route = routeScripts(eager).filter((file) => !eager.has(file));
  const all = fs
    .readdirSync(path.join(dist, "assets"))
    .filter((name) => name.endsWith(".js"))
    .map((name) => `assets/${name}`);
  const figures: Figure[] = [
    {
      ...{
        what: "JavaScript of the inbox route, gzip",
        value: compressed([...eager, ...route]),
        unit: "kB",
        must: atMost(250),
      },
      note: [...eager, ...route].map((file) => path.basename(file)).join(", "),
    },
    { what: "JavaScript of the whole app, gzip", value: compressed(all), unit: "kB" },
  ];
  figures.push(...(await switchConversations(isQuick)));
  return figures;
}
