// A forgotten password: a link by mail, the same answer whether the address is known or not.
import type { App } from "../platform/context.ts";
import { baseUrl } from "../platform/config.ts";
import { notify } from "../notifications/notify.ts";
import { tellMembers } from "./members.ts";
import { revokeLogins } from "./logins.ts";
import { hashNewPassword } from "./passwords.ts";
import { findPerson, findPersonByEmail, openPerson, setPassword } from "./people.ts";
import { assertLoginLink, countLoginLinks, createLoginLink, endLoginLinks, useLoginLink } from "./sign-in.ts";

type ResetApp = Pick<
  App,
  "db" | "keyring" | "clock" | "mail" | "config" | "bus" | "authentication" | "log" | "emit" | "enqueue"
>;

// Anyone may ask for anyone: a few mails, and no request takes away the link that an earlier one sent.
const maxLinks = 3;
const perMs = 15 * 60_000;

/**
 * Mails a link that lives one hour to a known address, three times in a quarter of an hour at most. Returns before any of it is done, so the time tells
 * nothing; `done` is for tests and for closing in order.
 */
export function requestPasswordReset(app: ResetApp, email: string): { done: Promise<void> } {
  const done = mailResetLink(app, email).catch((error: unknown) =>
    app.log.error({ err: error }, "a password reset mail was not sent"),
  );
  return { done };
}

async function mailResetLink(app: ResetApp, email: string): Promise<void> {
  const found = await app.db.tx({ workspaceIds: [] }, async (tx) => {
    const row = await findPersonByEmail(app, tx, email);
    if (!row || (await countLoginLinks(app, tx, row.id, "password_reset", perMs)) >= maxLinks) return undefined;
    return { person: openPerson(app, row), token: await createLoginLink(app, tx, row.id, "password_reset") };
  });
  if (!found) return;
  await app.mail.send({
    template: "password_reset",
    to: found.person.email,
    subject: "Choose a new password for Keepword",
    text: [
      "Somebody, hopefully you, asked to choose a new password for your Keepword account.",
      `Open this link within one hour:\n${baseUrl(app.config)}/reset?token=${found.token}`,
      "If it was not you, do nothing: your password stays as it is.",
    ].join("\n\n"),
  });
}

/** Sets the new password and ends every login of the person. Throws `linkNotValid`. */
export async function confirmPasswordReset(app: ResetApp, input: { token: string; password: string }): Promise<void> {
  // a made-up link costs no hash
  await app.db.tx({ workspaceIds: [] }, (tx) => assertLoginLink(app, tx, "password_reset", input.token));
  const hash = await hashNewPassword(input.password, [], "password");
  const person = await app.db.tx({ workspaceIds: [] }, async (tx) => {
    const personId = await useLoginLink(app, tx, "password_reset", input.token);
    await setPassword(app, tx, personId, hash);
    await endLoginLinks(app, tx, personId);
    await revokeLogins(app, tx, personId, null);
    await tellMembers(app, tx, personId, "password_changed");
    await notify(app, tx, { personIds: [personId], topic: "password_changed", isMailed: true });
    const row = await findPerson(tx, personId);
    return row && openPerson(app, row);
  });
  if (person)
    await mailCredentialChange(app, person.email, "Your password was changed by a link sent to this address.");
}

/** Tells the owner of an account that its credentials changed; a mail that cannot be sent is logged, the change stands. */
export async function mailCredentialChange(app: Pick<App, "mail" | "log">, to: string, what: string): Promise<void> {
  try {
    await app.mail.send({
      template: "password_changed",
      to,
      subject: "Your Keepword sign-in was changed",
      text: `${what}\n\nIf it was not you, reset your password now and end the logins you do not know.`,
    });
  } catch (error) {
    app.log.error({ err: error }, "a notice of changed credentials was not sent");
  }
}
