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

-- What is known of the logins that are there: else everybody's next sign-in would look like one from a new device.
update login set
  browser = case when user_agent ~ 'Edg/' then 'Edge' when user_agent ~ 'OPR/' then 'Opera'
    when user_agent ~ 'SamsungBrowser/' then 'Samsung Internet' when user_agent ~ 'Firefox/|FxiOS/' then 'Firefox'
    when user_agent ~ 'Chrome/|CriOS/' then 'Chrome' when user_agent ~ 'Safari/' then 'Safari' end,
  system = case when user_agent ~ 'iPhone' then 'iPhone' when user_agent ~ 'iPad' then 'iPad' when user_agent ~ 'Android' then 'Android'
    when user_agent ~ 'Windows' then 'Windows' when user_agent ~ 'Mac OS X|Macintosh' then 'macOS' when user_agent ~ 'CrOS' then 'ChromeOS'
    when user_agent ~ 'Linux' then 'Linux' end;
insert into sign_in (id, person_id, method, result, ip, browser, system, created_at)
  select 'sgn_' || substr(id, 5), person_id, 'password', 'succeeded', ip, browser, system, created_at from login;
