-- A process says that it lives by a lock which its own connection shares: it ends with the process, also by kill -9, so what a dead one
-- owned is taken over before its leases end. A connection can be lost for a moment: who renewed its leases lately lives. Without the lock
-- a name is nobody's; with it, an owner that is stuck still loses its leases by time.
-- `presence` as two numbers of four bytes each: a name that collides with a living one looks alive, and time decides.
create function kw.is_present(p_name text) returns boolean
language sql volatile set search_path = public, pg_temp as
  $$ select not pg_try_advisory_xact_lock(1802658917, hashtext(p_name)) $$;

-- Leases that end after `p_fresh` were renewed lately. Plan: one try of a lock for each owner, not for each session.
drop function kw.session_work(timestamptz);
create function kw.session_work(p_now timestamptz, p_fresh timestamptz)
returns table (workspace_id text, channel_id text, owner text, is_free boolean, command_no int)
language sql volatile security definer set search_path = public, pg_temp as
  $$ with gone as materialized (select o.owner from (select distinct l.owner from session_lease l where l.expires_at > p_now and l.expires_at <= p_fresh) o
       where not kw.is_present(o.owner))
     select s.workspace_id, s.channel_id, l.owner, l.expires_at is null or l.expires_at <= p_now
         or l.expires_at <= p_fresh and l.owner in (select owner from gone),
       case when s.command is null then 0 else s.command_no end
     from session s join workspace w on w.id = s.workspace_id and w.closing_at is null and w.closed_at is null
       left join session_lease l on l.workspace_id = s.workspace_id and l.channel_id = s.channel_id
     where s.is_wanted or s.command is not null
     order by s.last_seen_at desc nulls last, s.channel_id $$;
