import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { createApp, type RunningApp } from "../app.ts";
import { fakeClock, type FakeClock } from "../platform/clock.ts";
import { readConfig } from "../platform/config.ts";
import { createLog } from "../platform/log.ts";
import { createOutbox, type Outbox } from "../platform/mail.ts";
import { createApiClient, type ApiClient } from "./api.ts";
import { testDb, type TestDb } from "./db.ts";
import { createGiven, type Given } from "./given.ts";

export interface TestAppOptions {
  /** Origins of simulators: channels may name them, and the way out may reach them. Read in beforeAll. */
  providerOrigins?: () => readonly string[];
  /** More settings, by environment name. */
  env?: Record<string, string>;
  /** Works the job queue; the schedule too. Default false. */
  hasJobs?: boolean;
  /** Where linked phones are connected. Default: here, in the test's process. */
  sessions?: "child" | "here";
  /** A log to read in the test; silent otherwise. */
  logLines?: string[];
}

/** Its fields are there from the first beforeAll on. */
export interface TestApp extends TestDb {
  app: RunningApp;
  clock: FakeClock;
  mail: Outbox;
  /** As the tables' owner, for a second process on the same database. */
  databaseUrl: string;
  /** `http://127.0.0.1:port` */
  url: string;
  /** Calls without credentials; `given` makes clients with them. */
  anyone: ApiClient;
  given: Given;
}

/**
 * The real server for the test file that calls this at its top: a database of its own, a clock that stands still until it is
 * moved, keyring and blobs in a temporary folder, mails kept, listening on a free port of loopback.
 */
export function createTestApp(options: TestAppOptions = {}): TestApp {
  const context = testDb() as TestApp;
  let dir: string | undefined;
  beforeAll(async () => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "kw-app-"));
    context.clock = fakeClock();
    context.mail = createOutbox({ clock: context.clock });
    const config = readConfig({
      KEEPWORD_DATA_DIR: dir,
      KEEPWORD_PORT: "0",
      KEEPWORD_SIGN_UP: "open",
      KEEPWORD_OPERATOR_NAME: "Test GmbH",
      KEEPWORD_PRIVACY_CONTACT: "privacy@example.test",
      KEEPWORD_REGION: "Test Hosting, Ulm, DE",
      KEEPWORD_PROVIDER_ORIGINS: (options.providerOrigins?.() ?? []).join(","),
      ...options.env,
    });
    const { logLines } = options;
    context.app = await createApp(config, {
      clock: context.clock,
      mail: context.mail,
      log: createLog(
        logLines
          ? { level: "debug", destination: { write: (line: string) => void logLines.push(line) } }
          : { level: "silent" },
      ),
      readyDatabaseUrl: context.url,
      connections: 8,
      hasJobs: options.hasJobs ?? false,
      sessions: options.sessions ?? "here",
    });
    context.databaseUrl = context.url;
    context.url = await context.app.start();
    context.anyone = createApiClient(context.url);
    context.given = createGiven(context.app, context.url);
  });
  afterAll(async () => {
    await context.app?.[Symbol.asyncDispose]();
    if (dir !== undefined) fs.rmSync(dir, { recursive: true, force: true });
  });
  return context;
}
