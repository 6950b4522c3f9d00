-- How often public pages were opened, as numbers of a day: there is nobody in them.
create table visit_count (
  day date not null,
  page text not null,
  visits bigint not null check (visits >= 0),
  primary key (day, page)
);

-- What visitors chose about what is not necessary: the proof of it, with nothing that leads to a person.
create table visitor_choice (
  id text collate "C" primary key,
  action text not null check (action in ('accepted', 'refused', 'withdrawn')),
  -- what was asked, as a hash, and the exact words it was asked in
  asked text not null,
  text_version text collate "C" not null,
  has_signal boolean not null,
  chosen_at timestamptz not null
);

create table visitor_choice_text (
  version text collate "C" primary key,
  language text not null,
  words text not null,
  created_at timestamptz not null
);
