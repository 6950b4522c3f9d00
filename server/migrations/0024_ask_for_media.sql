-- A file that the network does not keep any more is asked for once at the phone that has it; the process with the connection asks.
alter table attachment add column asked_at timestamptz, add column answered_at timestamptz;
