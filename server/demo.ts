// The demo: simulated providers beside the server, and a workspace to try it in. Speaks to both over HTTP only.
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import type { RunningApp } from "./app.ts";
import { CommandFailed } from "./commands/command.ts";
import { acceptAgreements } from "./identity/agreements.ts";
import { insertApiKey, revokeApiKey } from "./identity/api-keys.ts";
import { createPerson, findPersonByEmail, membershipsOf } from "./identity/people.ts";
import { createLoginLink } from "./identity/sign-in.ts";
import { createWorkspace, enterWorkspaces } from "./identity/workspaces.ts";
import type { Config } from "./platform/config.ts";
import { permissions, type Permission } from "./platform/route.ts";
import { portTaken } from "./main.ts";

export interface Demo extends AsyncDisposable {
  /** For KEEPWORD_PROVIDER_ORIGINS. */
  providerOrigins: string;
  /** Fills the demo workspace once the server answers; what it returns is printed. */
  prepare: (app: RunningApp, url: string) => Promise<string[]>;
}

/** What simulator and demo channel share; kept in the data folder, so that a second start finds the same number. */
interface Business {
  appSecret: string;
  verifyToken: string;
  accessToken: string;
  phoneNumberId: string;
  wabaId: string;
}

const ownerEmail = "owner@demo.example";
const linkLifeMs = 24 * 3_600_000;

/** Starts the simulators on the two ports after the server's. Throws CommandFailed when one is taken. */
export async function startDemo(config: Config): Promise<Demo> {
  const [port, linkedPort] = config.port === 0 ? [0, 0] : [config.port + 1, config.port + 2];
  // before the simulators, whose message would name the wrong port
  for (const wanted of new Set([config.port, port, linkedPort])) await assertFree(config, wanted);
  const business = readBusiness(path.join(config.dataDir, "demo.json"));
  const sim = await startCloudSim(port, business);
  const phones = await startSim("whatsapp-linked", { port: String(linkedPort) });
  return {
    providerOrigins: [...config.providerOrigins, sim.url, phones.url].join(","),
    prepare: (app, url) => prepareDemo(app, url, { sim: sim.url, phones: phones.url }, business),
    async [Symbol.asyncDispose]() {
      await Promise.all([stopSim(sim.process), stopSim(phones.process)]);
    },
  };
}

async function assertFree(config: Config, port: number): Promise<void> {
  const probe = net.createServer().listen(port, config.host);
  try {
    await once(probe, "listening");
  } catch {
    throw new CommandFailed(portTaken(config, port));
  }
  probe.close();
  await once(probe, "close");
}

function readBusiness(file: string): Business {
  if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, "utf8")) as Business;
  const digits = () => String(10 ** 14 + (randomBytes(6).readUIntBE(0, 6) % (9 * 10 ** 14)));
  const word = () => randomBytes(16).toString("hex");
  const made = {
    appSecret: word(),
    verifyToken: word(),
    accessToken: word(),
    phoneNumberId: digits(),
    wabaId: digits(),
  };
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600 });
  return made;
}

interface RunningSim {
  url: string;
  process: ChildProcess;
}

function startCloudSim(port: number, business: Business): Promise<RunningSim> {
  const flags = { port: String(port), "phone-number-id": business.phoneNumberId, "waba-id": business.wabaId };
  // not as flags: every user of the machine may read those
  const secrets = {
    SIM_APP_SECRET: business.appSecret,
    SIM_VERIFY_TOKEN: business.verifyToken,
    SIM_ACCESS_TOKEN: business.accessToken,
  };
  return startSim("whatsapp-cloud", flags, secrets);
}

async function startSim(
  name: string,
  flags: Record<string, string>,
  secrets: Record<string, string> = {},
): Promise<RunningSim> {
  const file = path.join(import.meta.dirname, `../sim/${name}/main.ts`);
  const args = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
  const child = spawn(process.execPath, [file, "--with-parent", ...args], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...secrets },
  });
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, "line"), once(child, "exit")]);
  const line: unknown = first[0];
  if (typeof line !== "string") throw new CommandFailed("The simulator did not start; its message is above");
  const { url } = JSON.parse(line) as { url: string };
  return { url, process: child };
}

async function stopSim(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

async function prepareDemo(
  app: RunningApp,
  url: string,
  { sim: simUrl, phones: phonesUrl }: { sim: string; phones: string },
  business: Business,
): Promise<string[]> {
  const { personId, workspaceId } = await findOrCreateWorkspace(app);
  let linkedId = "";
  await withKey(app, workspaceId, async (call) => {
    const { data } = (await call("GET", "/v1/channels?limit=100")) as {
      data: { id: string; webhookUrl: string; settings: Record<string, unknown> }[];
    };
    // people connect channels of their own beside it, and may have removed it
    const known = data.find(({ settings }) => settings["phoneNumberId"] === business.phoneNumberId);
    const isFirst = known === undefined;
    const channel = known ?? (await connectChannel(call, simUrl, business));
    // the simulator forgets where to deliver when it ends
    await control(simUrl, "setWebhook", { url: new URL(new URL(channel.webhookUrl).pathname, url).href });
    if (isFirst) await letPeopleWrite(simUrl);
    const phone = data.find((one) => one.settings["apiBaseUrl"] === phonesUrl);
    linkedId = phone?.id ?? (await addPhone(call, phonesUrl)).id;
  });
  const token = await app.db.tx({ workspaceIds: [] }, (tx) =>
    createLoginLink(app, tx, personId, "sign_in", linkLifeMs),
  );
  return [
    `sign in with this link, which works once: ${url}/sign-in/link/${token}`,
    `write to the demo number from a simulated phone: ${simUrl}/`,
    `link a phone of your own to ${url}/channels/${linkedId}, with the simulated one at ${phonesUrl}/`,
    ...(app.config.smtpUrl === undefined
      ? [`no mail is sent; read what would be in ${path.resolve(app.config.dataDir, "outbox")}`]
      : []),
  ];
}

async function findOrCreateWorkspace(app: RunningApp): Promise<{ personId: string; workspaceId: string }> {
  return app.db.tx({ workspaceIds: [] }, async (tx) => {
    const known = await findPersonByEmail(app, tx, ownerEmail);
    const mine = known ? (await membershipsOf(tx, known.id))[0] : undefined;
    if (known && mine) {
      // one from before its words: who tries it out shall not meet a stop
      await enterWorkspaces(tx, [mine.workspaceId]);
      await acceptAgreements(app, tx, mine);
      return { personId: known.id, workspaceId: mine.workspaceId };
    }
    const owner = { email: ownerEmail, name: "Demo owner", passwordHash: null };
    const personId = known?.id ?? (await createPerson(app, tx, owner));
    const { workspaceId } = await createWorkspace(app, tx, { name: "Demo", ownerId: personId, acceptedBy: "owner" });
    return { personId, workspaceId };
  });
}

type Call = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** Calls the server as any program would, with a key that ends with the work. */
async function withKey(app: RunningApp, workspaceId: string, work: (call: Call) => Promise<void>): Promise<void> {
  const scopes = Object.keys(permissions) as Permission[];
  const scope = { workspaceIds: [workspaceId] };
  const by = { kind: "system", id: null } as const;
  const { id, key } = await app.db.tx(scope, (tx) => insertApiKey(app, tx, { workspaceId, name: "Demo", scopes, by }));
  try {
    await work(async (method, target, body) => {
      const answer = await app.http.inject({
        method: method as "GET" | "POST",
        url: target,
        headers: { authorization: `Bearer ${key}` },
        ...(body === undefined ? {} : { payload: body as object }),
      });
      if (answer.statusCode >= 300)
        throw new CommandFailed(`The demo could not ${method} ${target}: ${answer.statusCode}`);
      return answer.json() as unknown;
    });
  } finally {
    await app.db.tx(scope, (tx) => revokeApiKey({ ...app, tx, workspaceId, actor: { kind: "system" } }, id));
  }
}

async function connectChannel(
  call: Call,
  simUrl: string,
  business: Business,
): Promise<{ id: string; webhookUrl: string }> {
  const { appSecret, verifyToken, accessToken, phoneNumberId, wabaId } = business;
  return (await call("POST", "/v1/channels", {
    provider: "whatsapp_cloud",
    name: "Demo shop",
    contentMode: "days:365",
    settings: { phoneNumberId, wabaId, apiBaseUrl: simUrl },
    secrets: { accessToken, appSecret, verifyToken },
  })) as { id: string; webhookUrl: string };
}

/** Not paired: that is what the newcomer does. */
async function addPhone(call: Call, phonesUrl: string): Promise<{ id: string }> {
  return (await call("POST", "/v1/channels", {
    provider: "whatsapp_linked",
    name: "Demo phone",
    contentMode: "days:365",
    settings: { apiBaseUrl: phonesUrl },
    secrets: {},
  })) as { id: string };
}

const firstMessages = [
  { person: "wanjiru", text: "Hi! Is the blue kettle back in stock?" },
  { person: "pavel", text: "Good morning, my order 1042 has not arrived yet. Can you check?" },
  { person: "pavel", image: true },
  { person: "mei", text: "Do you deliver on Saturdays?" },
  { person: "layla", text: "مرحبا، هل يمكنني تغيير عنوان التوصيل؟" },
  { person: "ines", location: true },
  { person: "ines", text: "This is where the parcel should go. Thank you!" },
];

async function letPeopleWrite(simUrl: string): Promise<void> {
  for (const said of firstMessages) await control(simUrl, "says", { ...said, wait: "first" });
}

async function control(simUrl: string, name: string, body: object): Promise<void> {
  const answer = await fetch(`${simUrl}/control/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new CommandFailed(`The simulator did not accept ${name}: ${answer.status}`);
}
