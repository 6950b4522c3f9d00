// Signing up, in and out; what people see and change about themselves.
import { z } from "zod";
import { missingIdentity } from "../platform/config.ts";
import type { Tx } from "../platform/db.ts";
import { deliveryOf, mailDelivery } from "../platform/mail.ts";
import { notFound, type AnyProblem } from "../platform/problem.ts";
import { pageOf, pageQuery } from "../platform/page.ts";
import { route, type JsonCtx } from "../platform/route.ts";
import { absoluteMs, loginCookie } from "./authentication.ts";
import { invitationNotValid } from "./invitations.ts";
import { ACCOUNT_AGE } from "./jurisdictions.ts";
import { endLogin, listLogins, LoginView, revokeLogin, revokeLogins, startLogin, type StartedLogin } from "./logins.ts";
import { confirmPasswordReset, requestPasswordReset } from "./password-reset.ts";
import {
  describeMe,
  emailSchema,
  emailTaken,
  givenPasswordSchema,
  MeView,
  passwordSchema,
  personNameSchema,
  personOf,
  phoneSchema,
  wrongPassword,
} from "./people.ts";
import { changeProfile } from "./profile.ts";
import { linkNotValid, signIn, useLoginLink, wrongCredentials } from "./sign-in.ts";
import { listSignIns, SignInView } from "./sign-ins.ts";
import { isSignUpOpen, operatorUnknown, signUp, signUpClosed } from "./sign-up.ts";
import { workspaceNameSchema } from "./workspaces.ts";

const token = z.string().max(100);

/** Gives the browser its new login and ends the one it had, so that none stays open without a cookie. */
async function beginLogin(ctx: Omit<JsonCtx, "tx">, tx: Tx, started: StartedLogin, personId: string) {
  ctx.reply.cookie(loginCookie, started.token, { maxAgeSeconds: absoluteMs / 1000 });
  if ("loginId" in ctx.actor) await endLogin(ctx, tx, ctx.actor.personId, ctx.actor.loginId);
  return describeMe(ctx, tx, personId);
}

const signUpRoute = route({
  id: "sign_up.create",
  method: "POST",
  path: "/v1/sign-up",
  summary: "Sign up",
  description: "Makes a person with a workspace of their own, or with an invitation's. Answers with a session cookie.",
  permission: "public",
  rateLimit: { perMinute: 10 },
  isOpen: true,
  status: 201,
  body: z
    .object({
      email: emailSchema,
      password: passwordSchema,
      name: personNameSchema,
      phone: phoneSchema.optional().describe("Nobody has to give one; colleagues see it."),
      isAdult: z
        .literal(true)
        .describe(`That they are ${ACCOUNT_AGE} or older. Signing up accepts the privacy policy in force.`),
      workspaceName: workspaceNameSchema
        .optional()
        .describe("Of the business; without it and without an invitation the workspace has the person's name."),
      acceptsAgreements: z
        .boolean()
        .default(false)
        .describe("With a new workspace: accepts the terms and the agreement on data processing for it."),
      invitationToken: token.optional(),
    })
    .refine((body) => body.workspaceName === undefined || body.invitationToken === undefined, {
      path: ["workspaceName"],
      error: "give either a name for a new workspace or an invitation",
    }),
  returns: MeView,
  problems: [signUpClosed, operatorUnknown, emailTaken, invitationNotValid] satisfies AnyProblem[],
  run: async (ctx, { body }) => {
    const { email, password, name, phone = null, workspaceName, invitationToken, acceptsAgreements } = body;
    const into =
      invitationToken === undefined
        ? { workspaceName: workspaceName ?? name.slice(0, 80), acceptsAgreements }
        : { invitationToken };
    const started = await signUp(ctx, { email, password, name, phone, into });
    return ctx.db.tx({ workspaceIds: [] }, (tx) => beginLogin(ctx, tx, started, started.personId));
  },
});

const signUpStateRoute = route({
  id: "sign_up.get",
  method: "GET",
  path: "/v1/sign-up",
  summary: "Whether new workspaces are open to everyone",
  permission: "public",
  isInternal: true,
  returns: z.object({
    isOpen: z.boolean(),
    missing: z.array(z.string()).describe("Settings without which nobody may sign up."),
  }),
  run: async (ctx) => ({ isOpen: await isSignUpOpen(ctx, ctx.tx), missing: missingIdentity(ctx.config) }),
});

const signInRoute = route({
  id: "sign_in.create",
  method: "POST",
  path: "/v1/sign-in",
  summary: "Sign in",
  description: "Answers with a session cookie. Wrong passwords cost time, and never the account.",
  permission: "public",
  rateLimit: { perMinute: 20 },
  isOpen: true,
  body: z.object({ email: emailSchema, password: givenPasswordSchema }),
  returns: MeView,
  problems: [wrongCredentials],
  run: async (ctx, { body }) => {
    const started = await signIn(ctx, ctx.request, body);
    return ctx.db.tx({ workspaceIds: [] }, (tx) => beginLogin(ctx, tx, started, started.personId));
  },
});

const signInByLinkRoute = route({
  id: "sign_in.use_link",
  method: "POST",
  path: "/v1/sign-in/link",
  summary: "Sign in by a link that works once",
  permission: "public",
  rateLimit: { perMinute: 20 },
  body: z.object({ token }),
  returns: MeView,
  problems: [linkNotValid],
  run: async (ctx, { body }) => {
    const personId = await useLoginLink(ctx, ctx.tx, "sign_in", body.token);
    const started = await startLogin(ctx, ctx.tx, personId, ctx.request, { method: "link" });
    return beginLogin(ctx, ctx.tx, started, personId);
  },
});

const signOutRoute = route({
  id: "sign_out.create",
  method: "POST",
  path: "/v1/sign-out",
  summary: "Sign out",
  permission: "signed_in",
  run: async (ctx) => {
    await revokeLogin(ctx, personOf(ctx).loginId);
    ctx.reply.cookie(loginCookie, null);
    ctx.reply.header("clear-site-data", '"cache", "storage"');
  },
});

const requestResetRoute = route({
  id: "password_reset.create",
  method: "POST",
  path: "/v1/password-reset",
  summary: "Ask for a link to choose a new password",
  description: "The answer is the same whether the address is known or not.",
  permission: "public",
  rateLimit: { perMinute: 5 },
  isOpen: true,
  status: 202,
  body: z.object({ email: emailSchema }),
  returns: z.object({ status: z.literal("accepted"), delivery: mailDelivery }),
  run: (ctx, { body }) => {
    requestPasswordReset(ctx, body.email);
    return { status: "accepted" as const, delivery: deliveryOf(ctx.config) };
  },
});

const confirmResetRoute = route({
  id: "password_reset.confirm",
  method: "POST",
  path: "/v1/password-reset/confirm",
  summary: "Choose a new password by a link",
  description: "Ends every login of the person. Signing in comes after.",
  permission: "public",
  rateLimit: { perMinute: 10 },
  isOpen: true,
  body: z.object({ token, password: passwordSchema }),
  problems: [linkNotValid],
  run: (ctx, { body }) => confirmPasswordReset(ctx, body),
});

const meRoute = route({
  id: "me.get",
  method: "GET",
  path: "/v1/me",
  summary: "Who is signed in, and where they belong",
  permission: "signed_in",
  returns: MeView,
  run: (ctx) => describeMe(ctx, ctx.tx, personOf(ctx).personId),
});

const changeMeRoute = route({
  id: "me.update",
  method: "PATCH",
  path: "/v1/me",
  summary: "Change name, phone number, e-mail address or password",
  description:
    "An e-mail address or a new password needs the present `password`. A new password ends all other logins.",
  permission: "signed_in",
  rateLimit: { perMinute: 30 },
  isOpen: true,
  body: z
    .object({
      name: personNameSchema.optional(),
      phone: phoneSchema.nullable().optional(),
      email: emailSchema.optional(),
      newPassword: passwordSchema.optional(),
      password: givenPasswordSchema.optional(),
    })
    .strict(),
  returns: MeView,
  problems: [wrongPassword, emailTaken],
  run: (ctx, { body }) => changeProfile(ctx, body),
});

const listLoginsRoute = route({
  id: "login.list",
  method: "GET",
  path: "/v1/logins",
  summary: "Where you are signed in",
  permission: "signed_in",
  query: pageQuery,
  returns: pageOf(LoginView),
  run: (ctx, { query }) => listLogins(ctx, query),
});

const listSignInsRoute = route({
  id: "sign_in.list",
  method: "GET",
  path: "/v1/me/sign-ins",
  summary: "Your sign-ins of the last twelve months, and who tried with a wrong password, newest first",
  permission: "signed_in",
  query: pageQuery,
  returns: pageOf(SignInView),
  run: (ctx, { query }) => listSignIns(ctx, query),
});

const revokeLoginRoute = route({
  id: "login.delete",
  method: "DELETE",
  path: "/v1/logins/:id",
  summary: "End a login",
  permission: "signed_in",
  params: z.object({ id: z.string().max(64) }),
  problems: [notFound],
  run: (ctx, { params }) => revokeLogin(ctx, params.id),
});

const revokeOtherLoginsRoute = route({
  id: "login.delete_others",
  method: "DELETE",
  path: "/v1/logins",
  summary: "End all logins but this one",
  permission: "signed_in",
  run: (ctx) => {
    const { personId, loginId } = personOf(ctx);
    return revokeLogins(ctx, ctx.tx, personId, loginId);
  },
});

export const peopleRoutes = [
  ...[signUpRoute, signUpStateRoute, signInRoute, signInByLinkRoute, signOutRoute],
  ...[requestResetRoute, confirmResetRoute],
  ...[meRoute, changeMeRoute],
  ...[listSignInsRoute, listLoginsRoute, revokeLoginRoute, revokeOtherLoginsRoute],
];
