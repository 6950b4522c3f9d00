-- Each message moves its conversation in every index: one that serves a contact's conversations and their uniqueness replaces two.
create unique index conversation_contact_channel on conversation (workspace_id, contact_id, channel_id);
alter table conversation drop constraint conversation_workspace_id_channel_id_contact_id_key;
drop index conversation_contact;
