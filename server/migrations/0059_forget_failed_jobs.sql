-- A job that failed for the last time stays in the queue with its error. It is gone when it could not be looked into any more.
create function kw.forget_failed_jobs(p_before timestamptz) returns int
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare gone int;
begin
  delete from graphile_worker._private_jobs where attempts >= max_attempts and locked_at is null and run_at < p_before;
  get diagnostics gone = row_count;
  return gone;
end $$;
