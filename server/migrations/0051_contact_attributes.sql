-- What a workspace notes about its contacts: a name, a type and a category for each attribute. `skeleton` is the name as eyes compare it.
create table contact_attribute (
  workspace_id text collate "C" not null references workspace (id),
  id text collate "C" not null,
  name text not null,
  skeleton text not null,
  label text not null,
  type text not null,
  options text[] not null,
  category text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  removed_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, skeleton)
);

-- A row: the workspace keeps special categories of data (GDPR Art. 9 and 10), on this ground.
create table special_category (
  workspace_id text collate "C" primary key references workspace (id),
  legal_basis text not null,
  enabled_at timestamptz not null
);
