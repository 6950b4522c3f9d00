-- no-transaction: messages come in while it is built
-- For a label with a status, or with an assignee or a channel of any status: what else is asked is in the index too.
create index concurrently if not exists conversation_label_status
  on conversation_label (workspace_id, label_id, status, last_message_at desc, conversation_id desc) include (assignee_id, channel_id);
