-- A person reacts to a poll and votes in it: two rows of the same message and person.
alter table reaction add column kind text collate "C" not null default 'emoji' check (kind in ('emoji', 'vote'));
alter table reaction drop constraint reaction_pkey;
alter table reaction add primary key (workspace_id, channel_id, target_index, actor_id, kind);
