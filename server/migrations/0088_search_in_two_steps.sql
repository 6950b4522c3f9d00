-- The newest 5,000 messages are walked back from now, what is older is found by the GIN index. Which of the two serves a word better the
-- planner cannot tell: of an element that its statistics do not hold it takes one message in 200 to have it, so that where most messages
-- come from templates it walked through all of a workspace for an order's number (400,000 messages: 700 ms, so 20).
-- plpgsql: before PostgreSQL 18 a function in SQL is planned without its values.
create or replace function kw.search_messages(p_workspace text, p_tokens bigint[], p_before timestamptz, p_before_id text, p_channel_ids text[], p_limit int)
returns table (message_id text, conversation_id text, sort_at timestamptz)
language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  v_walked int := 0;
  v_found int := 0;
  v_row record;
begin
  if not coalesce(p_workspace = any (kw.workspaces()), false) then return; end if;
  -- plan: message_search_time
  for v_row in
    select s.message_id, s.conversation_id, s.sort_at,
      s.tokens @> p_tokens and (p_channel_ids is null or s.channel_id = any (p_channel_ids)) as is_hit
    from message_search s
    where s.workspace_id = p_workspace and (p_before is null or (s.sort_at, s.message_id) < (p_before, p_before_id))
    order by s.sort_at desc, s.message_id desc limit 5000
  loop
    v_walked := v_walked + 1;
    if v_row.is_hit then
      message_id := v_row.message_id; conversation_id := v_row.conversation_id; sort_at := v_row.sort_at;
      return next;
      v_found := v_found + 1;
      if v_found = p_limit then return; end if;
    end if;
  end loop;
  if v_walked < 5000 then return; end if;
  -- plan: message_search_tokens; materialised, as an order to come would lead it to the other index again
  return query
    with older as materialized (
      select s.message_id, s.conversation_id, s.sort_at from message_search s
      where s.workspace_id = p_workspace and s.tokens @> p_tokens and (s.sort_at, s.message_id) < (v_row.sort_at, v_row.message_id)
        and (p_channel_ids is null or s.channel_id = any (p_channel_ids)))
    select o.message_id, o.conversation_id, o.sort_at from older o
    order by o.sort_at desc, o.message_id desc limit p_limit - v_found;
end $$;
