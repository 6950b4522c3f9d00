-- Since when a channel keeps what was said for how long. A message follows the strictest mode of its channel since it came:
-- a stricter mode applies to what is stored already, a looser one only to what comes.
create table content_period (
  workspace_id text collate "C" not null,
  channel_id text collate "C" not null,
  since timestamptz not null,
  mode text not null,
  primary key (workspace_id, channel_id, since),
  foreign key (workspace_id, channel_id) references channel (workspace_id, id) on delete cascade
);
insert into content_period (workspace_id, channel_id, since, mode)
  select workspace_id, id, created_at, content_mode from channel;

-- what a channel still holds, oldest first: the sweep walks it, and rows leave it when their content goes. Neither column changes with
-- a status, so status updates stay HOT
create index message_content_age on message (workspace_id, channel_id, sort_at, id) where content is not null;
create index reaction_age on reaction (workspace_id, channel_id, occurred_at);
create index attachment_removed on attachment (workspace_id, id) where state = 'removed';

-- for the sweep, which serves all workspaces
create function kw.content_periods()
returns table (workspace_id text, channel_id text, since timestamptz, mode text)
language sql stable security definer set search_path = public, pg_temp as
  $$ select p.workspace_id, p.channel_id, p.since, p.mode from content_period p join workspace w on w.id = p.workspace_id
     where w.closed_at is null order by p.workspace_id, p.channel_id, p.since $$;

-- one row: everything that was due before `swept_at` is cleared
create table content_sweep (
  id smallint primary key check (id = 1),
  swept_at timestamptz not null
);

-- what repeats of a request are answered from, in every workspace; by the age indexes
create function kw.purge_repeats(p_before timestamptz) returns void
language sql volatile security definer set search_path = public, pg_temp as
  $$ delete from idempotency_record where created_at < p_before;
     delete from message_batch where created_at < p_before - interval '1 day' $$;
