-- What somebody is told, in ids: in the app, by mail, or both. The words are made when it is read or sent.
create table notification (
  id text collate "C" primary key,
  person_id text collate "C" not null references person (id) on delete cascade,
  kind text not null check (kind in ('security', 'legal', 'admin', 'product')),
  topic text not null,
  -- the workspace and the thing that it is about
  about_workspace text collate "C",
  target text collate "C",
  is_in_app boolean not null,
  wants_mail boolean not null,
  created_at timestamptz not null,
  mailed_at timestamptz,
  read_at timestamptz
);
create index notification_person on notification (person_id, created_at desc, id desc);

-- What somebody chose for a kind that may be turned off; without a row it is on.
create table notification_preference (
  person_id text collate "C" not null references person (id) on delete cascade,
  kind text not null check (kind in ('admin', 'product')),
  by_mail boolean not null,
  in_app boolean not null,
  updated_at timestamptz not null,
  primary key (person_id, kind)
);

-- Which versions of the product ran here: a new one is announced once.
create table product_version (
  version text collate "C" primary key,
  first_run_at timestamptz not null
);
