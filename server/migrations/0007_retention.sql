-- What keeps somebody's data from being deleted: a legal claim, an authority's order. Reasons are closed words, and every hold ends.
create table legal_hold (
  workspace_id text collate "C" not null references workspace (id),
  id text collate "C" not null,
  subject_kind text not null check (subject_kind in ('contact', 'workspace')),
  -- a contact's id, or the workspace's own
  subject_id text collate "C" not null,
  reason text not null check (reason in ('legal_claim', 'authority_order', 'statutory_duty', 'security_incident')),
  until timestamptz not null,
  created_by text collate "C",
  created_at timestamptz not null,
  released_by text collate "C",
  released_at timestamptz,
  primary key (workspace_id, id)
);
create index legal_hold_subject on legal_hold (workspace_id, subject_id) where released_at is null;
create index legal_hold_until on legal_hold (until);

-- How long a workspace keeps what no channel decides about; without a row the defaults of the declarations.
create table retention_setting (
  workspace_id text collate "C" primary key references workspace (id),
  contact_inactive_days int not null check (contact_inactive_days between 30 and 3650),
  note_days int not null check (note_days between 30 and 3650),
  updated_at timestamptz not null
);

-- For each swept table: everything that was due before `swept_at` is gone.
create table sweep_mark (
  name text primary key,
  swept_at timestamptz not null
);

-- How many messages of which kind there were on a day, when the messages themselves are gone. No column leads to a person.
create table message_day (
  workspace_id text collate "C" not null references workspace (id),
  channel_id text collate "C" not null,
  day date not null,
  direction text not null,
  type text not null,
  status smallint not null,
  count bigint not null,
  primary key (workspace_id, channel_id, day, direction, type, status)
) with (fillfactor = 70);

-- each table's derived sweep took their place
drop function kw.purge_repeats(timestamptz);
drop function kw.prune_deliveries(timestamptz, int);
drop function kw.drop_probes(timestamptz, timestamptz);
drop function kw.session_leftovers(timestamptz, timestamptz, timestamptz);

-- channels of workspaces with a hold: their transit keys outlive their day
create function kw.held_channels(p_now timestamptz) returns setof text
language sql stable security definer set search_path = public, pg_temp as
  $$ select c.id from channel c where exists (select 1 from legal_hold h where h.workspace_id = c.workspace_id
       and h.released_at is null and h.until > p_now) $$;

-- the sweep walks a tree; its index is derived
drop index probe_age;
