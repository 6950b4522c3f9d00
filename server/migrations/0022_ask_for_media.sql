-- A file that the network does not keep any more is asked for once at the phone that has it; the process with the connection asks.
alter table attachment add column asked_at timestamptz, add column answered_at timestamptz;
create index attachment_asked on attachment (workspace_id, channel_id) where asked_at is not null and answered_at is null and state = 'pending';
