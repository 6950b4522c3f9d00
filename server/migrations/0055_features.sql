-- Which optional features the owners of a workspace turned on. No row: off.
create table workspace_feature (
  workspace_id text collate "C" not null,
  feature text not null,
  since timestamptz not null,
  primary key (workspace_id, feature)
);

-- who works with a linked phone already goes on doing so
insert into workspace_feature (workspace_id, feature, since)
select workspace_id, 'linked_phones', min(created_at) from channel
where provider = 'whatsapp_linked' and (deleted_at is null or secrets is not null) group by workspace_id;
