-- An address's token was stored twice in a row, so that nobody was found by a whole address, nor a raw event by the person in it.
update contact_identity set address_index = substring(address_index for 16) where length(address_index) = 32;

-- What people ask about their own data, and what became of it.
create table subject_request (
  workspace_id text collate "C" not null references workspace (id),
  id text collate "C" not null,
  type text not null check (type in ('access', 'portability', 'rectify', 'erase', 'restrict', 'object', 'withdraw', 'complaint')),
  state text not null check (state in ('received', 'identity_pending', 'accepted', 'refused', 'running', 'partially_held', 'done')),
  source text not null check (source in ('api', 'owner', 'contact_page', 'meta', 'member')),
  subject_kind text not null check (subject_kind in ('contact', 'person')),
  contact_id text collate "C",
  person_id text collate "C",
  identity bytea,
  detail bytea,
  refusal text,
  steps jsonb not null default '[]',
  counts jsonb not null default '{}',
  receipt jsonb,
  code_index bytea,
  bundle_blob text,
  bundle_key bytea,
  bundle_expires_at timestamptz,
  created_by text collate "C",
  received_at timestamptz not null,
  due_at timestamptz not null,
  decided_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz not null,
  primary key (workspace_id, id)
);
create index subject_request_recent on subject_request (workspace_id, received_at desc, id desc);
create index subject_request_contact on subject_request (workspace_id, contact_id);
-- those that something must still be done about, in every workspace
-- (a complaint waits for a person, so it is not among them)
create index subject_request_open on subject_request (updated_at)
  where state in ('accepted', 'running', 'partially_held') and type <> 'complaint';
create index subject_request_bundles on subject_request (bundle_expires_at) where bundle_blob is not null;
create index subject_request_code on subject_request (code_index) where code_index is not null;

-- a code leads to requests before the workspace is known: the status page that Meta shows has no login
create function kw.subject_requests_by_code(p_code bytea) returns table (workspace_id text, id text)
language sql stable security definer set search_path = public, pg_temp as
  $$ select r.workspace_id, r.id from subject_request r where r.code_index = p_code limit 100 $$;

create function kw.unfinished_subject_requests(p_before timestamptz) returns table (workspace_id text, id text)
language sql stable security definer set search_path = public, pg_temp as
  $$ select r.workspace_id, r.id from subject_request r
     where r.state in ('accepted', 'running', 'partially_held') and r.type <> 'complaint' and r.updated_at <= p_before
     order by r.updated_at limit 500 $$;

create function kw.expired_bundles(p_before timestamptz) returns table (workspace_id text, id text)
language sql stable security definer set search_path = public, pg_temp as
  $$ select r.workspace_id, r.id from subject_request r
     where r.bundle_blob is not null and r.bundle_expires_at <= p_before limit 500 $$;

-- An erase finds by these what a person said in groups, and their reactions to messages that never came.
create index message_sender on message (workspace_id, sender_contact_id) where sender_contact_id is not null;
create index reaction_actor on reaction (workspace_id, actor_id);
create index contact_merged on contact (workspace_id, merged_into) where merged_into is not null;

-- the whole of a conversation leaves the search at once: an erase does not go through its messages for that
create function kw.forget_conversations(p_conversation_ids text[])
returns bigint language sql volatile security definer set search_path = public, pg_temp as
  $$ with gone as (delete from message_search where workspace_id = any (kw.workspaces()) and conversation_id = any (p_conversation_ids)
     returning 1) select count(*) from gone $$;

-- Transactions of the product that are open now, by names that are never used again. An erase waits for those that may have had the key.
create function kw.open_transactions() returns setof text
language sql stable security definer set search_path = public, pg_temp as
  $$ select pid || '/' || xact_start from pg_stat_activity
     where datname = current_database() and application_name = 'keepword' and xact_start is not null and pid <> pg_backend_pid() $$;
