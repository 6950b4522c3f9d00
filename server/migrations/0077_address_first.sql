-- no-transaction: messages come in while it is built
-- The same for whom an address belongs to.
create unique index concurrently if not exists contact_identity_address on contact_identity (address_index, kind, workspace_id);
