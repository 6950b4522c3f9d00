-- An import reports values that it left out beside rows that it refused: several lines of a row. No column is the whole row:
-- a server of before, which may run still while this one starts, writes it so and reads it so. Hence an index and no primary key.
alter table contact_import_refusal drop constraint contact_import_refusal_pkey;
alter table contact_import_refusal add column is_left_out boolean not null default false;
create unique index contact_import_refusal_place on contact_import_refusal (workspace_id, import_id, file_row, coalesce(file_column, 0));

-- The rows that were not taken whole outlive their file, sealed anew, so that they can be mended: until a day after the start.
alter table contact_import
  add column left_out_count integer not null default 0,
  add column refused_blob text,
  add column refused_key bytea;
drop index contact_import_open;
create index contact_import_open on contact_import (workspace_id)
  where state <> 'ended' or blob_name is not null or refused_blob is not null;

-- Plan: contact_import_open.
create or replace function kw.workspaces_with_due_imports(p_before timestamptz) returns setof text
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct workspace_id from contact_import
  where (state <> 'ended' or blob_name is not null or refused_blob is not null)
    and (state = 'ended' and (blob_name is not null or refused_key is null) or coalesce(started_at, created_at) < p_before) $$;
