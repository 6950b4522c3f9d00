import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { z } from "zod";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { newId } from "./ids.ts";
import { mustStartTls } from "./transport.ts";

export interface Mail {
  /** The declared mail store (`allStores`) that this is an instance of. */
  template: string;
  /** One address. */
  to: string;
  subject: string;
  text: string;
  html?: string | undefined;
  /** More header fields: that nobody wrote it by hand. */
  headers?: Readonly<Record<string, string>>;
}

export const mailDelivery = z
  .enum(["mail", "outbox"])
  .describe("`outbox`: no mail server is set up; the operator reads it in the folder `outbox` of the data folder.");
export type MailDelivery = z.output<typeof mailDelivery>;

/** What becomes of mails here. */
export const deliveryOf = ({ smtpUrl }: Pick<Config, "smtpUrl">): MailDelivery =>
  smtpUrl === undefined ? "outbox" : "mail";

export interface Mailer {
  /** Resolves when the mail server has taken the mail over. Throws MailFailed. */
  send(mail: Mail): Promise<void>;
  /** Removes mails that are kept here and older. */
  sweep?(before: Date): void;
  /** Resolves when the mail server lets us in. Throws MailFailed `unavailable`. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface KeptMail {
  id: string;
  template: string;
  at: string;
  to: string;
  subject: string;
  text: string;
}

export interface Outbox extends Mailer {
  /** Newest first. */
  list(): KeptMail[];
}

/** `refused`: this mail will never be taken (address, content); `unavailable`: worth another try later. */
export class MailFailed extends Error {
  override name = "MailFailed";
  readonly kind: "refused" | "unavailable";
  constructor(kind: MailFailed["kind"], options?: ErrorOptions) {
    super(kind === "refused" ? "the mail was refused" : "the mail server cannot be used now", options);
    this.kind = kind;
  }
}

const keptMails = 200;

/** A mailer over SMTP. `url` is `smtp://user:password@host:port` or `smtps://…`; beyond this machine STARTTLS is a must. */
export function createSmtpMailer(options: { url: string; from: string }): Mailer {
  const transport = createTransport(
    {
      url: options.url,
      // another machine takes mails over TLS or not at all
      requireTLS: mustStartTls(options.url),
      pool: true,
      maxConnections: 2,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 30_000,
      // A text that names a file or an address must not make the server read it.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from: options.from },
  );
  return {
    async send(mail) {
      assertMail(mail);
      try {
        const { template: _, ...rest } = mail;
        await transport.sendMail({ ...rest, to: { name: "", address: mail.to } });
      } catch (cause) {
        // RFC 5321: 5xx is final, 4xx and everything below SMTP may heal.
        const code = cause instanceof Error && "responseCode" in cause ? Number(cause.responseCode) : 0;
        // …but no login and no encryption are the operator's to mend, and say nothing of this mail
        const isOurs = cause instanceof Error && "code" in cause && (cause.code === "EAUTH" || cause.code === "ETLS");
        throw new MailFailed(code >= 500 && !isOurs ? "refused" : "unavailable", { cause });
      }
    },
    async check() {
      try {
        await transport.verify();
      } catch (cause) {
        throw new MailFailed("unavailable", { cause });
      }
    },
    close: async () => transport.close(),
  };
}

/** Keeps the last 200 mails instead of sending them; with `dir` as readable files that survive a restart. */
export function createOutbox(options: { clock: Clock; dir?: string | undefined }): Outbox {
  const { clock, dir } = options;
  if (dir) mkdirSync(dir, { recursive: true, mode: 0o700 });
  const kept = dir ? readKept(dir) : [];
  const forget = (count: number): void => {
    for (const old of kept.splice(0, Math.max(0, count))) if (dir) rmSync(join(dir, `${old.id}.json`), { force: true });
  };
  return {
    async send(mail) {
      assertMail(mail);
      const entry = {
        id: newId("mail", clock.ms()),
        at: clock.now().toISOString(),
        template: mail.template,
        to: mail.to,
        subject: mail.subject,
        text: mail.text,
      };
      kept.push(entry);
      if (dir) {
        const file = join(dir, `${entry.id}.json`);
        writeFileSync(`${file}.draft`, JSON.stringify(entry, null, 2), { mode: 0o600 });
        renameSync(`${file}.draft`, file);
      }
      forget(kept.length - keptMails);
    },
    sweep: (before) => {
      const first = kept.findIndex((entry) => entry.at >= before.toISOString());
      forget(first < 0 ? kept.length : first);
    },
    check: async () => undefined,
    list: () => kept.toReversed(),
    close: async () => undefined,
  };
}

function assertMail(mail: Mail): void {
  // One plain address: a list or a header smuggled into the field would send the link in the mail to others.
  if (!/^[^\s<>(),;:"\\@]{1,64}@[^\s<>(),;:"\\@]{1,255}$/.test(mail.to)) throw new MailFailed("refused");
  if (/[\r\n]/.test(mail.subject)) throw new MailFailed("refused");
}

function readKept(dir: string): KeptMail[] {
  const files = readdirSync(dir).filter((name) => /^mail_[0-9a-z]{26}\.json$/.test(name));
  return files
    .toSorted()
    .slice(-keptMails)
    .flatMap((name) => {
      try {
        return [JSON.parse(readFileSync(join(dir, name), "utf8")) as KeptMail];
      } catch {
        return []; // a file someone edited must not stop the boot
      }
    });
}
