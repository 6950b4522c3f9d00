import { globSync } from "node:fs";
import type { PgTable } from "drizzle-orm/pg-core";
import type { EventDeclaration } from "../server/platform/event.ts";
import type { Route } from "../server/platform/route.ts";
import { allTables as tables } from "../server/schema.ts";

const root = new URL("../", import.meta.url);
const load = async (pattern: string): Promise<unknown[]> => {
  const files = globSync(pattern, { cwd: root })
    .filter((f) => !f.includes(".test."))
    .toSorted();
  const modules = await Promise.allSettled(files.map((file) => import(new URL(file, root).href) as Promise<object>));
  return modules.flatMap((module) => (module.status === "fulfilled" ? Object.values(module.value) : []));
};

export const allTables: readonly PgTable[] = tables;
export const allRoutes = (await load("server/*/*.routes.ts")).filter(Array.isArray).flat() as Route[];
export const allEvents = (await load("server/!(platform|test|migrations)/*.ts")).filter(
  (value) => typeof value === "object" && value !== null && "type" in value && "doc" in value && "payload" in value,
) as EventDeclaration[];
