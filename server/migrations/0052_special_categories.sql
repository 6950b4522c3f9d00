-- Whether any workspace here keeps special categories: the privacy page of the deployment says so.
create function kw.holds_special_categories() returns boolean
language sql stable security definer set search_path = public, pg_temp as
$$ select exists (select 1 from special_category) $$;
