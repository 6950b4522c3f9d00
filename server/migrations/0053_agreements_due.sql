-- Until when a workspace may send without having accepted the agreements in force; null: it has. A workspace from before this was asked
-- has none yet: the next start gives it its notice.
alter table workspace add column agreements_due_at timestamptz;

-- At a start: gives every workspace that has not accepted these versions until `p_due`, once, and takes back what is due no more.
-- A date that is set stays as it is, so that one change after another puts nothing off. Returns those that got a date.
create function kw.settle_agreements(p_versions text[], p_due timestamptz) returns setof text
language sql volatile security definer set search_path = public, pg_temp as $$
  with standing as (select w.id, (select count(*) from workspace_agreement a where a.workspace_id = w.id and a.version = any (p_versions))
      = cardinality(p_versions) as is_agreed from workspace w where w.closed_at is null),
    changed as (update workspace w set agreements_due_at = case when s.is_agreed then null else p_due end from standing s
      where w.id = s.id and s.is_agreed <> (w.agreements_due_at is null) returning w.id, s.is_agreed)
  select id from changed where not is_agreed $$;

-- Whom the agreements are due from, in pages.
create function kw.agreements_due(p_after text, p_limit int) returns setof text
language sql stable security definer set search_path = public, pg_temp as $$
  select id from workspace where agreements_due_at is not null and closed_at is null and id > p_after order by id limit p_limit $$;

drop function kw.person_memberships(text);
create function kw.person_memberships(p_person_id text)
returns table (workspace_id text, workspace_name text, member_id text, role text, channel_ids text[], purge_at timestamptz,
               agreements_due_at timestamptz, suspended_reason text)
language sql stable security definer set search_path = public, pg_temp as
  $$ select m.workspace_id, w.name, m.id, m.role, m.channel_ids, w.purge_at, w.agreements_due_at, w.suspended_reason
     from member m join workspace w on w.id = m.workspace_id
     where m.person_id = p_person_id and m.removed_at is null and w.closed_at is null order by m.created_at $$;
