-- When what was approved was first taken out, and by whom.
alter table legal_disclosure
  add column given_at timestamptz,
  add column given_by text collate "C";
