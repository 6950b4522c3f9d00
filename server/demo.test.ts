import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cookieOf, createApiClient, type ApiClient } from "./test/api.ts";
import { testDb } from "./test/db.ts";
import { productFlags } from "./test/server-process.ts";

const testing = testDb();
const root = path.resolve(import.meta.dirname, "..");
const keepword = path.join(root, "keepword");
const running = new Set<ChildProcess>();
let dataDir = "";

beforeAll(() => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "kw-demo-"));
});
afterAll(() => {
  for (const { pid } of running) endGroup(pid);
  fs.rmSync(dataDir, { recursive: true, force: true });
});

/** With whatever it started and left behind. */
function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // all of it ended
  }
}

interface Demo {
  child: ChildProcess;
  url: string;
  simUrl: string;
  api: ApiClient;
}

async function startDemo(command = [keepword, "start", "--demo", "--port", "0"]): Promise<Demo> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: root,
    detached: true,
    env: {
      PATH: `${path.join(root, "node_modules/.bin")}:${process.env["PATH"]}`,
      DATABASE_URL: testing.url,
      KEEPWORD_DATA_DIR: dataDir,
      KEEPWORD_LOG_LEVEL: "error",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (line.includes("simulated phone")) break;
  }
  const text = said.join("\n");
  const url = /^ready (\S+)$/m.exec(text)?.[1] ?? "";
  const token = /sign-in\/link\/(\w+)/.exec(text)?.[1];
  const signedIn = await createApiClient(url).post("/v1/sign-in/link", { token });
  return {
    child,
    url,
    simUrl: /phone: (http:\S+?)\/?$/m.exec(text)?.[1] ?? "",
    api: createApiClient(url, { cookie: cookieOf(signedIn) ?? "" }),
  };
}

interface Conversation {
  id: string;
  lastMessage: { text?: string; direction: string };
}
const conversations = async ({ api }: Demo) => (await api.get<{ data: Conversation[] }>("/v1/conversations")).body.data;
const lastTexts = async (demo: Demo) => (await conversations(demo)).map(({ lastMessage }) => lastMessage.text);

async function control(demo: Demo, name: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${demo.simUrl}/control/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Record<string, unknown>;
}

const goesDown = (url: string) =>
  expect
    .poll(
      () =>
        fetch(url).then(
          () => "up",
          () => "down",
        ),
      { timeout: 20_000 },
    )
    .toBe("down");

test("the demo shows the main job: people have written, one writes again, the team answers; also after a kill", async () => {
  const first = await startDemo();
  expect(await conversations(first)).toHaveLength(5);
  await control(first, "says", { person: "wanjiru", text: "Still there?" });
  const wanjiru = (await conversations(first)).find(({ lastMessage }) => lastMessage.text === "Still there?");
  const sent = await first.api.post("/v1/messages", { conversationId: wanjiru?.id, type: "text", text: "Yes!" });
  expect(sent.status).toBe(202);
  expect(await control(first, "waitForMessage", { text: "Yes!" })).toMatchObject({ text: "Yes!" });

  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  // the simulator goes with it
  await goesDown(first.simUrl);

  const second = await startDemo();
  expect(await conversations(second)).toHaveLength(5);
  expect(await lastTexts(second)).toContain("Yes!");
  await control(second, "says", { person: "mei", text: "And on Sundays?" });
  expect(await lastTexts(second)).toContain("And on Sundays?");
  second.child.kill("SIGTERM");
  expect(await once(second.child, "exit")).toEqual([0, null]);
  await expect(fetch(second.simUrl)).rejects.toThrow();
}, 120_000);

// cmd.exe runs no ./keepword
test("npm start gives Node what ./keepword gives it", () => {
  const { scripts } = JSON.parse(fs.readFileSync("package.json", "utf8")) as { scripts: { start: string } };
  expect(scripts.start.split(" ").filter((word) => /^--(?!demo|with-parent)/.test(word))).toEqual(productFlags());
});

test.each(["SIGTERM", "SIGINT", "SIGKILL"] as const)(
  "`npm start` whose npm gets %s alone ends the server and its simulators too",
  async (signal) => {
    const demo = await startDemo(["npm", "start", "--silent", "--ignore-scripts", "--", "--port", "0"]);
    expect(await conversations(demo)).toHaveLength(5);
    demo.child.kill(signal);
    await Promise.all([goesDown(demo.simUrl), goesDown(demo.url)]);
  },
  120_000,
);
