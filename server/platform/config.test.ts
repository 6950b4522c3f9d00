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
