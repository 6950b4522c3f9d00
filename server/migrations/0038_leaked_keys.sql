-- When a key was last sent over plain http, where others could read it.
alter table api_key add column leaked_at timestamptz;
