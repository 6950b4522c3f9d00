-- When a key got its successor: it rotates once, and is offered no more.
alter table api_key add column rotated_at timestamptz;
update api_key k set rotated_at = a.created_at from audit_entry a
  where a.workspace_id = k.workspace_id and a.action = 'api_key.rotated' and a.target_id = k.id and k.revoked_at is null;
