-- Where a sweep of imports has something to do: one that is due to end, or a file that outlived its import. Plan: contact_import_open.
create function kw.workspaces_with_due_imports(p_before timestamptz) returns setof text
language sql stable security definer set search_path = public, pg_temp as $$
  select distinct workspace_id from contact_import where (state <> 'ended' or blob_name is not null)
    and (state = 'ended' or coalesce(started_at, created_at) < p_before) $$;

-- An import ends when whoever started it may not import any more.
alter table contact_import drop constraint contact_import_outcome_check;
alter table contact_import add constraint contact_import_outcome_check check (outcome in
  ('done', 'canceled', 'person_erased', 'unused', 'stalled', 'unreadable', 'workspace_closing', 'not_permitted'));
