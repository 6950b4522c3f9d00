-- A removed channel keeps its name for its conversations, and nothing by which its provider knows it.
alter table channel alter column secrets drop not null;
update channel set secrets = null, settings = '{}', route_key = null, account_key = null where deleted_at is not null;
update channel_health h set details = '{}' from channel c
  where c.workspace_id = h.workspace_id and c.id = h.channel_id and c.deleted_at is not null;
