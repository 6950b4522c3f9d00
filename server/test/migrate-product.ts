import fs from "node:fs";
import path from "node:path";
import { migrate } from "../platform/migrate.ts";

interface Schema {
  derivedStatements(): string[];
  declaredJobs(): string[];
}

/** Migrates exactly as the server does at its start. */
export async function migrateProduct(url: string): Promise<void> {
  const server = path.resolve(import.meta.dirname, "..");
  const file = path.join(server, "schema.ts");
  const schema = fs.existsSync(file) ? ((await import(file)) as Schema) : undefined;
  await migrate({
    url,
    dir: path.join(server, "migrations"),
    derived: schema?.derivedStatements() ?? [],
    jobs: schema?.declaredJobs() ?? [],
  });
}
