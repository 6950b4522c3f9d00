-- contact_identity_address says the same.
alter table contact_identity drop constraint if exists contact_identity_workspace_id_kind_address_index_key;
