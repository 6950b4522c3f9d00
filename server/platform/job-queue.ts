import type pg from "pg";
import { appRole } from "./db.ts";

/**
 * The app role may enqueue declared names and nothing else: it cannot reach graphile-worker's schema, so code that runs as that role can
 * neither invent a job nor read, change or delete one.
 */
// What the app role may do in `kw` is left alone: a process that starts beside others would take it from them for a moment.
const enqueueFunction = `
create table if not exists kw.declared_job (name text primary key, max_attempts int);
create or replace function public.kw_enqueue(name text, payload json, run_at timestamptz, job_key text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare attempts int;
begin
  select d.max_attempts into attempts from kw.declared_job d where d.name = kw_enqueue.name;
  if not found then
    raise exception 'job % is not declared', kw_enqueue.name using errcode = '22023';
  end if;
  perform graphile_worker.add_job(kw_enqueue.name, kw_enqueue.payload, run_at => kw_enqueue.run_at, max_attempts => attempts,
    job_key => kw_enqueue.job_key);
end $$;
revoke all on function public.kw_enqueue(text, json, timestamptz, text) from public;
grant execute on function public.kw_enqueue(text, json, timestamptz, text) to ${appRole};
revoke all on schema graphile_worker, kw from public;
revoke all on schema graphile_worker from ${appRole}`;

/** A name, and how often it is tried where that is not the queue's default of 25. */
export type DeclaredJob = string | { name: string; maxAttempts?: number | undefined };

/** Part of migrating: the queue's door for the app role, and the names it lets through. */
export async function declareJobs(client: pg.ClientBase, jobs: readonly DeclaredJob[]): Promise<void> {
  const declared = jobs.map((job) => (typeof job === "string" ? { name: job } : job));
  const names = declared.map((job) => job.name);
  const attempts = declared.map((job) => job.maxAttempts ?? null);
  await client.query("begin");
  try {
    await client.query(enqueueFunction);
    await client.query("delete from kw.declared_job where name <> all($1::text[])", [names]);
    await client.query(
      `insert into kw.declared_job select * from unnest($1::text[], $2::int[])
       on conflict (name) do update set max_attempts = excluded.max_attempts`,
      [names, attempts],
    );
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}
