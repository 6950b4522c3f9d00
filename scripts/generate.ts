// Writes what is derived from the declarations: documents and the SDK's types. `--check` writes nothing and fails on a difference.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildOpenApi } from "../server/platform/openapi.ts";
import { eventBodies } from "../server/realtime/render-events.ts";
import { allEvents, allProcessors, allStores, allTables, routes, unlisted } from "./declared.ts";
import { readChecklist } from "../server/privacy/asvs.ts";
import { printAsvs } from "./print-asvs.ts";
import { note, printConfiguration, printDataMap, printErrors, printEvents } from "./print-docs.ts";
import { printAnnex, printProcessing } from "./print-processing.ts";
import { printSdk } from "./print-sdk.ts";
import { printEvidence, taggedTests } from "./tagged-tests.ts";

const root = join(import.meta.dirname, "..");
const openApi = buildOpenApi({ routes, events: allEvents, eventBodies });

const files: Record<string, string> = {
  "docs/openapi.json": `${JSON.stringify(openApi, null, 2)}\n`,
  "docs/errors.md": printErrors(routes),
  "docs/events.md": printEvents(allEvents, eventBodies),
  "docs/configuration.md": printConfiguration(),
  "docs/data-map.md": printDataMap(allTables),
  "docs/processing.md": printProcessing({ note, tables: allTables, stores: allStores, processors: allProcessors }),
  "docs/processing-annex.md": printAnnex({ note, tables: allTables, processors: allProcessors }),
  "docs/asvs.md": printAsvs(readChecklist(), note),
  "sdk/src/schema.ts": printSdk(openApi),
  "server/privacy/evidence.json": printEvidence(taggedTests()),
};

const isCheck = process.argv.includes("--check");
const stale = Object.entries(files).filter(([path, text]) => read(path) !== text);
for (const [path, text] of stale) {
  if (isCheck) {
    console.error(`${path} is not what the declarations say; run: npm run generate`);
    continue;
  }
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(`wrote ${path}`);
}
const missing = unlisted();
for (const sentence of missing) console.error(sentence);
process.exitCode = (isCheck && stale.length > 0) || missing.length > 0 ? 1 : 0;

function read(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}
