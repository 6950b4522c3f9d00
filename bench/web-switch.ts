// How fast another conversation is painted: the demo as a newcomer starts it, in a real browser, clicked through by the page itself.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { temporaryFolder } from "../server/test/server-process.ts";
import { launchBrowser } from "../web/test/browser.ts";
import { atMost, quantile, type Figure } from "./report.ts";

const root = path.join(import.meta.dirname, "..");

/** Starts the demo on a free port; returns its sign-in link. */
async function startDemo(dataDir: string): Promise<{ link: string; stop(): Promise<void> }> {
  const args = ["server/cli.ts", "start", "--demo", "--port", "0", "--data-dir", dataDir];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const link = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /https?:\/\/\S+\/sign-in\S*/.exec(line)?.[0];
      if (found !== undefined) resolve(found);
    });
    child.once("exit", () => reject(new Error("the demo ended before it was ready")));
  });
  return {
    link,
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** Runs in the page, which has no types here: clicks row after row and waits for the frame after the one that shows its messages. */
const switchAround = `async (rounds) => {
  const rows = () => [...document.querySelectorAll('ul[aria-label="Conversations"] a')];
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const times = [];
  for (let i = 0; i < rounds; i++) {
    const all = rows();
    const row = all[i % all.length];
    if (!row) throw new Error("no conversation to switch to");
    const from = performance.now();
    row.click();
    const isShown = () =>
      location.pathname === new URL(row.href).pathname && document.querySelector('[role="log"] article') !== null;
    for (let frames = 0; !isShown(); frames++) {
      if (frames > 600) throw new Error("the conversation did not show");
      await frame();
    }
    await frame(); // painted
    times.push(performance.now() - from);
    await frame();
  }
  return times;
}`;

export async function switchConversations(isQuick: boolean): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const dataDir = temporaryFolder("bench");
  stack.defer(() => fs.rmSync(dataDir, { recursive: true, force: true }));
  const demo = await startDemo(dataDir);
  stack.defer(() => demo.stop());
  const browser = await launchBrowser();
  stack.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en" });
  await page.goto(demo.link);
  await page.getByRole("list", { name: "Conversations" }).getByRole("link").first().waitFor();
  const first = await page.evaluate<number[]>(`(${switchAround})(5)`);
  const again = await page.evaluate<number[]>(`(${switchAround})(${isQuick ? 5 : 100})`);
  const sorted = again.toSorted((a, b) => a - b);
  return [
    { what: "a conversation seen for the first time, click to paint, slowest", value: Math.max(...first), unit: "ms" },
    {
      what: "switching conversations, click to paint, p50",
      value: quantile(sorted, 0.5),
      unit: "ms",
      must: atMost(100),
    },
    { what: "the same, p99", value: quantile(sorted, 0.99), unit: "ms" },
  ];
}
