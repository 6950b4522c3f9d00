// Signing up: a new person with a workspace of their own.
import { missingIdentity } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { OpenCtx } from "../platform/route.ts";
import { problem } from "../platform/problem.ts";
import { acceptInvitation, previewInvitation } from "./invitations.ts";
import { startLogin, type StartedLogin } from "./logins.ts";
import { hashNewPassword } from "./passwords.ts";
import { createPerson, hasPeople } from "./people.ts";
import { createWorkspace } from "./workspaces.ts";

export const signUpClosed = problem({
  code: "sign_up.closed",
  status: 403,
  title: "New workspaces are not open to everyone here.",
  fix: "Ask someone for an invitation, or the operator to create a workspace with `keepword workspace create`.",
});

export const operatorUnknown = problem({
  code: "sign_up.operator_unknown",
  status: 503,
  title: "This server does not say yet who answers for the data on it, so nobody can sign up.",
  fix: "Operator: set KEEPWORD_OPERATOR_NAME, KEEPWORD_PRIVACY_CONTACT and KEEPWORD_REGION to who you are and where the server stands, and start again. `detail` names what is missing.",
});

export interface SignUpInput {
  email: string;
  password: string;
  name: string;
  phone: string | null;
  /** a new workspace of this name, or the one that an invitation leads to */
  into: { workspaceName: string; acceptsAgreements: boolean } | { invitationToken: string };
}

// any constant will do; it lets two first sign-ups at once make one first person
const firstPersonLock = 727_002;

/** Whoever signs up accepts the version in force and says that they are an adult. No consent to anything comes with it. */
async function acceptPolicy(ctx: Pick<App, "clock">, tx: Tx, personId: string): Promise<void> {
  const rows = await tx.query(
    `insert into policy_acceptance (person_id, version, kind, accepted_at)
     select $1, v.number, k, $2 from unnest(array['accepted', 'adult']) k, (select max(number) as number from policy_version
       where effective_at <= $2) v where v.number is not null returning version`,
    [personId, ctx.clock.now()],
  );
  if (rows.length === 0) throw operatorUnknown({ detail: "The privacy page has no version in force." });
}

/** May anyone make a workspace now? */
export async function isSignUpOpen(ctx: Pick<App, "config">, tx: Tx): Promise<boolean> {
  return ctx.config.signUp === "open" || (ctx.config.signUp === "first" && !(await hasPeople(tx)));
}

async function assertMaySignUp(ctx: Pick<App, "config" | "clock">, tx: Tx, into: SignUpInput["into"]): Promise<void> {
  const missing = missingIdentity(ctx.config);
  if (missing.length > 0) throw operatorUnknown({ detail: `Not set: ${missing.join(", ")}.` });
  // a worthless invitation must not tell whether the address is known
  if ("invitationToken" in into) await previewInvitation(ctx, tx, into.invitationToken);
  else if (!(await isSignUpOpen(ctx, tx))) throw signUpClosed();
}

/**
 * Makes the person and their workspace, or their place in the one they are invited to, and signs them in. Throws
 * `signUpClosed`, `emailTaken`, `invitationNotValid`.
 */
export async function signUp(ctx: OpenCtx, input: SignUpInput): Promise<StartedLogin & { personId: string }> {
  // who may not sign up costs no hash; that much is public
  await ctx.db.tx({ workspaceIds: [] }, (tx) => assertMaySignUp(ctx, tx, input.into));
  // before the address is looked at: the answer takes as long for one that is taken
  const passwordHash = await hashNewPassword(input.password, [input.email, input.name], "password");
  const started = await ctx.db.tx({ workspaceIds: [] }, async (tx) => {
    const { email, name, phone, into } = input;
    if ("workspaceName" in into && ctx.config.signUp === "first")
      await tx.query("select pg_advisory_xact_lock($1)", [firstPersonLock]);
    await assertMaySignUp(ctx, tx, into);
    const personId = await createPerson(ctx, tx, { email, name, phone, passwordHash });
    await acceptPolicy(ctx, tx, personId);
    if ("workspaceName" in into) {
      const acceptedBy = into.acceptsAgreements ? "owner" : null;
      await createWorkspace(ctx, tx, { name: into.workspaceName, ownerId: personId, acceptedBy });
    } else await acceptInvitation(ctx, tx, { token: into.invitationToken, personId });
    return { ...(await startLogin(ctx, tx, personId, ctx.request, { method: "sign_up" })), personId };
  });
  ctx.visits.happened("signed_up");
  return started;
}
