-- no-transaction: messages come in while it is built
-- Takes the place of message_counted, which held the status: with it in any index, no change of a status stays on its page (HOT), and each
-- one is written into every index of its message.
create index concurrently if not exists message_counted_days on message (workspace_id, channel_id, sort_at) include (contact_id, direction, type)
  where content is null;
