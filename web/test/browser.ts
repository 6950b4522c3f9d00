// Finds a Chromium and launches it: $CHROMIUM_PATH, one installed on the machine, Playwright's own, or the one inside the npm package
// @sparticuz/chromium (linux-x64).
import { execFileSync, spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { chromium, type Browser } from "playwright-core";

interface FoundBrowser {
  executablePath: string;
  env?: Record<string, string>;
}

const installed = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/** One browser a run; give each test a context of its own. */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findBrowser();
  const launch = (chromiumSandbox: boolean) =>
    chromium.launch({
      executablePath,
      chromiumSandbox,
      // Docker's /dev/shm of 64 MB crashes pages; hinting and colour profile off, so that screenshots are alike everywhere
      args: ["--disable-dev-shm-usage", "--font-render-hinting=none", "--force-color-profile=srgb"],
      env: { ...definedEnv(), ...env, HOME: process.env["HOME"] ?? os.tmpdir() },
    });
  // root and some containers cannot have Chromium's sandbox; the pages opened here are our own
  return process.getuid?.() === 0 ? launch(false) : launch(true).catch(() => launch(false));
}

async function findBrowser(): Promise<FoundBrowser> {
  const chosen = process.env["CHROMIUM_PATH"];
  if (chosen) {
    if (fs.existsSync(chosen)) return { executablePath: chosen };
    throw new Error(`CHROMIUM_PATH names ${chosen}, which does not exist`);
  }
  const found = [...installed, chromium.executablePath()].find((file) => file && fs.existsSync(file));
  const browser = found ? { executablePath: found } : await bundled();
  if (browser) return browser;
  throw new Error(
    "No Chromium found. Debian/Ubuntu: apt-get install -y chromium; elsewhere: npx playwright-core install chromium; or set CHROMIUM_PATH",
  );
}

/** Unpacks the browser that came with `npm ci` (67 MB to 200 MB, 2 s) once, below node_modules/.cache. */
async function bundled(): Promise<FoundBrowser | undefined> {
  const packed = packedFolder();
  if (!packed) return undefined;
  const size = fs.statSync(path.join(packed, "chromium.br")).size;
  const cache = path.resolve(import.meta.dirname, "../../node_modules/.cache");
  const dir = path.join(cache, `chromium-${size}`);
  if (!fs.existsSync(dir)) await unpack(packed, cache, dir);
  const executablePath = path.join(dir, "chromium");
  const env: Record<string, string> = {};
  const lacksLibraries = /not found/.test(spawnSync("ldd", [executablePath], { encoding: "utf8" }).stdout ?? "");
  if (lacksLibraries) env["LD_LIBRARY_PATH"] = path.join(dir, "lib");
  // with no font at all text has no size, and waits for visible text time out
  if (!fs.existsSync("/etc/fonts/fonts.conf")) env["FONTCONFIG_FILE"] = path.join(dir, "own-fonts.conf");
  return { executablePath, env };
}

function packedFolder(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  try {
    const entry = path.dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium"));
    return ["../bin", "../../bin"]
      .map((up) => path.resolve(entry, up))
      .find((dir) => fs.existsSync(path.join(dir, "chromium.br")));
  } catch {
    return undefined;
  }
}

async function unpack(packed: string, cache: string, dir: string): Promise<void> {
  const brotli = promisify(zlib.brotliDecompress);
  const read = (name: string) => brotli(fs.readFileSync(path.join(packed, name)));
  fs.mkdirSync(cache, { recursive: true });
  const partial = fs.mkdtempSync(`${dir}.`);
  try {
    fs.writeFileSync(path.join(partial, "chromium"), await read("chromium.br"), { mode: 0o755 });
    for (const archive of ["al2023.tar", "fonts.tar"]) {
      fs.writeFileSync(path.join(partial, archive), await read(`${archive}.br`));
      execFileSync("tar", ["xf", archive], { cwd: partial });
      fs.rmSync(path.join(partial, archive));
    }
    const fonts = `<dir>${dir}/fonts</dir><cachedir>${dir}/fc-cache</cachedir>`;
    const config = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${fonts}</fontconfig>`;
    fs.writeFileSync(path.join(partial, "own-fonts.conf"), config);
    fs.chmodSync(partial, 0o755);
    fs.renameSync(partial, dir);
  } catch (error) {
    if (!fs.existsSync(dir)) throw error; // else another run was first
  } finally {
    fs.rmSync(partial, { recursive: true, force: true });
  }
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
