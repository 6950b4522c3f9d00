-- Of which providers there is a channel at all, and what their numbers have set for the provider's own copy: the privacy page lists no other network.
create function kw.channel_providers() returns table (provider text, storage text)
language sql stable security definer set search_path = public, pg_temp
as $$ select distinct provider, settings ->> 'storage' from channel where deleted_at is null order by 1, 2 $$;
