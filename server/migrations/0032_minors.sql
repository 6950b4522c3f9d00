-- Somebody said that this person is a child: restricted, out of all marketing, and erased within 72 hours unless it is not so.
alter table contact add column minor_at timestamptz;

-- From which age somebody agrees for themselves, where the workspace asks for it; null: the pack's default.
alter table consent_rule add column min_age integer check (min_age between 13 and 21);

alter table subject_request drop constraint subject_request_source_check;
alter table subject_request add constraint subject_request_source_check
  check (source in ('api', 'owner', 'contact_page', 'meta', 'member', 'minor_report', 'mail'));
-- a proposal that nobody refuses runs by itself from then on
alter table subject_request add column runs_at timestamptz;
create index subject_request_proposed on subject_request (runs_at) where state = 'received' and runs_at is not null;

create function kw.due_subject_requests(p_now timestamptz) returns table (workspace_id text, id text)
language sql stable security definer set search_path = public, pg_temp as
  $$ select r.workspace_id, r.id from subject_request r
     where r.state = 'received' and r.runs_at <= p_now order by r.runs_at limit 500 $$;
