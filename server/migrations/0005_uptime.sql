-- Health over time: what was found each minute, how many minutes of a day were good, and each outage with its reason.
-- Services (database, mail, queues …) belong to no workspace: their rows have the workspace 'installation'.

create table probe (
  workspace_id text collate "C" not null,
  -- a channel's id, or a service's name
  subject text collate "C" not null,
  at timestamptz not null,
  is_up boolean not null,
  reason text,
  primary key (workspace_id, subject, at)
);
-- rows come in the order of time and leave by age
create index probe_age on probe using brin (at);

-- counted in the statement that inserts the probes, so it needs no second pass over them
create table uptime_day (
  workspace_id text collate "C" not null,
  subject text collate "C" not null,
  day date not null,
  up_count int not null,
  down_count int not null,
  primary key (workspace_id, subject, day)
) with (fillfactor = 70);

create table incident (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  subject text collate "C" not null,
  reason text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  -- when its beginning and its end were told by mail
  start_mailed_at timestamptz,
  end_mailed_at timestamptz,
  primary key (workspace_id, id)
);
create unique index incident_open on incident (workspace_id, subject) where ended_at is null;
create index incident_recent on incident (workspace_id, started_at desc, id desc);

create table alert_setting (
  workspace_id text collate "C" primary key references workspace (id),
  recipients text not null check (recipients in ('owners_and_admins', 'owners', 'nobody')),
  updated_at timestamptz not null
);

-- Linked sessions: what is wrong with each, null when nothing; no row for one that nobody wants connected. A short break heals by itself.
create function kw.session_faults(p_now timestamptz) returns table (workspace_id text, channel_id text, is_measured boolean, reason text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if to_regclass('public.session') is null then return; end if;
  return query execute $q$ select s.workspace_id, s.channel_id, s.state not in ('unpaired', 'pairing'),
      case when s.state in ('replaced', 'logged_out', 'failed') then 'session_' || s.state
           when s.state in ('connecting', 'backing_off') and s.since < $1 - interval '2 minutes' then 'session_lost' end
    from session s $q$ using p_now;
end $$;

-- What /metrics shows beside the queues: how many of what in which state.
create function kw.health_figures() returns table (name text, label text, figure bigint)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query select 'channels'::text, c.status, count(*) from channel c where c.deleted_at is null group by c.status;
  return query select 'incidents'::text, case i.workspace_id when 'installation' then 'service' else 'channel' end, count(*)
    from incident i where i.ended_at is null group by 2;
  if to_regclass('public.session') is not null then
    return query execute 'select ''sessions''::text, s.state, count(*) from session s group by s.state';
  end if;
end $$;

-- One statement a minute for all channels, from what is stored: one look at channel_health and one probe of outbox_lane each (300
-- channels: 10 to 30 ms on two busy cores, measured). Gives back where an outage begins or ends. A channel that was never connected is not measured.
create function kw.probe_channels(p_now timestamptz)
returns table (workspace_id text, channel_id text, is_up boolean, reason text)
language sql volatile security definer set search_path = public, pg_temp as $$
  with seen as (
    select c.workspace_id, c.id, case
        when s.reason is not null then s.reason
        when c.status = 'needs_attention' then case when h.check_state = 'failed' then 'check_failed' else 'provider_stopped' end
        -- due and nothing goes out: nobody sends, or the provider takes nothing
        when coalesce(h.last_sent_at, '-infinity') < p_now - interval '5 minutes' and (o.due_at < p_now - interval '5 minutes'
          or o.attempts > 0 and o.order_at < p_now - interval '5 minutes' and h.last_error_at > coalesce(h.last_sent_at, '-infinity'))
          then 'sending_stalled' end as reason
    from channel c
      join workspace w on w.id = c.workspace_id and w.closed_at is null
      left join channel_health h on h.workspace_id = c.workspace_id and h.channel_id = c.id
      left join kw.session_faults(p_now) s on s.workspace_id = c.workspace_id and s.channel_id = c.id
      left join lateral (select o.due_at, o.order_at, o.attempts from outbox o where o.workspace_id = c.workspace_id
        and o.channel_id = c.id and o.state = 'waiting' order by o.due_at limit 1) o on true
    where c.deleted_at is null and c.status in ('connected', 'needs_attention') and coalesce(s.is_measured, true)),
  kept as (
    insert into probe (workspace_id, subject, at, is_up, reason)
    select workspace_id, id, p_now, reason is null, reason from seen on conflict do nothing
    returning workspace_id, subject, is_up),
  counted as (
    insert into uptime_day as d (workspace_id, subject, day, up_count, down_count)
    select workspace_id, subject, (p_now at time zone 'UTC')::date, is_up::int, 1 - is_up::int from kept
    on conflict (workspace_id, subject, day) do update
      set up_count = d.up_count + excluded.up_count, down_count = d.down_count + excluded.down_count)
  select s.workspace_id, s.id, s.reason is null, s.reason from seen s
    left join incident i on i.workspace_id = s.workspace_id and i.subject = s.id and i.ended_at is null
  where (s.reason is null) = (i.id is not null)
$$;

-- How late each queue is: when the oldest work that is due was due, null when nothing waits.
create function kw.queue_lags(p_now timestamptz) returns table (queue text, oldest_at timestamptz)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query select 'outbox'::text, min(o.due_at) from outbox o where o.state = 'waiting' and o.due_at <= p_now;
  -- only workspaces whose search is behind their log; the first event it has not seen
  return query select 'search'::text, min(e.created_at) from event_counter c left join search_cursor s using (workspace_id)
    cross join lateral (select e.created_at from event e where e.workspace_id = c.workspace_id and e.position > coalesce(s.position, 0)
      order by e.position limit 1) e
    where c.position > coalesce(s.position, 0);
  return query select case when j.task_identifier = 'media.fetch' then 'media' else 'jobs' end, min(j.run_at)
    from graphile_worker.jobs j where j.locked_at is null and j.run_at <= p_now and j.attempts < j.max_attempts group by 1;
  if to_regprocedure('kw.webhook_lag(timestamptz)') is not null then
    -- an endpoint that keeps failing is late by its own fault
    return query execute $q$ select 'webhooks'::text, min(l.oldest_due_at) from kw.webhook_lag($1) l where not l.is_failing $q$ using p_now;
  end if;
end $$;

-- Ages out: probes after days, day counts and ended incidents after a year and more.
create function kw.drop_probes(p_probes_before timestamptz, p_rest_before timestamptz) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
  delete from probe where at < p_probes_before;
  delete from uptime_day where day < (p_rest_before at time zone 'UTC')::date;
  delete from incident where started_at < p_rest_before and ended_at is not null;
$$;
