-- Imports of people from a CSV file. The file is a blob under a key of its own; ended: the key goes first, then the bytes, then the name.
create table contact_import (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  state text not null check (state in ('receiving', 'ready', 'running', 'ended')),
  outcome text check (outcome in ('done', 'canceled', 'person_erased', 'unused', 'stalled', 'unreadable', 'workspace_closing')),
  created_by text collate "C",
  encoding text,
  delimiter text,
  column_count integer not null default 0,
  row_count integer not null default 0,
  taken_count integer not null default 0,
  new_count integer not null default 0,
  changed_count integer not null default 0,
  unchanged_count integer not null default 0,
  repeated_count integer not null default 0,
  refused_count integer not null default 0,
  details bytea,
  blob_name text,
  blob_key bytea,
  created_at timestamptz not null,
  checked_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  file_removed_at timestamptz,
  primary key (workspace_id, id),
  check ((state = 'ended') = (outcome is not null and ended_at is not null))
);
create index contact_import_open on contact_import (workspace_id) where state <> 'ended' or blob_name is not null;

-- Which rows of the file were refused, and why: numbers and codes, never a cell.
create table contact_import_refusal (
  workspace_id text collate "C" not null,
  import_id text collate "C" not null,
  file_row integer not null,
  file_column integer,
  code text not null,
  primary key (workspace_id, import_id, file_row),
  foreign key (workspace_id, import_id) references contact_import (workspace_id, id) on delete cascade
);
