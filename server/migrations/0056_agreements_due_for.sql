-- Which words (their versions, joined by '+') the date of `agreements_due_at` was set for.
alter table workspace add column agreements_due_for text;

-- Who was told of which words.
create index notification_agreements on notification (about_workspace, target) where topic = 'agreements_changed';

-- At a start: gives every workspace that has not accepted these versions until `p_due`, and takes back what is due no more. Other words
-- within that time give the time anew; a date that passed stays, so that one change after another lets nobody send again. Returns those
-- that got a date.
drop function kw.settle_agreements(text[], timestamptz);
create function kw.settle_agreements(p_versions text[], p_now timestamptz, p_due timestamptz) returns setof text
language sql volatile security definer set search_path = public, pg_temp as $$
  with standing as (select w.id, (select count(*) from workspace_agreement a where a.workspace_id = w.id and a.version = any (p_versions))
      = cardinality(p_versions) as is_agreed from workspace w where w.closed_at is null),
    changed as (update workspace w set agreements_due_at = case when s.is_agreed then null else p_due end,
        agreements_due_for = case when s.is_agreed then null else array_to_string(p_versions, '+') end from standing s
      where w.id = s.id and (s.is_agreed <> (w.agreements_due_at is null) or not s.is_agreed and w.agreements_due_at > p_now
        and w.agreements_due_for is distinct from array_to_string(p_versions, '+')) returning w.id, s.is_agreed)
  select id from changed where not is_agreed $$;
