import type pg from "pg";
import { appRole } from "./db.ts";

/**
 * The app role may enqueue declared names and nothing else: it cannot reach graphile-worker's schema, so code that runs as that role can
 * neither invent a job nor read, change or delete one.
 */
const enqueueFunction = `
create table if not exists kw.declared_job (name text primary key);
create or replace function public.kw_enqueue(name text, payload json, run_at timestamptz, job_key text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select 1 from kw.declared_job d where d.name = kw_enqueue.name) then
    raise exception 'job % is not declared', kw_enqueue.name using errcode = '22023';
  end if;
  perform graphile_worker.add_job(kw_enqueue.name, kw_enqueue.payload, run_at => kw_enqueue.run_at, job_key => kw_enqueue.job_key);
end $$;
revoke all on function public.kw_enqueue(text, json, timestamptz, text) from public;
grant execute on function public.kw_enqueue(text, json, timestamptz, text) to ${appRole};
revoke all on schema graphile_worker, kw from public, ${appRole}`;

/** Part of migrating: the queue's door for the app role, and the names it lets through. */
export async function declareJobs(client: pg.ClientBase, names: readonly string[]): Promise<void> {
  await client.query(`begin;${enqueueFunction}`);
  try {
    await client.query("delete from kw.declared_job where name <> all($1::text[])", [names]);
    await client.query("insert into kw.declared_job select unnest($1::text[]) on conflict do nothing", [names]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}
