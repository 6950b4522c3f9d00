-- Labels that were put before 0080. A row that its conversation wrote meanwhile is left alone.
update conversation_label l set status = v.status, assignee_id = v.assignee_id, channel_id = v.channel_id
  from conversation v where v.workspace_id = l.workspace_id and v.id = l.conversation_id and l.status = '';
