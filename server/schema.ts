// Everything that is declared, in lists: read by the boot, the migrator, the docs generator and the registry tests.
import type { PgTable } from "drizzle-orm/pg-core";
import { derivedStatements as deriveStatements } from "./platform/table.ts";

export const allTables: PgTable[] = [];

/** Row-level security and grants for all tables, run by the migrator after the migrations. */
export const derivedStatements = (): string[] => deriveStatements(allTables);

/** The only job names that the queue's wrapper accepts. */
export const declaredJobs = (): string[] => [];
