-- What was asked by mail: how often one sender asks is counted by a keyed hash of the address.
alter table subject_request add column sender_index bytea;
create index subject_request_sender on subject_request (workspace_id, received_at) where sender_index is not null;
