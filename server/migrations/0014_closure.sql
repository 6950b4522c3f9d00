-- A workspace that its owner closes: nothing goes out or comes in from that moment, 30 days to look, take along and change one's mind.
alter table workspace
  add column closing_at timestamptz,
  add column purge_at timestamptz,
  add column closing_reason text check (closing_reason in ('owner', 'dormant')),
  -- how often it was told that nobody uses it any more, and when last
  add column dormancy_notices smallint not null default 0,
  add column dormancy_noticed_at timestamptz,
  add constraint workspace_closing check ((closing_at is null) = (purge_at is null));
create index workspace_purge on workspace (purge_at) where purge_at is not null and closed_at is null;

-- What was deleted at the end, in counts: the certificate. It outlives the workspace and says nothing of a person.
create table workspace_closure (
  id text collate "C" primary key,
  reason text not null,
  closing_at timestamptz not null,
  purged_at timestamptz not null,
  row_counts jsonb not null,
  file_count int not null
);

-- tokens of a closing workspace open nothing; people may still look
create or replace function kw.find_api_key(p_public_id text)
returns table (workspace_id text, id text, secret_hash bytea, scopes text[], channel_ids text[], rate_per_second int, burst int,
               expires_at timestamptz, revoked_at timestamptz, last_used_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as
  $$ select k.workspace_id, k.id, k.secret_hash, k.scopes, k.channel_ids, k.rate_per_second, k.burst, k.expires_at, k.revoked_at,
       k.last_used_at from api_key k join workspace w on w.id = k.workspace_id
     where k.public_id = p_public_id and w.closed_at is null and w.closing_at is null $$;

drop function kw.person_memberships(text);
create function kw.person_memberships(p_person_id text)
returns table (workspace_id text, workspace_name text, member_id text, role text, channel_ids text[], purge_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as
  $$ select m.workspace_id, w.name, m.id, m.role, m.channel_ids, w.purge_at from member m join workspace w on w.id = m.workspace_id
     where m.person_id = p_person_id and m.removed_at is null and w.closed_at is null order by m.created_at $$;

create or replace function kw.find_invitation(p_token_hash bytea)
returns table (workspace_id text, workspace_name text, id text, role text, channel_ids text[], expires_at timestamptz,
               accepted_at timestamptz, revoked_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as
  $$ select i.workspace_id, w.name, i.id, i.role, i.channel_ids, i.expires_at, i.accepted_at, i.revoked_at
     from invitation i join workspace w on w.id = i.workspace_id
     where i.token_hash = p_token_hash and w.closed_at is null and w.closing_at is null $$;

-- a channel that is not in the directory takes nothing and sends nothing
create or replace function kw.channel_directory(p_channel_id text default null)
returns table (workspace_id text, id text, provider text, status text, content_mode text, settings jsonb, secrets bytea,
               route_key text, account_key text, verified_at timestamptz, updated_at timestamptz, read_receipts text,
               messages_per_second int)
language sql stable security definer set search_path = public, pg_temp as
  $$ select c.workspace_id, c.id, c.provider, c.status, c.content_mode, c.settings, c.secrets, c.route_key, c.account_key,
       c.verified_at, c.updated_at, c.read_receipts, (h.details -> 'check' ->> 'messagesPerSecond')::int
     from channel c join workspace w on w.id = c.workspace_id and w.closing_at is null and w.closed_at is null
       left join channel_health h on h.workspace_id = c.workspace_id and h.channel_id = c.id
     where c.deleted_at is null and (p_channel_id is null or c.id = p_channel_id) $$;

create or replace function kw.session_work(p_now timestamptz)
returns table (workspace_id text, channel_id text, owner text, is_free boolean, command_no int)
language sql stable security definer set search_path = public, pg_temp as
  $$ select s.workspace_id, s.channel_id, l.owner, coalesce(l.expires_at <= p_now, true),
       case when s.command is null then 0 else s.command_no end
     from session s join workspace w on w.id = s.workspace_id and w.closing_at is null and w.closed_at is null
       left join session_lease l on l.workspace_id = s.workspace_id and l.channel_id = s.channel_id
     where s.is_wanted or s.command is not null
     order by s.last_seen_at desc nulls last, s.channel_id $$;

-- closing workspaces whose days are over, and that no hold keeps
create function kw.workspaces_to_purge(p_now timestamptz) returns setof text
language sql stable security definer set search_path = public, pg_temp as
  $$ select w.id from workspace w where w.purge_at <= p_now and w.closed_at is null and not exists (select 1 from legal_hold h
       where h.workspace_id = w.id and h.released_at is null and h.until > p_now) order by w.purge_at $$;

-- nobody wrote, nobody called, nobody signed in since then
create function kw.dormant_workspaces(p_before timestamptz) returns table (id text, notices smallint, noticed_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as
  $$ select w.id, w.dormancy_notices, w.dormancy_noticed_at from workspace w
     where w.created_at < p_before and w.closing_at is null and w.closed_at is null
       and not exists (select 1 from conversation c where c.workspace_id = w.id and c.last_message_at >= p_before)
       and not exists (select 1 from api_key k where k.workspace_id = w.id and k.last_used_at >= p_before)
       and not exists (select 1 from member m join login l on l.person_id = m.person_id
         where m.workspace_id = w.id and m.removed_at is null and l.last_used_at >= p_before) $$;

-- Whoever belongs to no workspace any more may go: rows that name them as a member stay, without them. False while they belong to one.
alter table member alter column person_id drop not null;
create function kw.forget_person(p_person text) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  perform 1 from person where id = p_person for update;
  if exists (select 1 from member m join workspace w on w.id = m.workspace_id and w.closed_at is null
    where m.person_id = p_person and m.removed_at is null) then return false; end if;
  update member set person_id = null where person_id = p_person;
  delete from person where id = p_person;
  return true;
end $$;
