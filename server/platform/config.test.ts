import tls from "node:tls";
import { inspect } from "node:util";
import { expect, expectTypeOf, test } from "vitest";
import { baseUrl, ConfigError, readConfig, settings } from "./config.ts";

test("without any variable the server starts with its defaults", () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    host: "127.0.0.1",
    port: 3000,
    roles: ["web", "worker", "sessions"],
    signUp: "first",
  });
  expect(config.databaseUrl).toBeUndefined();
  expectTypeOf(config.port).toEqualTypeOf<number>();
  expect(baseUrl(config)).toBe("http://127.0.0.1:3000");
});

test("an unknown KEEPWORD_ variable stops the boot with the nearest known name", () => {
  expect(() => readConfig({ KEEPWORD_PROT: "1", PATH: "/bin" })).toThrow(
    /KEEPWORD_PROT is not a setting; the nearest is KEEPWORD_PORT/,
  );
});

test("every mistake is reported at once, by name and without the value", () => {
  try {
    readConfig({ KEEPWORD_PORT: "banana", DATABASE_URL: "mysql://root:hunter2@db/x", KEEPWORD_LOG_LEVEL: "" });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems).toHaveLength(2);
    expect(String(error)).not.toMatch(/hunter2|banana/);
  }
});

test("a mistaken option is named as it was typed", () => {
  expect(() => readConfig({}, { port: "abc" })).toThrow(/^--port abc: must be a whole number from 0 to 65535$/);
  expect(() => readConfig({}, { port: "99999" })).toThrow(/^--port 99999: must be a whole number/);
});

test("settings that contradict each other stop the boot", () => {
  expect(() => readConfig({ KEEPWORD_ROLES: "web" })).toThrow(/needs DATABASE_URL/);
  expect(() => readConfig({ S3_BUCKET: "media" })).toThrow(/S3_ACCESS_KEY_ID/);
});

const real = { KEEPWORD_PUBLIC_URL: "https://inbox.example.com" };

test.each([
  ["DATABASE_URL", { DATABASE_URL: "postgres://me:hunter2@db.example.com/x?sslmode=no-verify" }],
  ["DATABASE_URL", { DATABASE_URL: "postgres://me:hunter2@db.example.com/x?sslmode=require" }],
  ["DATABASE_URL", { DATABASE_URL: "postgres://me:hunter2@db.example.com/x?sslmode=disable" }],
  ["DATABASE_URL", { DATABASE_URL: "postgres://me:hunter2@db.example.com/x", PGSSLMODE: "no-verify" }],
  ["DATABASE_URL", { ...real, DATABASE_URL: "postgres://me:hunter2@db.example.com/x" }],
  ["DATABASE_URL", { ...real, DATABASE_URL: "postgres://me:hunter2@localhost/x?host=db.example.com" }],
  ["DATABASE_URL", { ...real, DATABASE_URL: "postgres://localhost/x?host=localhost&host=db.example.com" }],
  ["PGHOST", { DATABASE_URL: "postgres:///x", PGHOST: "db.example.com" }],
  ["SMTP_URL", { SMTP_URL: "smtps://me:hunter2@mail.example.com?tls.rejectUnauthorized=false" }],
  ["SMTP_URL", { SMTP_URL: "smtp://me:hunter2@mail.example.com?ignoreTLS=true" }],
  ["SMTP_URL", { SMTP_URL: "smtp://me:hunter2@mail.example.com?requireTLS=false" }],
  ["SMTP_URL", { SMTP_URL: "smtp://me:hunter2@mail.example.com?tls.minVersion=TLSv1.1" }],
  ["NODE_TLS_REJECT_UNAUTHORIZED", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }],
  ["S3_ENDPOINT", { ...real, S3_ENDPOINT: "http://s3.example.com" }],
  ["KEEPWORD_PROVIDER_ORIGINS", { ...real, KEEPWORD_PROVIDER_ORIGINS: "http://graph.example.com" }],
  ["KEEPWORD_GA_ORIGIN", { ...real, KEEPWORD_GA_ORIGIN: "http://tags.example.com" }],
] as const)(
  "a way out that is in clear or checks nobody stops the boot by its name: %s of %o [M24-34 MSJ-33]",
  (name, env) => {
    try {
      readConfig(env);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      const { problems } = error as ConfigError;
      expect(problems).toEqual([expect.stringContaining(name)]);
      expect(problems[0]).not.toContain("hunter2");
    }
  },
);

test("TLS that is older than 1.2 stops the boot, however it was let in [M24-34]", () => {
  const before = tls.DEFAULT_MIN_VERSION;
  expect(["TLSv1.2", "TLSv1.3"]).toContain(before);
  tls.DEFAULT_MIN_VERSION = "TLSv1.1";
  try {
    expect(() => readConfig({})).toThrow(/TLS 1.2 is the least/);
  } finally {
    tls.DEFAULT_MIN_VERSION = before;
  }
  expect(() => readConfig({})).not.toThrow();
});

test.each([
  { ...real, DATABASE_URL: "postgres://me@db.example.com/x?sslmode=verify-full&sslrootcert=/etc/ca.pem" },
  { ...real, DATABASE_URL: "postgres://me@127.0.0.1/x" },
  { ...real, DATABASE_URL: "postgres://me@localhost/x?sslmode=disable" },
  { ...real, DATABASE_URL: "postgres://me@localhost/x?host=/var/run/postgresql" },
  { ...real, DATABASE_URL: "postgres://me@db.example.com/x?host=/var/run/postgresql" },
  { ...real, DATABASE_URL: "postgres://me@%2Fvar%2Frun%2Fpostgresql/x" },
  { ...real, DATABASE_URL: "postgres:///x" },
  { ...real, SMTP_URL: "smtp://mail.example.com", S3_ENDPOINT: "https://s3.example.com" },
  { ...real, SMTP_URL: "smtp://127.0.0.1?ignoreTLS=true", S3_ENDPOINT: "http://127.0.0.1:9000" },
  { DATABASE_URL: "postgres://me@database/x", S3_ENDPOINT: "http://minio:9000" },
])("what is checked, what stays on this machine and what is tried out may go: %o", (env) => {
  expect(() => readConfig(env)).not.toThrow();
});

test("flags win over the environment, and an empty variable counts as unset", () => {
  expect(readConfig({ KEEPWORD_PORT: "4000", KEEPWORD_HOST: "" }, { port: "5000" })).toMatchObject({
    port: 5000,
    host: "127.0.0.1",
  });
});

test("a secret setting never prints itself", () => {
  const config = readConfig({ DATABASE_URL: "postgres://me:hunter2@db/x" });
  expect(config.databaseUrl?.reveal()).toContain("hunter2");
  expect(`${inspect(config, { depth: 5 })} ${JSON.stringify(config)} ${String(config.databaseUrl)}`).not.toContain(
    "hunter2",
  );
});

test("the operator has at most 30 variables, each documented once", () => {
  const names = Object.values(settings).map((declared) => declared.env);
  expect(names.length).toBeLessThanOrEqual(30);
  expect(new Set(names).size).toBe(names.length);
});
