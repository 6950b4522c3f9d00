-- no-transaction: files come in and are read while it is built
create index concurrently if not exists attachment_asked on attachment (workspace_id, channel_id)
  where asked_at is not null and answered_at is null and state = 'pending';
