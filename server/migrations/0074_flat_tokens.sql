-- The tokens of all rows in one list of numbers, and where each row's stand in it: as a text for each row they were written out in digits and
-- read again, a tenth of what indexing a message costs. The functions that take texts stay for servers of before the upgrade.
create function kw.index_messages(p_message_ids text[], p_conversation_ids text[], p_channel_ids text[], p_workspace_ids text[],
                                  p_sort_at timestamptz[], p_from int[], p_to int[], p_tokens bigint[])
returns void language sql volatile security definer set search_path = public, pg_temp as
  $$ insert into message_search (workspace_id, message_id, conversation_id, channel_id, sort_at, tokens)
     select w, m, c, ch, s, p_tokens[f:t] from unnest(p_workspace_ids, p_message_ids, p_conversation_ids, p_channel_ids, p_sort_at, p_from, p_to)
       as x (w, m, c, ch, s, f, t)
     where w = any (kw.workspaces())
     on conflict (workspace_id, message_id) do update set tokens = excluded.tokens $$;

create function kw.index_contacts(p_workspace_ids text[], p_contact_ids text[], p_from int[], p_to int[], p_tokens bigint[])
returns void language sql volatile security definer set search_path = public, pg_temp as
  $$ insert into contact_search (workspace_id, contact_id, tokens)
     select w, c, p_tokens[f:t] from unnest(p_workspace_ids, p_contact_ids, p_from, p_to) as x (w, c, f, t) where w = any (kw.workspaces())
     on conflict (workspace_id, contact_id) do update set tokens = excluded.tokens $$;
