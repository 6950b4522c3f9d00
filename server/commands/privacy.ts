import path from "node:path";
import type { RunningApp } from "../app.ts";
import type { Config } from "../platform/config.ts";
import { ProblemError } from "../platform/problem.ts";
import { runningServerUrl } from "../platform/running-server.ts";
import type { Replayed } from "../privacy/replay-ledger.ts";
import {
  CommandFailed,
  configOf,
  dataDirOption,
  jsonOption,
  print,
  required,
  text,
  withApp,
  type Command,
} from "./command.ts";

const backupCommand: Command = {
  name: "backup",
  summary: "Write a backup, beside the running server or without it",
  details: [
    "All tables in one snapshot, and the files. The keyring is not part of it: DIR/keyring holds its one copy, replaced each time, because",
    "an older copy would bring erased people back. Keep that folder apart from the backups if you can, and the root key anywhere else.",
  ],
  options: {
    to: { type: "string", value: "DIR", doc: "Folder of all backups; files are kept once for all.", isRequired: true },
    "keyring-to": { type: "string", value: "DIR", doc: "Where the copy of the keyring goes; default DIR/keyring." },
    "keep-days": { type: "string", value: "N", doc: "Delete backups older than this; default 30." },
    ...dataDirOption,
    ...jsonOption,
  },
  run: async (values) => {
    const to = required(values, "to");
    const keepDays = Number(text(values, "keep-days") ?? 30);
    if (!Number.isInteger(keepDays) || keepDays < 1)
      throw new CommandFailed("--keep-days must be a whole number, 1 or more");
    const { writeBackup } = await import("../privacy/write-backup.ts");
    const { allTables } = await import("../schema.ts");
    const keyringTo = text(values, "keyring-to");
    const done = await withApp(configOf(values), (app) =>
      writeBackup(app, { to, keyringTo, keepDays, tables: allTables, ownerUrl: app.ownerUrl }),
    );
    print(values, { ...done }, [
      `backup   ${done.dir}`,
      `holds    ${done.rows} rows, ${done.blobs} files, ${done.bytes} bytes`,
      ...(done.removed.length > 0 ? [`removed  ${done.removed.length} older than ${keepDays} days`] : []),
    ]);
  },
};

const restoreCommand: Command = {
  name: "restore",
  summary: "Put a backup into an empty installation, and repeat what was erased, refused, restricted or held since",
  details: [
    "Needs the root key, and the keyring: the one in the data folder, else its copy beside the backups.",
    "A database that was restored by other means: `restore --replay`. The server does not start before that.",
  ],
  options: {
    from: { type: "string", value: "DIR", doc: "One backup, or the folder of all: then the newest." },
    "keyring-from": {
      type: "string",
      value: "DIR",
      doc: "The copy of the keyring; default the one beside the backups.",
    },
    replay: { type: "boolean", doc: "Only repeat what was erased, refused, restricted or held since." },
    ...dataDirOption,
    ...jsonOption,
  },
  run: async (values) => {
    const config = configOf(values);
    const from = text(values, "from");
    const isReplayOnly = values["replay"] === true;
    if ((from === undefined) === !isReplayOnly) throw new CommandFailed("Either --from DIR or --replay is needed");
    if (runningServerUrl(config.dataDir) !== undefined) throw new CommandFailed("The server runs; stop it first");
    const restored = from === undefined ? undefined : await restoreFrom(config, from, text(values, "keyring-from"));
    const { repeated, unknown } = await withApp(config, replay, { isReplaying: true });
    print(values, { ...restored, repeated, unknown }, [
      ...(restored
        ? [
            `restored  ${restored.rows} rows, ${restored.blobs} files of ${restored.madeAt}`,
            `not sent  ${restored.unsent} messages that were due: they may have gone out since the backup; those scheduled for later stay`,
          ]
        : []),
      ...(unknown > 0
        ? [`attention ${unknown} refusals are of people who came after the backup: ask before you write to anybody new`]
        : []),
      `repeated  ${repeated} erasures, refusals, restrictions and holds; the server may start`,
    ]);
  },
};

async function replay(app: RunningApp): Promise<Replayed> {
  const { replayLedger } = await import("../privacy/replay-ledger.ts");
  return replayLedger(app);
}

async function restoreFrom(config: Config, from: string, keyringFrom: string | undefined) {
  const { findBackup, verifyBackup } = await import("../privacy/read-backup.ts");
  const { restoreBackup } = await import("../privacy/restore-backup.ts");
  const { placeKeyring } = await import("../privacy/place-keyring.ts");
  const { allTables } = await import("../schema.ts");
  const backup = findBackup(from);
  await verifyBackup(backup);
  // before anything opens the database: without its keyring it must not get a new one
  placeKeyring(config, {
    copy: path.resolve(keyringFrom ?? path.join(backup.root, "keyring")),
    fingerprint: backup.manifest.keyring,
  });
  const done = await withApp(
    config,
    (app) => restoreBackup(app, backup, { tables: allTables, ownerUrl: app.ownerUrl }),
    {
      isReplaying: true,
    },
  );
  return { ...done, madeAt: backup.manifest.madeAt };
}

const verifyCommand: Command = {
  name: "privacy verify",
  summary: "Check on this installation that its privacy promises hold",
  details: [
    "Makes a workspace for it, which is removed in the end. Reads nobody else's data; safe beside a running server.",
  ],
  options: { ...dataDirOption, ...jsonOption },
  run: async (values) => {
    const { verifyPrivacy } = await import("../privacy/verify-privacy.ts");
    const { allTables } = await import("../schema.ts");
    const checks = await withApp(configOf(values), (app) =>
      verifyPrivacy(app, { tables: allTables, ownerUrl: app.ownerUrl }),
    );
    print(
      values,
      { checks },
      checks.map(({ what, isGood }) => `${isGood ? "ok    " : "FAILED"}  ${what}`),
    );
    const failed = checks.filter(({ isGood }) => !isGood).length;
    if (failed > 0) throw new CommandFailed(`${failed} of ${checks.length} checks failed`);
  },
};

/** sysexits.h: a mail server sends back for good what ends with anything but EX_TEMPFAIL. */
const EX_DATAERR = 65;
const EX_TEMPFAIL = 75;

/** It is the message's fault: trying again changes nothing. */
class MailRefused extends CommandFailed {}

const mailCommand: Command = {
  name: "privacy mail",
  summary: "Take a mail to your privacy address as a request, from standard input",
  details: [
    "For a mail server's pipe: `./keepword privacy mail --workspace W < message`. Works while the server runs.",
    "Whoever wrote gets the same answer, known here or not; the request waits until somebody confirms who asks.",
    "What machines sent (bounces, lists, automatic answers) and what one sender repeats is left alone, with exit code 0.",
    "65: the message is wrong (no sender, empty, too big), so send it back. 75: anything else, so try again later.",
  ],
  options: {
    workspace: { type: "string", value: "W", doc: "Whose mailbox it is.", isRequired: true },
    ...dataDirOption,
    ...jsonOption,
  },
  exitCode: (error) =>
    error instanceof MailRefused || (error instanceof ProblemError && error.declaration.status === 400)
      ? EX_DATAERR
      : EX_TEMPFAIL,
  run: async (values) => {
    const workspaceId = required(values, "workspace");
    const { MAX_MAIL_BYTES, receiveMail } = await import("../privacy/receive-mail.ts");
    const raw = await readInput(MAX_MAIL_BYTES);
    const outcome = await withApp(configOf(values), async (app) => {
      const [known] = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
        tx.query("select 1 from workspace where id = $1", [workspaceId]),
      );
      if (!known) throw new CommandFailed(`There is no workspace ${workspaceId}`);
      return receiveMail(app, workspaceId, raw);
    });
    print(values, { ...outcome }, [
      "requestId" in outcome
        ? `request  ${outcome.requestId}${outcome.isAnswered ? "" : " (its sender could not be answered)"}`
        : `ignored  ${outcome.ignored}`,
    ]);
  },
};

async function readInput(maxBytes: number): Promise<Buffer> {
  if (process.stdin.isTTY) throw new CommandFailed("The message comes by standard input: `… < message`");
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new MailRefused(`The message has more than ${maxBytes / 1024 / 1024} MiB`);
    chunks.push(chunk);
  }
  if (bytes === 0) throw new MailRefused("The message is empty");
  return Buffer.concat(chunks);
}

export const privacyCommands = [backupCommand, restoreCommand, verifyCommand, mailCommand];
