-- The consent ledger: each entry is chained to the one before it of the same contact, over ciphertext, so that destroying the key of
-- a proof leaves the chain whole. The head stands apart, so that entries taken off the end are missed as well.
alter table consent_event
  add column text_version text collate "C",
  add column expires_at timestamptz,
  add column proof bytea,
  add column proof_hash bytea,
  add column position integer,
  add column hash bytea;

create table consent_chain (
  workspace_id text collate "C" not null,
  contact_id text collate "C" not null,
  length integer not null,
  head bytea,
  -- the entry that a person spoke by a word and that still waits for its one confirmation
  reply_owed text collate "C",
  primary key (workspace_id, contact_id)
);

do $$
declare
  e record;
  head bytea;
  n integer := 0;
  owner text := '';
begin
  for e in select * from consent_event order by workspace_id, contact_id, created_at, id loop
    if owner <> e.workspace_id || '/' || e.contact_id then
      owner := e.workspace_id || '/' || e.contact_id;
      head := ''::bytea;
      n := 0;
    end if;
    n := n + 1;
    head := sha256(head || convert_to(array_to_string(array[
      e.id, e.contact_id, coalesce(e.channel_id, ''), e.purpose, e.action, e.method,
      trunc(extract(epoch from e.occurred_at) * 1000)::bigint::text, trunc(extract(epoch from e.created_at) * 1000)::bigint::text,
      '', '', ''], E'\n'), 'UTF8'));
    update consent_event set position = n, hash = head where workspace_id = e.workspace_id and id = e.id;
    insert into consent_chain (workspace_id, contact_id, length, head) values (e.workspace_id, e.contact_id, n, head)
      on conflict (workspace_id, contact_id) do update set length = excluded.length, head = excluded.head;
  end loop;
end $$;

alter table consent_event alter column position set not null, alter column hash set not null;
create unique index consent_event_chain on consent_event (workspace_id, contact_id, position);
create index consent_event_expiry on consent_event (expires_at) where expires_at is not null;

-- the exact words a person agreed to, kept once
create table consent_text (
  workspace_id text collate "C" not null,
  id text collate "C" not null,
  text text not null,
  created_at timestamptz not null,
  primary key (workspace_id, id)
);

create table consent_rule (
  workspace_id text collate "C" not null,
  purpose text not null,
  needs_confirmation boolean not null,
  valid_days integer check (valid_days between 1 and 3650),
  updated_at timestamptz not null,
  primary key (workspace_id, purpose)
);

-- workspaces with a consent whose time is over and not yet noted
create function kw.consent_expiries(p_now timestamptz) returns setof text
language sql stable security definer set search_path = public, pg_temp as
  $$ select distinct e.workspace_id from consent_event e join workspace w on w.id = e.workspace_id and w.closed_at is null
     where e.expires_at <= p_now and e.action in ('granted', 'confirmed') and not exists (select 1 from consent_event x
       where x.workspace_id = e.workspace_id and x.contact_id = e.contact_id and x.purpose = e.purpose
         and x.action = 'expired' and x.occurred_at >= e.expires_at) $$;
