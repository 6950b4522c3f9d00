-- Answers that a team gives again and again, found by a word.
create table saved_reply (
  workspace_id text collate "C" not null references workspace (id),
  id text collate "C" not null,
  shortcut text not null,
  -- sealed to the workspace
  body bytea not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, shortcut)
);

-- Colleagues named in a note. Seen when they have read the note's conversation.
create table note_mention (
  workspace_id text collate "C" not null,
  member_id text collate "C" not null,
  note_id text collate "C" not null,
  created_at timestamptz not null,
  seen_at timestamptz,
  primary key (workspace_id, member_id, note_id),
  foreign key (workspace_id, note_id) references note (workspace_id, id) on delete cascade
);
create index note_mention_note on note_mention (workspace_id, note_id);
create index note_mention_unseen on note_mention (workspace_id, member_id) where seen_at is null;
