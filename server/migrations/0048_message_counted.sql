-- no-transaction: messages come in while it is built
-- Who is behind a count: one day of one channel, of messages whose content is gone. Empty while a message has its content.
create index concurrently if not exists message_counted on message (workspace_id, channel_id, sort_at) include (contact_id, direction, type, status)
  where content is null;
