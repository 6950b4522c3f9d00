// The privacy mailbox: a message that the operator's mail server pipes in becomes a request that waits for proof of who asks. Whoever wrote gets
// the same words, known here or not.
import PostalMime, { type Email } from "postal-mime";
import { findPersonByEmail, membershipsOf } from "../identity/people.ts";
import { dueDate } from "../identity/jurisdictions.ts";
import { systemCtx, type App, type Ctx } from "../platform/context.ts";
import { isProblem, problem } from "../platform/problem.ts";
import { blindIndex } from "../platform/seal.ts";
import { findByNumbers } from "./find-subject.ts";
import { typeOfMail } from "./mail-words.ts";
import { openSubjectRequest, tooManyComplaints, type RequestType } from "./subject-request.ts";

export const MAX_MAIL_BYTES = 10 * 1024 * 1024;
/** One sender a day; whoever writes more often is heard already. */
const MAX_PER_SENDER = 3;
/** One workspace a day: a flood is the mail server's to hold back. */
const MAX_PER_WORKSPACE = 200;
const DAY_MS = 86_400_000;
const MAX_TEXT = 3_500;
/** How much of a mail is read for what it asks, and how many numbers in it are looked up: whoever writes decides what is in it. */
const MAX_READ = 64 * 1024;
const MAX_NUMBERS = 10;

export const mailUnreadable = problem({
  code: "privacy_mail.unreadable",
  status: 400,
  title: "That is no mail: it has no sender that could be answered.",
  fix: "Pipe the whole message as the mail server received it, headers included.",
});

export const mailFlood = problem({
  code: "privacy_mail.flood",
  status: 409,
  title: `More than ${MAX_PER_WORKSPACE} privacy mails came for this workspace within a day; this one was not taken.`,
  fix: "Let the mail server try again tomorrow, and look at what is in the queue of requests.",
});

/** `loop`: a machine wrote it, and answering would make two machines talk · `repeated`: this sender's earlier mails wait already */
export type MailOutcome = { requestId: string; isAnswered: boolean } | { ignored: "loop" | "repeated" };

type Opened = { requestId: string } | Extract<MailOutcome, { ignored: string }>;

/** @throws privacy_mail.unreadable · privacy_mail.flood · not_found for a workspace that is not there */
export async function receiveMail(app: App, workspaceId: string, raw: Buffer): Promise<MailOutcome> {
  const mail = await PostalMime.parse(raw).catch(() => {
    throw mailUnreadable();
  });
  const from = mail.from?.address?.trim().toLowerCase() ?? "";
  if (!/^[^\s<>(),;:"\\@]{1,64}@[^\s<>(),;:"\\@]{1,255}$/.test(from)) throw mailUnreadable();
  if (isMachine(app, from, mail)) return { ignored: "loop" };
  const opened = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
    openFor(systemCtx(app, tx, workspaceId, "privacy-mail"), from, mail),
  );
  return "ignored" in opened ? opened : { ...opened, isAnswered: await acknowledge(app, workspaceId, from) };
}

/** RFC 3834: what a machine sent by itself is not answered; nor are bounces, lists and our own mails. */
function isMachine(app: App, from: string, mail: Email): boolean {
  const header = (name: string): string =>
    mail.headers
      .find(({ key }) => key.toLowerCase() === name)
      ?.value.trim()
      .toLowerCase() ?? "";
  const automatic = header("auto-submitted");
  const own = [app.config.privacyContact, app.config.mailFrom].map((text) => text.toLowerCase());
  return (
    (automatic !== "" && automatic !== "no") ||
    ["bulk", "junk", "list", "auto_reply"].includes(header("precedence")) ||
    header("return-path") === "<>" ||
    header("list-id") !== "" ||
    /^(mailer-daemon|postmaster|no-?reply)@/.test(from) ||
    own.some((text) => text.includes(from))
  );
}

async function openFor(ctx: Ctx, from: string, mail: Email): Promise<Opened> {
  const { tx, workspaceId, clock } = ctx;
  const senderIndex = blindIndex(ctx.keyring.indexKey(workspaceId, "address"), "mail", from);
  const [count] = await tx.query<{ all: number; own: number }>(
    `select count(*)::int as all, count(*) filter (where sender_index = $3)::int as own from subject_request
     where workspace_id = $1 and sender_index is not null and received_at > $2`,
    [workspaceId, new Date(clock.ms() - DAY_MS), senderIndex],
  );
  if ((count?.own ?? 0) >= MAX_PER_SENDER) return { ignored: "repeated" };
  if ((count?.all ?? 0) >= MAX_PER_WORKSPACE) throw mailFlood();
  const said = `${mail.subject ?? ""}\n${mail.text ?? plain((mail.html ?? "").slice(0, MAX_READ))}`
    .trim()
    .slice(0, MAX_READ);
  const asked = typeOfMail(said);
  const detail = { text: `${from}\n${said}`.slice(0, MAX_TEXT) };
  const input = { detail, source: "mail", isIdentityProved: false, senderIndex } as const;
  const personId = await memberBy(ctx, from);
  const open = async (type: RequestType) =>
    personId === undefined
      ? openSubjectRequest(ctx, { ...input, type, ...(await contactIn(ctx, said, from)) })
      : openSubjectRequest(ctx, { ...input, type: type === "access" ? type : "complaint", personId });
  try {
    return { requestId: (await open(asked)).id };
  } catch (error) {
    if (isProblem(error, tooManyComplaints)) return { ignored: "repeated" };
    throw error;
  }
}

/** The sender's address is that of somebody who works here. */
async function memberBy(ctx: Ctx, email: string): Promise<string | undefined> {
  const person = await findPersonByEmail(ctx, ctx.tx, email);
  if (!person) return undefined;
  const mine = await membershipsOf(ctx.tx, person.id);
  return mine.some(({ workspaceId }) => workspaceId === ctx.workspaceId) ? person.id : undefined;
}

/** Contacts have numbers, no mail addresses: one that the mail names may lead to somebody. Else the address is all that is known. */
async function contactIn(ctx: Ctx, said: string, from: string): Promise<{ contactId: string } | { identity: string }> {
  const numbers = said.matchAll(/\+\d[\d\s().-]{6,18}\d/g).take(MAX_NUMBERS);
  const contactId = await findByNumbers(
    ctx,
    [...numbers].map(([number]) => number),
  );
  return contactId === null ? { identity: from } : { contactId };
}

/** What is not closed takes the rest along: nothing is looked through twice. */
const plain = (markup: string): string =>
  markup.replaceAll(/<(style|script)[\s\S]*?(?:<\/\1>|$)/gi, " ").replaceAll(/<[^<>]*>/g, " ");

/** The command may run where the server's own settings are not. */
const thanks = ({ config: { operatorName } }: App): string =>
  operatorName === "" ? "Thank you for writing." : `Thank you for writing to ${operatorName}.`;

/** Nothing in it depends on who wrote, or on what is known of them. The request is stored: one that fails is logged, and the mail is not taken twice. */
async function acknowledge(app: App, workspaceId: string, to: string): Promise<boolean> {
  const day = dueDate("access", app.clock.now()).toISOString().slice(0, 10);
  const sent = app.mail.send({
    ...{ template: "privacy_request", to, subject: "We received your message about personal data" },
    text: `${thanks(app)}\n\nYour message has been noted as a request about personal data. It will be answered by ${day} at the latest. Before anything is told or changed we may ask you to show who you are.\n\nThis answer was sent by itself and says nothing about whether anything is held about you.\n`,
    headers: { "Auto-Submitted": "auto-replied", Precedence: "auto_reply" },
  });
  return sent.then(
    () => true,
    (error: unknown) => {
      app.log.error({ err: error, workspaceId }, "a privacy mail was not answered");
      return false;
    },
  );
}
