-- What waits for a phone that is not linked, or for a channel that its provider stopped, is an outage of that channel and no lag of ours: one such
-- message held the service down.
-- How late each queue is: when the oldest work that is due was due, null when nothing waits.
create or replace function kw.queue_lags(p_now timestamptz) returns table (queue text, oldest_at timestamptz)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query select 'outbox'::text, min(o.due_at) from outbox o join workspace w on w.id = o.workspace_id
    join channel c on c.workspace_id = o.workspace_id and c.id = o.channel_id
    where c.status = 'connected' and not exists (select from session s
        where s.workspace_id = c.workspace_id and s.channel_id = c.id and s.state not in ('connected', 'restricted'))
      and o.state = 'waiting' and o.due_at <= p_now
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
