-- Counts of fewer than ten messages stand for fewer than ten people. From here on a count is only made where ten are behind it.
delete from message_day where count < 10;

-- Who is behind a count: one day of one channel, of messages whose content is gone. Empty while a message has its content.
create index message_counted on message (workspace_id, channel_id, sort_at) include (contact_id, direction, type, status)
  where content is null;
