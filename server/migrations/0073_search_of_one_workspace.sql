-- The workspace as a value, so that the planner knows how many of its messages have the words: few, and it reads the GIN index; many, and it
-- walks back by time (2 million messages, a word in six of ten: 1,700 ms before, 0.7 ms so). The setting still decides what may be seen.
-- The function of five arguments stays for servers of before the upgrade.
create function kw.search_messages(p_workspace text, p_tokens bigint[], p_before timestamptz, p_before_id text, p_channel_ids text[], p_limit int)
returns table (message_id text, conversation_id text, sort_at timestamptz)
language sql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as
  $$ select message_id, conversation_id, sort_at from message_search
     where workspace_id = p_workspace and p_workspace = any (kw.workspaces()) and tokens @> p_tokens
       and (p_channel_ids is null or channel_id = any (p_channel_ids))
       and (p_before is null or (sort_at, message_id) < (p_before, p_before_id))
     order by sort_at desc, message_id desc limit p_limit $$;
