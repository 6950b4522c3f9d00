-- The ledger also knows what a restored backup must not lose: refusals of consent, holds. Closed words and ids, no text.
alter table erasure_ledger add column detail jsonb;

-- Workspaces with messages that nothing will send: due since before `p_before` on a linked phone that nothing came over since then, left over
-- when a phone was logged out, or in a workspace that closes. Plan: the few channels of those providers, a probe of outbox_lane for each;
-- the few workspaces that close, a probe of the outbox' key.
create or replace function kw.stranded_workspaces(p_before timestamptz, p_providers text[]) returns setof text
language sql stable security definer set search_path = public, pg_temp as
  $$ select c.workspace_id from channel c
       left join session s on s.workspace_id = c.workspace_id and s.channel_id = c.id
     where c.provider = any (p_providers) and exists (select 1 from outbox o where o.workspace_id = c.workspace_id and o.channel_id = c.id
       and o.state = 'waiting' and (o.due_at < p_before and coalesce(s.last_seen_at < p_before, true)
         or s.state = 'logged_out' and s.reason like 'asked%' and o.order_at <= s.since))
     union
     select w.id from workspace w where w.closing_at is not null and w.closed_at is null
       and exists (select 1 from outbox o where o.workspace_id = w.id and o.state = 'waiting') $$;

-- whose search is made anew after a restore
create function kw.open_workspaces() returns setof text
language sql stable security definer set search_path = public, pg_temp as
  $$ select id from workspace where closed_at is null order by id $$;

-- the sweeps are derived from the tables' declarations
drop function kw.purge_contact_links(timestamptz);

-- Who imports a person's copy now: one at a time in a workspace. A process that died leaves a row that ends by itself.
create table copy_import (
  workspace_id text collate "C" primary key references workspace (id),
  started_at timestamptz not null,
  ends_at timestamptz not null
);
