-- A link to a contact's own page: no account, the token's hash only. It holds ids, no data, and outlives an erase of the person until it
-- expires, so that they can watch the erase to its receipt.
create table contact_link (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  contact_id text collate "C" not null,
  channel_id text collate "C" not null,
  token_hash bytea not null,
  created_by text collate "C",
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  primary key (workspace_id, id)
);
create unique index contact_link_token on contact_link (token_hash);
create index contact_link_contact on contact_link (workspace_id, contact_id);

-- A code that a page shows and the person sends from their number; it proves one browser, for half an hour.
create table page_code (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  link_id text collate "C" not null,
  contact_id text collate "C" not null,
  channel_id text collate "C" not null,
  visitor_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  proven_at timestamptz,
  primary key (workspace_id, id)
);
create index page_code_contact on page_code (workspace_id, contact_id, expires_at);
create index page_code_visitor on page_code (workspace_id, link_id, visitor_hash);

create function kw.contact_link(p_token_hash bytea, p_now timestamptz)
returns table (workspace_id text, id text, contact_id text, channel_id text, expires_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as
  $$ select l.workspace_id, l.id, l.contact_id, l.channel_id, l.expires_at from contact_link l
     join workspace w on w.id = l.workspace_id
     where l.token_hash = p_token_hash and l.expires_at > p_now and l.revoked_at is null $$;

create function kw.purge_contact_links(p_before timestamptz) returns void
language sql volatile security definer set search_path = public, pg_temp as
  $$ delete from page_code where expires_at < p_before;
     delete from contact_link where expires_at < p_before $$;
