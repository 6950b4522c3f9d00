-- A label's list is cut to a status, an assignee and channels by the label's own rows: looking at the conversation of each labelled one reads
-- thousands of pages for fifty that are wanted. The defaults last until 0081: rows of later get their values below.
lock table conversation in share row exclusive mode; -- first, as a batch of messages does
alter table conversation_label
  add column status text not null default '',
  add column assignee_id text collate "C",
  add column channel_id text collate "C" not null default '';
alter table conversation_label set (autovacuum_vacuum_scale_factor = 0.01);

-- Here and not with each writer of a conversation, so that none is missed, nor a server of before the upgrade that still runs. Its new
-- time alone, which every message brings, is written by who counts the message, once for a whole batch.
create function kw.labels_follow() returns trigger language plpgsql as $$
begin
  update public.conversation_label
    set status = new.status, assignee_id = new.assignee_id, channel_id = new.channel_id, last_message_at = new.last_message_at
    where workspace_id = new.workspace_id and conversation_id = new.id;
  return null;
end $$;
create trigger labels_follow after update of status, assignee_id, channel_id on conversation for each row
  when (old.status <> new.status or old.assignee_id is distinct from new.assignee_id or old.channel_id <> new.channel_id)
  execute function kw.labels_follow();

-- The lock makes a change that is underway be seen: it would not find a label whose transaction is not over yet.
create function kw.label_put() returns trigger language plpgsql as $$
begin
  select status, assignee_id, channel_id, last_message_at into new.status, new.assignee_id, new.channel_id, new.last_message_at
    from public.conversation where workspace_id = new.workspace_id and id = new.conversation_id for no key update;
  if not found then return null; end if; -- gone meanwhile
  return new;
end $$;
create trigger label_put before insert on conversation_label for each row execute function kw.label_put();
