// Signing up: a new person with a workspace of their own.
import type { OpenCtx } from "../platform/route.ts";
import { hashPassword } from "../platform/password.ts";
import { problem } from "../platform/problem.ts";
import { startLogin, type StartedLogin } from "./logins.ts";
import { createPerson, hasPeople } from "./people.ts";
import { createWorkspace } from "./workspaces.ts";

export const signUpClosed = problem({
  code: "sign_up.closed",
  status: 403,
  title: "New workspaces are not open to everyone here.",
  fix: "Ask someone for an invitation, or the operator to create a workspace with `keepword workspace create`.",
});

export interface SignUpInput {
  email: string;
  password: string;
  name: string | null;
  workspaceName: string;
}

// any constant will do; it lets two first sign-ups at once make one first person
const firstPersonLock = 727_002;

/** Makes person, workspace and owner, and signs them in. Throws `signUpClosed`, `emailTaken`. */
export async function signUp(ctx: OpenCtx, input: SignUpInput): Promise<StartedLogin & { personId: string }> {
  // hashed first: the answer takes as long for an address that is taken
  const passwordHash = await hashPassword(input.password);
  return ctx.db.tx({ workspaceIds: [] }, async (tx) => {
    if (ctx.config.signUp === "closed") throw signUpClosed();
    if (ctx.config.signUp === "first") {
      await tx.query("select pg_advisory_xact_lock($1)", [firstPersonLock]);
      if (await hasPeople(tx)) throw signUpClosed();
    }
    const { email, name } = input;
    const personId = await createPerson(ctx, tx, { email, name, passwordHash });
    await createWorkspace(ctx, tx, { name: input.workspaceName, ownerId: personId });
    return { ...(await startLogin(ctx, tx, personId, ctx.request)), personId };
  });
}
