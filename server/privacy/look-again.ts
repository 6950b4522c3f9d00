// Lists that are being imported, and the people whom one brought after they asked to be erased.
import { endImports } from "../contact-imports/end-imports.ts";
import type { App } from "../platform/context.ts";
import { tryOpenText } from "../platform/seal.ts";
import { findSubject } from "./find-subject.ts";
import { countDeleted } from "./request-steps.ts";
import { requestColumns, requestPlace, type RequestRow } from "./subject-request.ts";

/**
 * A list may name somebody in a row that is not read yet, in any spelling, and would make them anew: all lists of the workspace end with
 * their files.
 */
export async function endLists(app: App, request: RequestRow): Promise<void> {
  const { workspaceId } = request;
  const lists = await endImports(app, workspaceId, "person_erased");
  await app.db.tx({ workspaceIds: [workspaceId] }, (tx) => countDeleted(tx, request, "import_file", lists));
}

/**
 * The request, with the contact of somebody who was not known when they asked and is now. No list can bring them after the look: all end
 * before it, also where nobody is found.
 */
export async function lookAgain(app: App, request: RequestRow): Promise<RequestRow> {
  const { workspaceId, id, identity, source } = request;
  if (request.type !== "erase" || identity === null || request.contactId !== null) return request;
  await endLists(app, request);
  const said = tryOpenText(app.keyring, requestPlace(workspaceId, id, "identity"), identity);
  if (said === null) return request;
  return app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const contactId = await findSubject({ ...app, tx, workspaceId }, { identity: said, source });
    if (contactId === null) return request;
    const [found] = await tx.query<RequestRow>(
      `update subject_request set contact_id = $3 where workspace_id = $1 and id = $2 returning ${requestColumns}`,
      [workspaceId, id, contactId],
    );
    return found ?? request;
  });
}
