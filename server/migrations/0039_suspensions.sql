-- The operator stops a workspace's sending, and lets it go on.
alter table workspace add column suspended_at timestamptz, add column suspended_reason text
  check (suspended_reason in ('spam', 'complaints', 'unlawful', 'takeover', 'other'));

-- How a workspace's sending of a day looks, in counts alone.
create table abuse_score (
  workspace_id text collate "C" not null,
  day date not null,
  score smallint not null,
  sent int not null,
  failed int not null,
  unwanted int not null,
  strangers int not null,
  scored_at timestamptz not null,
  alerted_at timestamptz,
  primary key (workspace_id, day)
);

-- What every workspace sent since a time: how much, how much of it failed, how much was not wanted, and to how many who never wrote.
-- Plan: conversation_all for those with something since, message_thread for what it was.
create function kw.sending_since(p_since timestamptz)
returns table (workspace_id text, sent int, failed int, unwanted int, people int, strangers int)
language sql stable security definer set search_path = public, pg_temp as $$
  select w.id, x.sent, x.failed, x.unwanted, x.people, x.strangers from workspace w cross join lateral (
    select count(*)::int as sent, (count(*) filter (where m.status = 25))::int as failed,
      (count(*) filter (where m.status = 25 and m.error ->> 'code' in ('message.opted_out', 'message.no_consent')))::int as unwanted,
      count(distinct v.id)::int as people, (count(distinct v.id) filter (where v.last_inbound_at is null))::int as strangers
    from conversation v join message m on m.workspace_id = v.workspace_id and m.conversation_id = v.id and m.sort_at >= p_since
    where v.workspace_id = w.id and v.last_message_at >= p_since and m.direction = 'outbound') x
  where w.closed_at is null and x.sent > 0 $$;
