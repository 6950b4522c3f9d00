-- Webhooks: endpoints of a workspace, what is to be delivered to them, and what became of each attempt.

-- set while an endpoint wants the workspace's events: then the commit that makes an event makes its deliveries too
alter table event_counter add column is_followed boolean not null default false;

create table webhook_endpoint (
  workspace_id text collate "C" not null references workspace (id),
  id text collate "C" not null,
  -- sealed to the workspace: the address (it may hold a token), custom headers, signing keys
  secrets bytea not null,
  url_index bytea not null,
  description text not null default '',
  event_types text[] not null,
  -- the same as patterns for LIKE
  type_patterns text[] not null,
  channel_ids text[],
  is_ordered boolean not null,
  style text not null check (style in ('standard', 'cloud_api')),
  status text not null default 'enabled' check (status in ('enabled', 'disabled')),
  disabled_at timestamptz,
  disabled_reason text check (disabled_reason in ('by_hand', 'gone', 'failing')),
  -- of the failures since the last success
  failing_since timestamptz,
  last_failure_at timestamptz,
  failure_count int not null default 0,
  paused_until timestamptz,
  last_success_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, url_index)
) with (fillfactor = 50);

-- One event for one endpoint. While it is `pending`, it is due at `due_at` and taken until `leased_until`; a process that dies leaves a
-- lease that ends. No foreign key to the endpoint: the check would lock its row in every commit that makes an event.
create table delivery (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  endpoint_id text collate "C" not null,
  event_id text collate "C" not null,
  event_type text not null,
  position bigint not null,
  -- when the event was logged: leads to its partition
  event_at timestamptz not null,
  -- for endpoints that want order: what must not overtake each other
  order_key text collate "C",
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  due_at timestamptz not null,
  leased_until timestamptz,
  attempts int not null default 0,
  finished_at timestamptz,
  last_status int,
  last_outcome text,
  primary key (workspace_id, id)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.01);
create index delivery_due on delivery (workspace_id, endpoint_id, due_at, position) where state = 'pending';
create index delivery_order on delivery (workspace_id, endpoint_id, order_key, position) where state = 'pending' and order_key is not null;
create index delivery_list on delivery (workspace_id, endpoint_id, position desc);
create index delivery_age on delivery (event_at);

create table delivery_attempt (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  delivery_id text collate "C" not null,
  started_at timestamptz not null,
  duration_ms int not null,
  outcome text not null,
  status int,
  -- first 2 kB of the answer, sealed to the workspace
  answer bytea,
  primary key (workspace_id, id)
);
create index delivery_attempt_of on delivery_attempt (workspace_id, delivery_id, started_at);
create index delivery_attempt_age on delivery_attempt (started_at);

-- Endpoints that may be called now and have something due: one probe of delivery_due for each.
create function kw.webhook_lanes(p_now timestamptz) returns table (workspace_id text, endpoint_id text)
language sql stable security definer set search_path = public, pg_temp as
  $$ select e.workspace_id, e.id from webhook_endpoint e join workspace w on w.id = e.workspace_id and w.closed_at is null
     where e.status = 'enabled' and (e.paused_until is null or e.paused_until <= p_now)
       and exists (select 1 from delivery d where d.workspace_id = e.workspace_id and d.endpoint_id = e.id and d.state = 'pending'
         and d.due_at <= p_now and (d.leased_until is null or d.leased_until <= p_now)) $$;

-- How late the oldest delivery is, apart for endpoints that answer and for those that keep failing.
create function kw.webhook_lag(p_now timestamptz) returns table (is_failing boolean, endpoints bigint, oldest_due_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as
  $$ select e.failing_since is not null, count(*), min(o.due_at) from webhook_endpoint e left join lateral (
       select d.due_at from delivery d where d.workspace_id = e.workspace_id and d.endpoint_id = e.id and d.state = 'pending'
         and d.due_at <= p_now order by d.due_at limit 1) o on true
     where e.status = 'enabled' group by 1 $$;

-- What is older than the log is kept goes: by so many rows a call, so that no lock is held long.
create function kw.prune_deliveries(p_before timestamptz, p_limit int) returns bigint
language sql volatile security definer set search_path = public, pg_temp as
  $$ with attempt as (delete from delivery_attempt where (workspace_id, id) in (
         select workspace_id, id from delivery_attempt where started_at < p_before limit p_limit) returning 1),
       gone as (delete from delivery where (workspace_id, id) in (
         select workspace_id, id from delivery where event_at < p_before limit p_limit) returning 1)
     select (select count(*) from attempt) + (select count(*) from gone) $$;
