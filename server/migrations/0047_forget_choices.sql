-- A person who is forgotten takes the views along that they saved for themselves; those that they shared are the team's.
create or replace function kw.forget_person(p_person text) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  perform 1 from person where id = p_person for update;
  if exists (select 1 from member m join workspace w on w.id = m.workspace_id and w.closed_at is null
    where m.person_id = p_person and m.removed_at is null) then return false; end if;
  delete from saved_view v using member m where m.person_id = p_person and v.workspace_id = m.workspace_id and v.member_id = m.id
    and not v.is_shared;
  update member set person_id = null where person_id = p_person;
  delete from person where id = p_person;
  return true;
end $$;
