-- Workspaces with messages that have been due since before `p_before` on a linked phone that nothing came over since then. Plan: the few
-- channels of those providers, a probe of outbox_lane for each.
create function kw.stranded_workspaces(p_before timestamptz, p_providers text[]) returns setof text
language sql stable security definer set search_path = public, pg_temp as
  $$ select distinct c.workspace_id from channel c
       left join session s on s.workspace_id = c.workspace_id and s.channel_id = c.id
     where c.provider = any (p_providers) and coalesce(s.last_seen_at < p_before, true)
       and exists (select 1 from outbox o where o.workspace_id = c.workspace_id and o.channel_id = c.id
         and o.state = 'waiting' and o.due_at < p_before) $$;
