-- The whole foundation in one file. Row-level security, grants and FORCE are not written here: they are generated
-- from the table declarations after every migration (server/schema.ts). Product SQL takes the time as a parameter.
create schema if not exists kw;

-- ---------------------------------------------------------------- people and workspaces
create table workspace (
  id text collate "C" primary key,
  name text not null,
  created_at timestamptz not null,
  closed_at timestamptz
);

-- what the installation itself must remember, such as which keyring its sealed columns belong to
create table installation_value (
  name text collate "C" primary key,
  value text not null
);

-- A person belongs to the installation; the key hangs from the root key, so closing a workspace shreds no one's login.
create table person (
  id text collate "C" primary key,
  email bytea not null,
  email_index bytea not null unique,
  name bytea,
  password_hash text,
  failed_sign_ins int not null default 0,
  next_sign_in_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table login (
  id text collate "C" primary key,
  person_id text collate "C" not null references person (id) on delete cascade,
  token_hash bytea not null unique,
  user_agent text,
  ip text,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index login_person on login (person_id, created_at desc);

create table login_link (
  id text collate "C" primary key,
  person_id text collate "C" not null references person (id) on delete cascade,
  kind text not null check (kind in ('password_reset', 'sign_in')),
  token_hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index login_link_person on login_link (person_id, created_at);

create table member (
  workspace_id text collate "C" not null references workspace (id),
  id text collate "C" not null,
  person_id text collate "C" not null references person (id),
  role text not null check (role in ('owner', 'admin', 'agent')),
  channel_ids text[],
  created_at timestamptz not null,
  removed_at timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, person_id)
);
create index member_person on member (person_id);

create table invitation (
  workspace_id text collate "C" not null references workspace (id),
  id text collate "C" not null,
  email bytea,
  role text not null check (role in ('owner', 'admin', 'agent')),
  channel_ids text[],
  token_hash bytea not null unique,
  invited_by text collate "C",
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  primary key (workspace_id, id)
);

create table api_key (
  workspace_id text collate "C" not null references workspace (id),
  id text collate "C" not null,
  public_id text collate "C" not null unique,
  secret_hash bytea not null,
  name text not null,
  scopes text[] not null,
  channel_ids text[],
  rate_per_second int not null default 200,
  burst int not null default 2000,
  created_by text collate "C",
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (workspace_id, id)
);

create table idempotency_record (
  workspace_id text collate "C" not null,
  key_hash bytea not null,
  route_id text not null,
  request_hash bytea not null,
  result_id text collate "C",
  status int,
  created_at timestamptz not null,
  primary key (workspace_id, key_hash)
);
create index idempotency_record_age on idempotency_record (created_at);

create table audit_entry (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  actor_kind text not null,
  actor_id text collate "C",
  action text not null,
  target_id text collate "C",
  detail jsonb not null default '{}',
  created_at timestamptz not null,
  primary key (workspace_id, id)
);

-- ---------------------------------------------------------------- channels
create table channel (
  workspace_id text collate "C" not null references workspace (id),
  id text collate "C" not null,
  provider text not null,
  name text not null,
  status text not null check (status in ('verifying', 'connected', 'needs_attention', 'disconnected', 'deleting')),
  content_mode text not null default 'days:365',
  -- when people learn that the team read what they wrote
  read_receipts text not null default 'on_reply' check (read_receipts in ('never', 'on_open', 'on_reply')),
  settings jsonb not null,
  secrets bytea not null,
  route_key text collate "C",
  account_key text collate "C",
  verified_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  primary key (workspace_id, id)
);
create unique index channel_id on channel (id);
-- a verified provider id (phone number id, page id, Instagram id) belongs to one channel of the installation
create unique index channel_route on channel (provider, route_key) where verified_at is not null and deleted_at is null;

create table channel_health (
  workspace_id text collate "C" not null,
  channel_id text collate "C" not null,
  checked_at timestamptz,
  check_state text not null default 'unknown',
  check_code text,
  last_webhook_at timestamptz,
  last_inbound_at timestamptz,
  last_sent_at timestamptz,
  last_error_at timestamptz,
  last_error_code text,
  lag_ms int,
  details jsonb not null default '{}',
  updated_at timestamptz not null,
  primary key (workspace_id, channel_id),
  foreign key (workspace_id, channel_id) references channel (workspace_id, id) on delete cascade
);

-- what could not be applied, or is of a kind nobody knows yet: kept raw, sealed to the channel, replayable
create table inbound_event (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  channel_id text collate "C" not null,
  kind text not null check (kind in ('poison', 'unknown')),
  name text not null,
  error_code text,
  body bytea not null,
  address_tokens bytea[] not null default '{}',
  attempts int not null default 0,
  received_at timestamptz not null,
  resolved_at timestamptz,
  primary key (workspace_id, id)
);
create index inbound_event_open on inbound_event (workspace_id, channel_id, received_at desc) where resolved_at is null;

-- ---------------------------------------------------------------- contacts
create table contact (
  workspace_id text collate "C" not null references workspace (id),
  id text collate "C" not null,
  name bytea,
  name_source text not null default 'provider' check (name_source in ('provider', 'member', 'import')),
  attributes bytea,
  is_group boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  restricted_at timestamptz,
  merged_into text collate "C",
  primary key (workspace_id, id)
);
create index contact_recent on contact (workspace_id, updated_at desc, id desc) where merged_into is null;

create table contact_identity (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  contact_id text collate "C" not null,
  kind text not null,
  address bytea not null,
  address_index bytea not null,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, kind, address_index),
  foreign key (workspace_id, contact_id) references contact (workspace_id, id) on delete cascade
);
create index contact_identity_contact on contact_identity (workspace_id, contact_id);

create table consent_event (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  contact_id text collate "C" not null,
  channel_id text collate "C",
  purpose text not null,
  action text not null,
  method text not null,
  occurred_at timestamptz not null,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
create index consent_event_contact on consent_event (workspace_id, contact_id, occurred_at desc);

-- ---------------------------------------------------------------- conversations
create table conversation (
  workspace_id text collate "C" not null references workspace (id),
  id text collate "C" not null,
  channel_id text collate "C" not null,
  contact_id text collate "C" not null,
  status text not null default 'open' check (status in ('open', 'pending', 'snoozed', 'resolved')),
  assignee_id text collate "C",
  snoozed_until timestamptz,
  inbound_count bigint not null default 0,
  last_message_id text collate "C",
  last_message_at timestamptz not null,
  last_inbound_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, channel_id, contact_id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
create index conversation_all on conversation (workspace_id, last_message_at desc, id desc);
create index conversation_status on conversation (workspace_id, status, last_message_at desc, id desc);
create index conversation_assignee on conversation (workspace_id, assignee_id, status, last_message_at desc, id desc);
create index conversation_channel on conversation (workspace_id, channel_id, status, last_message_at desc, id desc);
create index conversation_contact on conversation (workspace_id, contact_id, last_message_at desc);
create index conversation_snoozed on conversation (workspace_id, snoozed_until) where status = 'snoozed';

create table label (
  workspace_id text collate "C" not null references workspace (id),
  id text collate "C" not null,
  name text not null,
  color text not null,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, name)
);

create table conversation_label (
  workspace_id text collate "C" not null,
  label_id text collate "C" not null,
  conversation_id text collate "C" not null,
  last_message_at timestamptz not null,
  primary key (workspace_id, conversation_id, label_id),
  foreign key (workspace_id, label_id) references label (workspace_id, id) on delete cascade,
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade
);
create index conversation_label_list on conversation_label (workspace_id, label_id, last_message_at desc, conversation_id desc);

-- unread = conversation.inbound_count - member_read.read_count
create table member_read (
  workspace_id text collate "C" not null,
  member_id text collate "C" not null,
  conversation_id text collate "C" not null,
  read_count bigint not null,
  read_at timestamptz not null,
  primary key (workspace_id, member_id, conversation_id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade
);
-- a conversation that goes takes its marks along
create index member_read_conversation on member_read (workspace_id, conversation_id);

create table note (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  conversation_id text collate "C" not null,
  contact_id text collate "C" not null,
  author_id text collate "C",
  body bytea not null,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, conversation_id) references conversation (workspace_id, id) on delete cascade
);
create index note_conversation on note (workspace_id, conversation_id, created_at, id);

create table saved_view (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  member_id text collate "C" not null,
  name text not null,
  filter jsonb not null,
  is_shared boolean not null default false,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);

-- ---------------------------------------------------------------- messages
-- status: 0 received · 10 queued · 20 sent · 25 failed · 30 delivered · 40 read · 50 played. One monotone order: a late 'sent'
-- never takes back a failure, and a delivery overrides one. In no index, so that status updates stay HOT.
-- provider_message_index is the keyed hash of the provider's id: WhatsApp ids contain the phone number.
create table message (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  conversation_id text collate "C" not null,
  channel_id text collate "C" not null,
  contact_id text collate "C" not null,
  sender_contact_id text collate "C",
  author_kind text,
  author_id text collate "C",
  direction text not null check (direction in ('inbound', 'outbound')),
  type text not null,
  content bytea,
  provider_message_id bytea,
  provider_message_index bytea,
  reply_to_index bytea,
  status smallint not null,
  error jsonb,
  purpose text,
  sort_at timestamptz not null,
  sent_at timestamptz,
  received_at timestamptz not null,
  scheduled_at timestamptz,
  accepted_at timestamptz,
  delivered_at timestamptz,
  read_at timestamptz,
  played_at timestamptz,
  failed_at timestamptz,
  edited_at timestamptz,
  deleted_at timestamptz,
  content_destroyed_at timestamptz,
  primary key (workspace_id, id)
) with (fillfactor = 85);
create unique index message_provider on message (workspace_id, channel_id, provider_message_index) where provider_message_index is not null;
create index message_thread on message (workspace_id, conversation_id, sort_at desc, id desc);

-- a status that came before its message is known here (the send answer is still on its way, or another app sent it)
create table early_status (
  workspace_id text collate "C" not null,
  channel_id text collate "C" not null,
  provider_message_index bytea not null,
  status smallint not null,
  occurred_at timestamptz not null,
  error jsonb,
  received_at timestamptz not null,
  primary key (workspace_id, channel_id, provider_message_index, status)
);
create index early_status_age on early_status (received_at);

-- what became of each message of a batch, so that a repeat with the same Idempotency-Key gets the same answer
create table message_batch (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  results jsonb not null,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);
create index message_batch_age on message_batch (created_at);

create table reaction (
  workspace_id text collate "C" not null,
  channel_id text collate "C" not null,
  target_index bytea not null,
  actor_id text collate "C" not null,
  contact_id text collate "C" not null,
  emoji bytea,
  occurred_at timestamptz not null,
  primary key (workspace_id, channel_id, target_index, actor_id)
);

create table attachment (
  workspace_id text collate "C" not null references workspace (id),
  id text collate "C" not null,
  message_id text collate "C",
  channel_id text collate "C",
  contact_id text collate "C",
  kind text not null check (kind in ('image', 'video', 'audio', 'voice', 'document', 'sticker')),
  state text not null check (state in ('pending', 'stored', 'failed', 'removed')),
  mime_type text,
  bytes bigint,
  width int,
  height int,
  duration_ms int,
  sha256 bytea,
  details bytea,
  blob_name text,
  blob_key bytea,
  error_code text,
  attempts int not null default 0,
  created_at timestamptz not null,
  stored_at timestamptz,
  primary key (workspace_id, id)
);
create index attachment_message on attachment (workspace_id, message_id);
create index attachment_unsent on attachment (created_at) where message_id is null;
create index attachment_contact on attachment (workspace_id, contact_id, created_at desc);

create table template (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  channel_id text collate "C" not null,
  provider_template_id text,
  name text not null,
  language text not null,
  category text not null,
  status text not null,
  quality text,
  rejected_reason text,
  components jsonb not null,
  updated_at timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, channel_id, name, language),
  foreign key (workspace_id, channel_id) references channel (workspace_id, id) on delete cascade
);

-- ---------------------------------------------------------------- outbound
create table outbox (
  workspace_id text collate "C" not null,
  message_id text collate "C" not null,
  channel_id text collate "C" not null,
  conversation_id text collate "C" not null,
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'unsettled')),
  due_at timestamptz not null,
  order_at timestamptz not null,
  attempts int not null default 0,
  attempted_at timestamptz,
  owner text,
  primary key (workspace_id, message_id),
  foreign key (workspace_id, message_id) references message (workspace_id, id) on delete cascade
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
create index outbox_due on outbox (state, due_at);
create index outbox_lane on outbox (workspace_id, channel_id, state, due_at, message_id);
create index outbox_order on outbox (workspace_id, channel_id, conversation_id, order_at, message_id);

create table send_attempt (
  workspace_id text collate "C" not null,
  message_id text collate "C" not null,
  attempt int not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  outcome text,
  error_code text,
  primary key (workspace_id, message_id, attempt),
  foreign key (workspace_id, message_id) references message (workspace_id, id) on delete cascade
);

-- ---------------------------------------------------------------- events
-- position: per workspace, in commit order (the last statement before commit takes a block from the counter)
create table event_counter (
  workspace_id text collate "C" primary key references workspace (id),
  position bigint not null default 0
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01);

create table event (
  workspace_id text collate "C" not null,
  position bigint not null,
  id text collate "C" not null,
  type text not null,
  channel_id text collate "C",
  conversation_id text collate "C",
  payload jsonb not null,
  created_at timestamptz not null,
  primary key (workspace_id, position, created_at)
) partition by range (created_at);
create table event_default partition of event default;

-- ---------------------------------------------------------------- search over sealed text
-- FORCE row-level security would keep GIN from being used (168 ms against 6 ms, measured): RLS is on but not forced, the app role
-- has no grant, and the functions below take the workspace from kw.workspaces, never from an argument.
create table message_search (
  workspace_id text collate "C" not null,
  message_id text collate "C" not null,
  conversation_id text collate "C" not null,
  channel_id text collate "C" not null,
  sort_at timestamptz not null,
  tokens bigint[] not null,
  primary key (workspace_id, message_id)
);
create index message_search_tokens on message_search using gin (tokens) with (fastupdate = on);
create index message_search_conversation on message_search (workspace_id, conversation_id);

-- names and addresses of contacts, as word tokens
create table contact_search (
  workspace_id text collate "C" not null,
  contact_id text collate "C" not null,
  tokens bigint[] not null,
  primary key (workspace_id, contact_id)
);
create index contact_search_tokens on contact_search using gin (tokens) with (fastupdate = on);

create table search_cursor (
  workspace_id text collate "C" primary key references workspace (id),
  position bigint not null default 0
);

-- ---------------------------------------------------------------- owner functions: the few places that look across workspaces
create function kw.workspaces() returns text[] language sql stable as
  $$ select coalesce(nullif(current_setting('kw.workspaces', true), '')::text[], '{}') $$;

create function kw.find_api_key(p_public_id text)
returns table (workspace_id text, id text, secret_hash bytea, scopes text[], channel_ids text[], rate_per_second int, burst int,
               expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as
  $$ select k.workspace_id, k.id, k.secret_hash, k.scopes, k.channel_ids, k.rate_per_second, k.burst, k.expires_at, k.revoked_at,
       k.last_used_at from api_key k join workspace w on w.id = k.workspace_id
     where k.public_id = p_public_id and w.closed_at is null $$;

create function kw.person_memberships(p_person_id text)
returns table (workspace_id text, workspace_name text, member_id text, role text, channel_ids text[])
language sql stable security definer set search_path = public, pg_temp as
  $$ select m.workspace_id, w.name, m.id, m.role, m.channel_ids from member m join workspace w on w.id = m.workspace_id
     where m.person_id = p_person_id and m.removed_at is null and w.closed_at is null order by m.created_at $$;

create function kw.find_invitation(p_token_hash bytea)
returns table (workspace_id text, workspace_name text, id text, role text, channel_ids text[], expires_at timestamptz,
               accepted_at timestamptz, revoked_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as
  $$ select i.workspace_id, w.name, i.id, i.role, i.channel_ids, i.expires_at, i.accepted_at, i.revoked_at
     from invitation i join workspace w on w.id = i.workspace_id where i.token_hash = p_token_hash and w.closed_at is null $$;

-- every live channel with what routing needs; secrets stay sealed
create function kw.channel_directory(p_channel_id text default null)
returns table (workspace_id text, id text, provider text, status text, content_mode text, settings jsonb, secrets bytea,
               route_key text, account_key text, verified_at timestamptz, updated_at timestamptz, read_receipts text,
               messages_per_second int)
language sql stable security definer set search_path = public, pg_temp as
  $$ select c.workspace_id, c.id, c.provider, c.status, c.content_mode, c.settings, c.secrets, c.route_key, c.account_key,
       c.verified_at, c.updated_at, c.read_receipts, (h.details -> 'check' ->> 'messagesPerSecond')::int
     from channel c left join channel_health h on h.workspace_id = c.workspace_id and h.channel_id = c.id
     where c.deleted_at is null and (p_channel_id is null or c.id = p_channel_id) $$;

create function kw.all_workspace_ids() returns setof text
language sql stable security definer set search_path = public, pg_temp as $$ select id from workspace where closed_at is null $$;

-- Channels that have something due, so that the drain can set its scope to just these. One probe of outbox_lane for each channel:
-- reading all that is due took longer than sending it.
create function kw.outbox_lanes(p_now timestamptz) returns table (workspace_id text, channel_id text)
language sql stable security definer set search_path = public, pg_temp as
  $$ with recursive lane as (
       (select o.workspace_id, o.channel_id from outbox o order by o.workspace_id, o.channel_id limit 1)
       union all
       select n.workspace_id, n.channel_id from lane l cross join lateral (select o.workspace_id, o.channel_id from outbox o
         where (o.workspace_id, o.channel_id) > (l.workspace_id, l.channel_id) order by o.workspace_id, o.channel_id limit 1) n)
     select l.workspace_id, l.channel_id from lane l where exists (select 1 from outbox o
       where o.workspace_id = l.workspace_id and o.channel_id = l.channel_id and o.state = 'waiting' and o.due_at <= p_now) $$;

-- workspaces with a snooze that is over
create function kw.snooze_workspaces(p_now timestamptz) returns setof text
language sql stable security definer set search_path = public, pg_temp as
  $$ select w.id from workspace w where w.closed_at is null and exists (select 1 from conversation c
       where c.workspace_id = w.id and c.status = 'snoozed' and c.snoozed_until <= p_now) $$;

create function kw.unsettled_workspaces(p_before timestamptz) returns setof text
language sql stable security definer set search_path = public, pg_temp as
  $$ select distinct workspace_id from outbox where state in ('sending', 'unsettled') and attempted_at <= p_before $$;

create function kw.index_messages(p_message_ids text[], p_conversation_ids text[], p_channel_ids text[], p_workspace_ids text[],
                                  p_sort_at timestamptz[], p_tokens text[])
returns void language sql volatile security definer set search_path = public, pg_temp as
  $$ insert into message_search (workspace_id, message_id, conversation_id, channel_id, sort_at, tokens)
     select w, m, c, ch, s, t::bigint[] from unnest(p_workspace_ids, p_message_ids, p_conversation_ids, p_channel_ids, p_sort_at, p_tokens)
       as x (w, m, c, ch, s, t)
     where w = any (kw.workspaces())
     on conflict (workspace_id, message_id) do update set tokens = excluded.tokens $$;

create function kw.unindex_messages(p_message_ids text[])
returns void language sql volatile security definer set search_path = public, pg_temp as
  $$ delete from message_search where workspace_id = any (kw.workspaces()) and message_id = any (p_message_ids) $$;

create function kw.search_messages(p_tokens bigint[], p_before timestamptz, p_before_id text, p_channel_ids text[], p_limit int)
returns table (message_id text, conversation_id text, sort_at timestamptz)
language sql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as
  $$ select message_id, conversation_id, sort_at from message_search
     where workspace_id = any (kw.workspaces()) and tokens @> p_tokens
       and (p_channel_ids is null or channel_id = any (p_channel_ids))
       and (p_before is null or (sort_at, message_id) < (p_before, p_before_id))
     order by sort_at desc, message_id desc limit p_limit $$;

create function kw.index_contacts(p_workspace_ids text[], p_contact_ids text[], p_tokens text[])
returns void language sql volatile security definer set search_path = public, pg_temp as
  $$ insert into contact_search (workspace_id, contact_id, tokens)
     select w, c, t::bigint[] from unnest(p_workspace_ids, p_contact_ids, p_tokens) as x (w, c, t) where w = any (kw.workspaces())
     on conflict (workspace_id, contact_id) do update set tokens = excluded.tokens $$;

create function kw.unindex_contacts(p_contact_ids text[])
returns void language sql volatile security definer set search_path = public, pg_temp as
  $$ delete from contact_search where workspace_id = any (kw.workspaces()) and contact_id = any (p_contact_ids) $$;

-- after a rebuild: rows whose message or contact is gone, or may not be searched any more
create function kw.prune_search()
returns void language sql volatile security definer set search_path = public, pg_temp as
  $$ delete from message_search s where workspace_id = any (kw.workspaces()) and not exists (select 1 from message m
       where m.workspace_id = s.workspace_id and m.id = s.message_id and m.content is not null);
     delete from contact_search s where workspace_id = any (kw.workspaces()) and not exists (select 1 from contact c
       where c.workspace_id = s.workspace_id and c.id = s.contact_id and c.merged_into is null) $$;

create function kw.search_contacts(p_tokens bigint[], p_limit int) returns setof text
language sql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as
  $$ select contact_id from contact_search where workspace_id = any (kw.workspaces()) and tokens @> p_tokens limit p_limit $$;

-- A young table has no figures until autovacuum comes by (a minute), and the planner then reads all of it for every row of a batch.
-- Looks at tables that have at least doubled since the last time; costs nothing where none has.
create function kw.analyze_young() returns int
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare t text; done int := 0;
begin
  for t in select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace
      and c.relname in ('contact', 'contact_identity', 'conversation', 'message', 'early_status', 'reaction', 'attachment', 'outbox')
      and pg_relation_size(c.oid) > 2 * 8192 * greatest(c.relpages, 1) loop
    execute format('analyze %I', t); done := done + 1;
  end loop;
  return done;
end $$;

-- partitions of the event log: made ahead, dropped when the last event of the day is older than the retention
-- Filled beside the log and then attached: `partition of` would lock the whole log. Days that already have events in the default
-- partition (nobody made theirs in time) get them moved.
create function kw.make_event_partitions(p_from date, p_days int) returns int
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare d date; t text; made int := 0;
begin
  perform pg_advisory_xact_lock(hashtext('keepword.event_partitions'));
  for d in select p_from + i from generate_series(0, p_days - 1) i loop
    t := 'event_' || to_char(d, 'YYYYMMDD');
    if to_regclass('public.' || t) is null then
      execute format('create table %I (like event including all)', t);
      execute format('with moved as (delete from event_default where created_at >= %L and created_at < %L returning *)
        insert into %I select * from moved', d, d + 1, t);
      execute format('alter table event attach partition %I for values from (%L) to (%L)', t, d, d + 1);
      made := made + 1;
    end if;
  end loop;
  return made;
end $$;

-- whoever calls: 30 days stay. Partitions are made 7 days ahead, so the newest one tells where the log stands.
create function kw.drop_event_partitions(p_before date) returns int
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare t text; dropped int := 0;
begin
  p_before := least(p_before, (select max(to_date(right(c.relname, 8), 'YYYYMMDD')) - 37 from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.event'::regclass and c.relname ~ '^event_\d{8}$'));
  perform pg_advisory_xact_lock(hashtext('keepword.event_partitions'));
  for t in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
           where i.inhparent = 'public.event'::regclass and c.relname ~ '^event_\d{8}$' and to_date(right(c.relname, 8), 'YYYYMMDD') < p_before loop
    execute format('drop table %I', t); dropped := dropped + 1;
  end loop;
  delete from event_default where created_at < p_before;
  return dropped;
end $$;
