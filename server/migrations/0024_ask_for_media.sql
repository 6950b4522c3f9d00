-- A file that the network does not keep any more is asked for at the phone that has it; the process with the connection asks. A question
-- without an answer is put again later, behind those that were not put yet.
alter table attachment add column asked_at timestamptz, add column tried_at timestamptz, add column answered_at timestamptz;
