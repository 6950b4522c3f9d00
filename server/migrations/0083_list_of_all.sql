-- no-transaction: messages come in meanwhile
-- The list of all is merged from its four states, by conversation_status, which kw.sending_since and kw.dormant_workspaces read as well. Each
-- message that came in wrote into this index too (of 28 pages touched for a conversation, 3).
drop index concurrently if exists conversation_all;
