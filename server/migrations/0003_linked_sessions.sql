-- Sessions of linked devices: what is wanted, where each stands, who owns it, and its keys.
create table session (
  workspace_id text collate "C" not null,
  channel_id text collate "C" not null,
  state text not null check (state in ('unpaired', 'pairing', 'connecting', 'connected', 'backing_off', 'replaced', 'restricted',
    'logged_out', 'failed')),
  since timestamptz not null,
  reason text,
  -- a process should keep it connected
  is_wanted boolean not null default false,
  -- counts pairings: each has a sealing key of its own, destroyed with its credentials
  generation int not null default 0,
  history_days int not null default 0,
  -- one slot: a newer command replaces one that nobody has taken yet
  command text check (command in ('pair', 'restart', 'log_out')),
  command_no int not null default 0,
  command_data bytea,
  pairing bytea,
  pairing_expires_at timestamptz,
  account bytea,
  attempts int not null default 0,
  next_attempt_at timestamptz,
  linked_at timestamptz,
  last_seen_at timestamptz,
  restricted_until timestamptz,
  acknowledged_version text,
  acknowledged_at timestamptz,
  acknowledged_by text,
  updated_at timestamptz not null,
  primary key (workspace_id, channel_id),
  foreign key (workspace_id, channel_id) references channel (workspace_id, id) on delete cascade
);
create index session_open on session (channel_id) where is_wanted or command is not null;

-- The fence grows with each owner; a write that carries an older one finds no row.
create table session_lease (
  workspace_id text collate "C" not null,
  channel_id text collate "C" not null,
  owner text collate "C" not null,
  fence bigint not null,
  expires_at timestamptz not null,
  primary key (workspace_id, channel_id),
  foreign key (workspace_id, channel_id) references session (workspace_id, channel_id) on delete cascade
) with (fillfactor = 50);

create table session_key (
  workspace_id text collate "C" not null,
  channel_id text collate "C" not null,
  kind text collate "C" not null,
  key_index bytea not null,
  value bytea not null,
  primary key (workspace_id, channel_id, kind, key_index),
  foreign key (workspace_id, channel_id) references session (workspace_id, channel_id) on delete cascade
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- Committed with the ratchet step that opened the message, gone when the message is stored.
create table decrypt_journal (
  workspace_id text collate "C" not null,
  channel_id text collate "C" not null,
  hash bytea not null,
  entry bytea not null,
  created_at timestamptz not null,
  primary key (workspace_id, channel_id, hash),
  foreign key (workspace_id, channel_id) references session (workspace_id, channel_id) on delete cascade
) with (autovacuum_vacuum_scale_factor = 0.02);
create index decrypt_journal_age on decrypt_journal (created_at);

-- A link that shows the code to whoever holds the phone, without a login.
create table session_share (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  channel_id text collate "C" not null,
  token_hash bytea not null,
  created_by text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, channel_id) references session (workspace_id, channel_id) on delete cascade
);
create unique index session_share_token on session_share (token_hash);
create index session_share_channel on session_share (workspace_id, channel_id);

-- People whom the channel wrote to before they wrote: what the budget of first contacts counts.
create table first_contact (
  workspace_id text collate "C" not null,
  channel_id text collate "C" not null,
  contact_id text collate "C" not null,
  at timestamptz not null,
  primary key (workspace_id, channel_id, contact_id),
  foreign key (workspace_id, channel_id) references session (workspace_id, channel_id) on delete cascade
);
create index first_contact_at on first_contact (workspace_id, channel_id, at);

-- Sessions that want a process, or to which somebody said something; with their owner, whose lease may be over.
create function kw.session_work(p_now timestamptz)
returns table (workspace_id text, channel_id text, owner text, is_free boolean, command_no int)
language sql stable security definer set search_path = public, pg_temp as
  $$ select s.workspace_id, s.channel_id, l.owner, coalesce(l.expires_at <= p_now, true),
       case when s.command is null then 0 else s.command_no end
     from session s left join session_lease l on l.workspace_id = s.workspace_id and l.channel_id = s.channel_id
     where s.is_wanted or s.command is not null
     order by s.last_seen_at desc nulls last, s.channel_id $$;

create function kw.has_sessions() returns boolean
language sql stable security definer set search_path = public, pg_temp as
  $$ select exists (select 1 from session where is_wanted or command is not null) $$;

create function kw.session_share(p_hash bytea, p_now timestamptz) returns table (workspace_id text, channel_id text)
language sql stable security definer set search_path = public, pg_temp as
  $$ select s.workspace_id, s.channel_id from session_share s where s.token_hash = p_hash and s.expires_at > p_now $$;

-- workspaces with something in the journal, in old shares or in old first contacts that is past its time
create function kw.session_leftovers(p_journal timestamptz, p_shares timestamptz, p_contacts timestamptz) returns setof text
language sql stable security definer set search_path = public, pg_temp as
  $$ select workspace_id from decrypt_journal where created_at < p_journal
     union select workspace_id from session_share where expires_at < p_shares
     union select workspace_id from first_contact where at < p_contacts $$;
