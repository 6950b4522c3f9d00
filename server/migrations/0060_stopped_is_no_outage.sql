-- What waits because its workspace may not send (suspended, or without its agreements) is no outage and no lag.

-- One statement a minute for all channels, from what is stored: one look at channel_health and one probe of outbox_lane each (300
-- channels: 10 to 30 ms on two busy cores, measured). Gives back where an outage begins or ends. A channel that was never connected is not measured.
create or replace function kw.probe_channels(p_now timestamptz)
returns table (workspace_id text, channel_id text, is_up boolean, reason text)
language sql volatile security definer set search_path = public, pg_temp as $$
  with seen as (
    select c.workspace_id, c.id, case
        when s.reason is not null then s.reason
        when c.status = 'needs_attention' then case when h.check_state = 'failed' then 'check_failed' else 'provider_stopped' end
        -- due and nothing goes out: nobody sends, or the provider takes nothing
        when w.suspended_at is null and (w.agreements_due_at is null or w.agreements_due_at > p_now)
          and coalesce(h.last_sent_at, '-infinity') < p_now - interval '5 minutes' and (o.due_at < p_now - interval '5 minutes'
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
create or replace function kw.queue_lags(p_now timestamptz) returns table (queue text, oldest_at timestamptz)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query select 'outbox'::text, min(o.due_at) from outbox o join workspace w on w.id = o.workspace_id
    where o.state = 'waiting' and o.due_at <= p_now
      and w.suspended_at is null and (w.agreements_due_at is null or w.agreements_due_at > p_now);
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
