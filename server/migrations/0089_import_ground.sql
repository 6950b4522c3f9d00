-- The ground that was given with a list, and who gave it, outlive its file: an import says on what its people were taken. Null: not started,
-- or started before this.
alter table contact_import add column basis text, add column purposes text[], add column started_by text;
