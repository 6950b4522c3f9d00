-- Why a message that waits will never be sent: its queue ended with the log-out of the phone or the closing of the workspace. It stays so when
-- the phone is paired again, or the workspace reopened, before its failure is recorded.
alter table outbox add column ended text check (ended in ('closing', 'logged_out'));
create index outbox_ended on outbox (workspace_id, message_id) where ended is not null;

-- Workspaces with messages that nothing will send: due since before `p_before` on a linked phone that nothing came over since then, or of a
-- queue that ended. Plan: the few channels of those providers, a probe of outbox_lane for each; outbox_ended, which is empty most of the time.
create or replace function kw.stranded_workspaces(p_before timestamptz, p_providers text[]) returns setof text
language sql stable security definer set search_path = public, pg_temp as
  $$ select c.workspace_id from channel c
       left join session s on s.workspace_id = c.workspace_id and s.channel_id = c.id
     where c.provider = any (p_providers) and exists (select 1 from outbox o where o.workspace_id = c.workspace_id and o.channel_id = c.id
       and o.state = 'waiting' and o.due_at < p_before and coalesce(s.last_seen_at < p_before, true))
     union
     select o.workspace_id from outbox o where o.ended is not null and o.state = 'waiting' $$;
