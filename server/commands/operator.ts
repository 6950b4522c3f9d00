import fs from "node:fs";
import path from "node:path";
import { randomBytes, createSecretKey } from "node:crypto";
import { randomBlobName } from "../platform/blob.ts";
import { missingIdentity, type Config } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import { readConnectionFile } from "../platform/embedded-postgres.ts";
import { writeRootKey } from "../platform/root-key.ts";
import { readMeasures } from "../privacy/measures.ts";
import { isDue, oldAfterMs, readOperatorReview, readProjectReview } from "../privacy/security-review.ts";
import { CommandFailed, configOf, dataDirOption, jsonOption, print, withApp, type Command } from "./command.ts";

const migrateCommand: Command = {
  name: "migrate",
  summary: "Bring the database to this version",
  details: ["`start` does it as well; this is for doing it beforehand."],
  options: { ...dataDirOption, ...jsonOption },
  run: async (values) => {
    const { migrateOnly } = await import("../platform/foundation.ts");
    const { migration } = await import("../app.ts");
    const applied = await migrateOnly(configOf(values), migration());
    print(values, { applied }, applied.length > 0 ? applied.map((name) => `applied ${name}`) : ["nothing to do"]);
  },
};

const rotateCommand: Command = {
  name: "keys rotate",
  summary: "Wrap every key anew",
  details: [
    "Data stays as it is: only the keys above it change. Safe beside a running server.",
    "With --new-root-key a new root key is made too; stop the server first, and renew your copy of the root key after.",
  ],
  options: {
    "new-root-key": { type: "boolean", doc: "Replace the root key in its file." },
    ...dataDirOption,
    ...jsonOption,
  },
  run: async (values) => {
    const config = configOf(values);
    const hasNewRoot = values["new-root-key"] === true;
    const file = hasNewRoot ? newRootFile(config) : undefined;
    const rewrapped = await withApp(config, async ({ keyring }) => {
      if (file === undefined) return keyring.rotate().rewrapped;
      const fresh = createSecretKey(randomBytes(32));
      // on disk before it is needed: a crash in between leaves both keys, and one of them opens the keyring
      writeRootKey(`${file}.new`, fresh);
      const done = keyring.rotate(fresh).rewrapped;
      fs.renameSync(`${file}.new`, file);
      return done;
    });
    print(values, { rewrapped, hasNewRoot }, [`${rewrapped} keys wrapped anew`]);
  },
};

function newRootFile(config: Config): string {
  if (config.rootKey !== undefined)
    throw new CommandFailed("The root key comes from KEEPWORD_ROOT_KEY; move it to a file to have it replaced");
  if (config.databaseUrl === undefined && readConnectionFile(path.resolve(config.dataDir, "postgres")))
    throw new CommandFailed("The server runs with the present root key; stop it first");
  const file = config.rootKeyFile ?? path.resolve(config.dataDir, "root.key");
  if (fs.existsSync(`${file}.new`))
    throw new CommandFailed(
      `${file}.new is left from an earlier try; if the server does not start, it is the root key`,
    );
  return file;
}

const doctorCommand: Command = {
  name: "doctor",
  summary: "Check that everything the server needs is there",
  options: { ...dataDirOption, ...jsonOption },
  run: async (values) => {
    const config = configOf(values);
    const register = await checkRegister(config);
    const results = [nodeVersion(), ...register, ...(await checkInstallation(config)), ...advice(config)];
    print(
      values,
      { checks: results },
      results.map(({ state, what }) => `${state.padEnd(7)} ${what}`),
    );
    const failed = results.filter((result) => result.state === "failed");
    if (failed.length > 0) throw new CommandFailed(`${failed.length} of ${results.length} checks failed`);
  },
};

interface Check {
  state: "ok" | "note" | "failed";
  what: string;
}

function nodeVersion(): Check {
  const major = Number(process.versions.node.split(".")[0]);
  return {
    state: major >= 24 ? "ok" : "failed",
    what: `Node ${process.versions.node}${major >= 24 ? "" : ", 24 is needed"}`,
  };
}

/** What the next start would refuse. */
async function checkRegister(config: Config): Promise<Check[]> {
  const { registerLacks } = await import("../app.ts");
  const lacks = registerLacks(config);
  if (lacks.length === 0) return [{ state: "ok", what: "everybody who receives data is in the register" }];
  return lacks.map((what) => ({ state: "failed", what: `the server will not start: ${what}` }));
}

async function checkInstallation(config: Config): Promise<Check[]> {
  const checks: Check[] = [];
  const check = async (what: string, run: () => Promise<string | void>) => {
    try {
      const more = await run();
      checks.push({ state: "ok", what: more ? `${what}: ${more}` : what });
    } catch (error) {
      checks.push({ state: "failed", what: `${what}: ${error instanceof Error ? error.message : "unknown"}` });
    }
  };
  await check("data folder can be written", async () => {
    fs.mkdirSync(config.dataDir, { recursive: true });
    fs.accessSync(config.dataDir, fs.constants.W_OK);
    return path.resolve(config.dataDir);
  });
  await check("database, migrations and keyring", () =>
    withApp(config, async (app) => {
      const { rows } = await app.db.pool.query<{ version: string }>("show server_version");
      const version = String((rows[0] as { server_version?: string } | undefined)?.server_version ?? "");
      await check("blobs can be written and read", async () => {
        const name = randomBlobName();
        const key = createSecretKey(randomBytes(32));
        await app.blobs.put(name, Buffer.from("doctor"), key);
        const { stream } = await app.blobs.get(name, key);
        await stream.toArray();
        await app.blobs.remove([name]);
      });
      if (config.smtpUrl !== undefined && missingIdentity(config).every((name) => name !== "KEEPWORD_PRIVACY_CONTACT"))
        await check("a mail to KEEPWORD_PRIVACY_CONTACT", () => sendTestMail(app));
      for (const { id, isOn, advice: how } of await readMeasures(app))
        if (!isOn) checks.push({ state: "note", what: `the security measure ${id} is off: ${how}` });
      checks.push(...(await reviewNotes(app)));
      return `PostgreSQL ${version}`;
    }),
  );
  return checks;
}

/** A review that is old is no failure: nothing stops because of it. */
async function reviewNotes(app: Pick<App, "db" | "clock">): Promise<Check[]> {
  const now = app.clock.now();
  const project = readProjectReview();
  const own = await readOperatorReview(app);
  const notes: [boolean, string][] = [
    [
      isDue(project, now, oldAfterMs),
      `the project reviewed the security of this version on ${project.at.slice(0, 10)}, more than a year ago: a newer version is reviewed anew`,
    ],
    [
      isDue(own, now, oldAfterMs),
      own
        ? `the security of this installation was last reviewed on ${own.at.slice(0, 10)}, more than a year ago: nobody knows how it is now (keepword security reviewed)`
        : "no review of this installation's security is recorded: /privacy/security says so (keepword security reviewed)",
    ],
  ];
  return notes.filter(([applies]) => applies).map(([, what]) => ({ state: "note", what }));
}

/** Where people write about their data must be an address that mail reaches: the server takes it over, or the check says why not. */
async function sendTestMail({ mail, config, clock }: Pick<App, "mail" | "config" | "clock">): Promise<string> {
  await mail.send({
    template: "self_test",
    to: config.privacyContact,
    subject: "Keepword: mail from this server arrives here",
    text: `This is the test mail of "keepword doctor" of ${clock.now().toISOString()}. People are told to write to this address about their data. If you read this, they reach you.\n`,
  });
  return "the mail server took it; look whether it arrived";
}

function advice(config: Config): Check[] {
  const notes: [boolean, string][] = [
    [
      missingIdentity(config).includes("KEEPWORD_PRIVACY_CONTACT"),
      "no KEEPWORD_PRIVACY_CONTACT: nobody can write about their data, and nobody can sign up",
    ],
    [config.smtpUrl === undefined, "no SMTP_URL: mails stay in the data folder's outbox"],
    [config.publicUrl === undefined, "no KEEPWORD_PUBLIC_URL: links name this host and port"],
    [config.publicUrl?.startsWith("http:") === true, "KEEPWORD_PUBLIC_URL is not https: cookies travel in clear"],
    [
      config.rootKey === undefined && config.rootKeyFile === undefined,
      "the root key lies in the data folder: keep a copy elsewhere, apart from database backups",
    ],
  ];
  return notes.filter(([applies]) => applies).map(([, what]) => ({ state: "note", what }));
}

export const operatorCommands = [migrateCommand, rotateCommand, doctorCommand];
