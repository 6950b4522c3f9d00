// What people change about themselves: name and phone number freely, e-mail address and password with the password again.
import type { z } from "zod";
import { notify } from "../notifications/notify.ts";
import { validationFailed } from "../platform/problem.ts";
import type { OpenCtx } from "../platform/route.ts";
import { revokeLogins } from "./logins.ts";
import { tellMembers } from "./members.ts";
import { hashNewPassword } from "./passwords.ts";
import { mailCredentialChange } from "./password-reset.ts";
import {
  describeMe,
  findPerson,
  openPerson,
  personOf,
  setEmail,
  setName,
  setPassword,
  setPhone,
  type MeView,
} from "./people.ts";
import { confirmPassword, endLoginLinks } from "./sign-in.ts";

export interface ProfileChange {
  name?: string | undefined;
  phone?: string | null | undefined;
  email?: string | undefined;
  newPassword?: string | undefined;
  /** the one they have; needed for an e-mail address or a password */
  password?: string | undefined;
}

/**
 * All or nothing. A new password ends every other login; a new address is told to the old one. Throws `wrongPassword`,
 * `emailTaken`, `tooManyRequests`, `validationFailed`.
 */
export async function changeProfile(ctx: OpenCtx, change: ProfileChange): Promise<z.input<typeof MeView>> {
  const { personId, loginId } = personOf(ctx);
  const { name, phone, email, newPassword } = change;
  if (email !== undefined || newPassword !== undefined) await confirm(ctx, personId, change);
  const hash =
    newPassword === undefined
      ? undefined
      : await hashNewPassword(newPassword, [email ?? "", name ?? ""], "newPassword");
  const { me, oldEmail } = await ctx.db.tx({ workspaceIds: [] }, async (tx) => {
    const before = await findPerson(tx, personId);
    if (name !== undefined) await setName(ctx, tx, personId, name);
    if (phone !== undefined) await setPhone(ctx, tx, personId, phone);
    if (email !== undefined) {
      await setEmail(ctx, tx, personId, email);
      await endLoginLinks(ctx, tx, personId);
      await tellMembers(ctx, tx, personId, "email_changed");
      await notify(ctx, tx, { personIds: [personId], topic: "email_changed", isMailed: true });
    }
    // oxlint-disable-next-line security/detect-possible-timing-attacks -- whether there is one
    if (hash !== undefined) {
      await setPassword(ctx, tx, personId, hash);
      await endLoginLinks(ctx, tx, personId);
      await revokeLogins(ctx, tx, personId, loginId);
      await tellMembers(ctx, tx, personId, "password_changed");
      await notify(ctx, tx, { personIds: [personId], topic: "password_changed", isMailed: true });
    }
    return { me: await describeMe(ctx, tx, personId), oldEmail: before && openPerson(ctx, before).email };
  });
  if (oldEmail && email !== undefined && email !== oldEmail) {
    await mailCredentialChange(ctx, oldEmail, "The e-mail address of your account was changed to another one.");
    await mailCredentialChange(ctx, email, "This is now the e-mail address of your account.");
  } else if (oldEmail && hash !== undefined)
    await mailCredentialChange(ctx, oldEmail, "The password of your account was changed.");
  return me;
}

async function confirm(ctx: OpenCtx, personId: string, { email, password }: ProfileChange): Promise<void> {
  // oxlint-disable-next-line security/detect-possible-timing-attacks -- whether there is one
  if (password !== undefined) return confirmPassword(ctx, personId, password);
  const row = await ctx.db.tx({ workspaceIds: [] }, (tx) => findPerson(tx, personId));
  // who came in by a link has no password to repeat: the first one needs none
  if (row?.passwordHash === null && email === undefined) return;
  throw validationFailed({ issues: [{ path: "body.password", message: "is needed to change how you sign in" }] });
}
