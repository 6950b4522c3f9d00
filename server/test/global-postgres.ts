import pg from "pg";
import type { TestProject } from "vitest/node";
import { startCluster } from "../platform/embedded-postgres.ts";
import { migrateProduct } from "./migrate-product.ts";
import { roomyFolder } from "./roomy-folder.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** As the tables' owner; ends in /DB, to be replaced by a database's name. */
    pgUrl: string;
    /** As superuser, which sees past row-level security. */
    pgAdminUrl: string;
    /** A migrated database to clone. */
    pgTemplate: string;
  }
}

/** One cluster per run, with a migrated template that every test file clones in some 30 ms. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startCluster({ dir: roomyFolder(), ephemeral: true });
  const template = "kw_template";
  const client = new pg.Client(cluster.url());
  await client.connect();
  try {
    await client.query(`create database ${template}`);
    await migrateProduct(cluster.url(template));
    await client.query(`alter database ${template} with is_template true allow_connections false`);
    await client.query("checkpoint"); // else the first clone pays for it: 1.8 s measured
  } catch (error) {
    await client.end();
    await cluster.stop();
    throw error;
  }
  await client.end();
  project.provide("pgUrl", cluster.url("DB"));
  project.provide("pgAdminUrl", cluster.adminUrl("DB"));
  project.provide("pgTemplate", template);
  return () => cluster.stop();
}
