import type { App } from "../platform/context.ts";
import { openSecrets } from "../webhooks/endpoint-secrets.ts";
import type { Recipient } from "./describe-kept.ts";

/** What the API and its events tell of a contact. */
const told = ["user.content", "user.name", "user.unique_id"];

/** The programs that a workspace sends its events to: recipients of its own choosing, by their hosts. */
export async function programsOf(app: Pick<App, "db" | "keyring">, workspaceId: string): Promise<Recipient[]> {
  const rows = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    tx.query<{ id: string; secrets: Buffer }>(
      "select id, secrets from webhook_endpoint where workspace_id = $1 and status = 'enabled' order by id",
      [workspaceId],
    ),
  );
  const hosts = new Set(
    rows.map(({ id, secrets }) => new URL(openSecrets(app, workspaceId, id, secrets).url).hostname),
  );
  return [...hosts].map((host) => ({
    ...{ id: `program:${host}`, name: host, does: "A program of the workspace that is told what happens in it." },
    ...{ country: "As the workspace chose", categories: told, way: "program" as const },
  }));
}
