import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { announceServer, runningServerUrl } from "./running-server.ts";

let dir = "";
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), "kw-running-"));
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

test("a running server is found by its folder, and no longer once it ended", () => {
  expect(runningServerUrl(dir)).toBeUndefined();
  const announced = announceServer(dir, "http://127.0.0.1:4321");
  expect(runningServerUrl(dir)).toBe("http://127.0.0.1:4321");
  announced[Symbol.dispose]();
  expect([runningServerUrl(dir), fs.readdirSync(dir)]).toEqual([undefined, []]);
});

test("what a killed server or a broken disk left behind counts as nothing", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  for (const left of [JSON.stringify({ url: "http://127.0.0.1:1", pid }), "{", "{}", "null"]) {
    fs.writeFileSync(path.join(dir, "server.json"), left);
    expect(runningServerUrl(dir)).toBeUndefined();
  }
});

test("a server that ends leaves its successor's word alone", () => {
  const announced = announceServer(dir, "http://127.0.0.1:1");
  const successor = JSON.stringify({ url: "http://127.0.0.1:2", pid: process.ppid });
  fs.writeFileSync(path.join(dir, "server.json"), successor);
  announced[Symbol.dispose]();
  expect(runningServerUrl(dir)).toBe("http://127.0.0.1:2");
});
