-- What a workspace accepted as a contract, in which exact words. Consents are another table on purpose.
create table workspace_agreement (
  workspace_id text collate "C" not null,
  document text not null check (document in ('terms', 'data_processing')),
  version text collate "C" not null,
  accepted_by text collate "C",
  accepted_at timestamptz not null,
  primary key (workspace_id, document, version)
);

create table agreement_text (
  version text collate "C" primary key,
  document text not null,
  words text not null,
  created_at timestamptz not null
);
