-- Before there were limits, workspaces kept contacts and notes for ever. Those that exist keep them as long as can be chosen, until somebody
-- chooses less; the shorter defaults are for new ones.
insert into retention_setting (workspace_id, contact_inactive_days, note_days, updated_at)
  select id, 3650, 3650, created_at from workspace where closed_at is null
  on conflict (workspace_id) do nothing;
