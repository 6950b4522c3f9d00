-- no-transaction: messages come in while it is built
-- For words that many messages have: the newest that have them are found on the way back from now.
create index concurrently if not exists message_search_time on message_search (workspace_id, sort_at desc, message_id desc);
