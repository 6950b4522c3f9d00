-- What was erased, in ids: written before a key is destroyed, here and in a file outside the database. No foreign keys: it outlives
-- the workspaces and people it speaks of.
create table erasure_ledger (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  kind text not null,
  subject_id text collate "C" not null,
  key_ids text[] not null,
  request_id text collate "C",
  at timestamptz not null,
  primary key (workspace_id, id)
);

-- The start of a server compares all of it with the file, before any workspace is known.
create function kw.read_erasure_ledger() returns setof erasure_ledger
language sql stable security definer set search_path = public, pg_temp
as $$ select * from erasure_ledger order by at, id $$;
