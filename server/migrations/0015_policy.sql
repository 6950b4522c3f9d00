-- Versions of the privacy page: what the declarations say, frozen. Nobody may change or delete one, the app role least of all.
create table policy_version (
  number integer primary key check (number > 0),
  facts jsonb not null,
  hash text not null,
  changes jsonb not null,
  is_material boolean not null,
  notice_days integer not null,
  notified_at timestamptz not null,
  effective_at timestamptz not null,
  -- silence is no agreement: a change that matters is told before it counts
  check (effective_at >= notified_at + make_interval(days => notice_days)),
  check (not is_material or notice_days >= 14)
);

create table policy_notice (
  person_id text collate "C" not null references person (id) on delete cascade,
  version integer not null references policy_version (number),
  mailed_at timestamptz,
  acknowledged_at timestamptz,
  primary key (person_id, version)
);

-- the contract and the attestation of age at sign-up; consents are another table on purpose
create table policy_acceptance (
  person_id text collate "C" not null references person (id) on delete cascade,
  version integer not null,
  kind text not null check (kind in ('accepted', 'adult')),
  accepted_at timestamptz not null,
  primary key (person_id, kind, version)
);
create index policy_notice_version on policy_notice (version) where mailed_at is null;
-- Data given to an authority: proposed by one member, approved by two. It stays for as long as the workspace.
create table legal_disclosure (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  authority bytea not null,
  ground text not null,
  scope text not null,
  contact_id text collate "C",
  first_approval_by text collate "C",
  first_approval_at timestamptz,
  second_approval_by text collate "C",
  second_approval_at timestamptz,
  created_by text collate "C",
  created_at timestamptz not null,
  primary key (workspace_id, id),
  check (second_approval_by is null or second_approval_by <> first_approval_by)
);

create table breach (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  kind text not null,
  description bytea not null,
  people_affected integer,
  found_at timestamptz not null,
  authority_due_at timestamptz not null,
  authority_told_at timestamptz,
  people_told_at timestamptz,
  closed_at timestamptz,
  created_by text collate "C",
  created_at timestamptz not null,
  primary key (workspace_id, id),
  check (authority_due_at = found_at + interval '72 hours')
);
