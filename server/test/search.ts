import type { TestDb } from "./db.ts";

/** How many messages and contacts of a workspace have tokens. */
export async function indexKeyTokens(
  test: Pick<TestDb, "admin">,
  workspaceId: string,
): Promise<{ messages: number; contacts: number }> {
  const { rows } = await test.admin.query<{ messages: number; contacts: number }>(
    `select (select count(*)::int from message_search where workspace_id = $1) as messages,
       (select count(*)::int from contact_search where workspace_id = $1) as contacts`,
    [workspaceId],
  );
  return rows[0] ?? { messages: -1, contacts: -1 };
}
