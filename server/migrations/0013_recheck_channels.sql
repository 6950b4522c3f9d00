-- Channels that work as far as anyone knows and were not asked about for a while: a token may end without a message to notice it by.
-- Linked channels are not checked (`checked_at` stays null): their session tells how it stands.
create function kw.channels_to_check(p_before timestamptz, p_limit int) returns table (workspace_id text, channel_id text)
language sql stable security definer set search_path = public, pg_temp as
  $$ select c.workspace_id, c.id from channel c join workspace w on w.id = c.workspace_id and w.closed_at is null
     join channel_health h on h.workspace_id = c.workspace_id and h.channel_id = c.id
     where c.deleted_at is null and c.status = 'connected' and h.checked_at < p_before order by h.checked_at limit p_limit $$;
