-- A person's number, which nobody has to give: sealed to them, and without an index, so that nobody is found by it.
alter table person add column phone bytea;

-- What a browser says of itself is long enough to tell people apart and goes after 30 days; its family and system stay with the login.
alter table login add column browser text, add column system text;

-- Who signed in, or tried to with a known address: when, how, from where, with what, and what came of it.
create table sign_in (
  id text collate "C" primary key,
  person_id text collate "C" not null references person (id) on delete cascade,
  method text not null check (method in ('password', 'link', 'sign_up')),
  result text not null check (result in ('succeeded', 'wrong_password')),
  ip text,
  browser text,
  system text,
  created_at timestamptz not null
);
create index sign_in_person on sign_in (person_id, created_at desc, id desc);
