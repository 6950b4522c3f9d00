-- no-transaction: messages are sent while it is built
-- Attempts by age, for their sweep: the index that its declaration would otherwise make while nobody could write.
create index concurrently if not exists send_attempt_sweep on send_attempt (started_at);
