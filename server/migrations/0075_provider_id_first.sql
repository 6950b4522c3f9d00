-- no-transaction: messages come in while it is built
-- Takes the place of message_provider, which begins with the workspace and the channel: sixty bytes that are the same in thousands of rows,
-- kept in every inner page. With what differs first the index is a level lower: each status and each message finds its place in three quarters
-- of the time.
create unique index concurrently if not exists message_provider_id on message (provider_message_index, channel_id, workspace_id)
  where provider_message_index is not null;
