import diagnostics from "node:diagnostics_channel";
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { startWhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { SMTPServer } from "smtp-server";
import { afterAll, describe as group, expect, test } from "vitest";
import { providerNames } from "../../scripts/provider-names.ts";
import { createApp } from "../app.ts";
import { providers } from "../app.ts";
import { readConfig } from "../platform/config.ts";
import { createLog } from "../platform/log.ts";
import { newId } from "../platform/ids.ts";
import type { Keyring } from "../platform/keyring.ts";
import { createMetrics, figureWord } from "../platform/metrics.ts";
import { hostsOf } from "../platform/store.ts";
import { describe, handlingOf, retentionsOf, unloggedNames } from "../platform/table.ts";
import { logFiles } from "../platform/embedded-postgres-log.ts";
import { allProcessors, allStores, allTables } from "../schema.ts";
import { openContent } from "../messages/message-content.ts";
import { messageTable } from "../messages/message.table.ts";
import { createGiven } from "../test/given.ts";
import { testDb } from "../test/db.ts";
import { visitPages, type VisitPage } from "./visits.ts";

const testing = testDb();
const server = path.resolve(import.meta.dirname, "..");
const open: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of open.toReversed()) await close();
});

const sourcesOf = (pattern: string, cwd: string) =>
  globSync(pattern, { cwd })
    .filter((file) => !/\.test\.tsx?$|^test\//.test(file))
    .map((file) => ({ file, text: readFileSync(path.join(cwd, file), "utf8") }));
const sources = sourcesOf("**/*.ts", server);
const declared = (kind: string): string[] => allStores.filter((store) => store.kind === kind).map(({ name }) => name);
const found = (pattern: RegExp, within = sources): string[] => [
  ...new Set(within.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, name = ""]) => name))),
];

group("what lies outside the tables is declared, and what is declared is there", () => {
  test("every cookie that an answer sets [GEN-37 MSJ-24]", () => {
    const named = /\bconst \w*cookie = "([^"]+)"/gi;
    expect(found(named).toSorted()).toEqual(declared("cookie").toSorted());
    // whoever sets one names it by such a constant, of its own or of another file
    const setters = sources.filter(
      ({ file, text }) => /\b(reply\.cookie|setCookie)\(/.test(text) && !file.startsWith("platform/"),
    );
    expect(setters.length).toBeGreaterThan(0);
    for (const { file, text } of setters)
      expect([file, /\b\w*cookie\b( = "|,|\s*\})/i.test(text)]).toEqual([file, true]);
  });

  test("everything that the web app keeps in a browser, and nothing else may [GEN-37]", () => {
    const web = sourcesOf("src/**/*.{ts,tsx}", path.resolve(server, "../web"));
    const users = web.filter(({ text }) =>
      /\b(localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open)\b/.test(text),
    );
    const keys = found(/const \w*[sS]torageKey = "([^"]+)"/g, users);
    expect(keys.toSorted()).toEqual(declared("browser").toSorted());
    for (const { file, text } of users) expect([file, /[sS]torageKey = "/.test(text)]).toEqual([file, true]);
  });

  test("every mail by its template, and each is plain text: no picture that tells of its opening, no rewritten link [ONE-31]", () => {
    expect(found(/\btemplate: "(\w+)"/g).toSorted()).toEqual(declared("mail").toSorted());
    const senders = sources.filter(({ text }) => /\btemplate: "\w+"/.test(text));
    expect(senders.length).toBeGreaterThan(5);
    expect(senders.filter(({ text }) => /\bhtml:/.test(text)).map(({ file }) => file)).toEqual([]);
  });

  test("every cache that outlives a request", () => {
    // and of the maps that outlive one, those that hold something of a person
    const holder = /new (?:LRUCache|RecentMap)\b|\brestAt = new Map\b/;
    const holders = sources.filter(({ text }) => holder.test(text)).map(({ file }) => file);
    const known = allStores.flatMap(({ heldBy = [] }) => heldBy);
    expect(holders.toSorted()).toEqual(known.toSorted());
  });

  test("every stream of logs with its days, and no other file starts one [GEN-10]", () => {
    expect(declared("log").toSorted()).toEqual(["database", "server"]);
    // "event.log" is the name of a statement
    const starters = sources.filter(({ text }) =>
      /\bpino\(|\blogging_collector\b|"(?!event\.log")[^"]*\.log(\.\w+)?"/.test(text),
    );
    expect(starters.map(({ file }) => file).toSorted()).toEqual([
      "platform/embedded-postgres-log.ts",
      "platform/embedded-postgres-server.ts",
      "platform/log.ts",
    ]);
    const places = allStores.filter(({ kind }) => kind === "log").map(({ place }) => place);
    for (const file of logFiles) expect(places.join()).toContain(`\`${file}\``);
    for (const store of allStores.filter(({ kind }) => kind === "log")) expect(store.kept).toEqual({ days: 30 });
  });

  test("nothing is declared twice, and what goes with a row names its table", () => {
    const names = allStores.map(({ kind, name }) => `${kind}/${name}`);
    expect(new Set(names).size).toBe(names.length);
    const tables = allTables.map((table) => describe(table).name);
    for (const { kept, table } of allStores) if (kept === "with-row") expect(tables).toContain(table);
    const ids = allProcessors.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test("a field with the name of a column that no log may hold is withheld, also where it looks harmless [M24-06 API-27]", () => {
  const withheld = unloggedNames(allTables);
  const lines: string[] = [];
  const log = createLog({ level: "debug", withheld, destination: { write: (line) => void lines.push(line) } });
  const keys = allTables.flatMap((table) =>
    Object.entries(describe(table).columns).flatMap(([key, column]) =>
      handlingOf(column).log === "never" ? [key] : [],
    ),
  );
  expect(keys.length).toBeGreaterThan(30);
  for (const key of keys) log.info({ [key]: "canary" }, "written");
  expect(lines).toHaveLength(keys.length);
  expect(lines.filter((line) => line.includes("canary"))).toEqual([]);
});

test("without settings of the operator nobody outside is on but the channels that a workspace may connect", () => {
  const on = allProcessors.filter(({ isOn }) => isOn(readConfig({}))).map(({ id }) => id);
  expect(on).toEqual(["meta_whatsapp_cloud", "whatsapp_linked"]);
});

test("every provider is a declared processor, with its hosts", () => {
  const known = allProcessors.flatMap(({ provider }) => provider ?? []);
  expect(known.toSorted()).toEqual(Object.keys(providers).toSorted());
});

test("a network is one driver: what it is and can is data of its own, and nothing outside its folder asks which one it is [ONE-13]", () => {
  const drivers = Object.entries(providers);
  expect(drivers.map(([id]) => id).toSorted()).toEqual(["whatsapp_cloud", "whatsapp_linked"]);
  for (const [id, driver] of drivers) {
    expect(driver.id).toBe(id);
    for (const call of [driver.connect, driver.send, driver.sendSignal, driver.fetchMedia, driver.routes])
      expect(call).toBeTypeOf("function");
    expect(["hook", "session"]).toContain(driver.receive.mode);
    expect(driver.can.kinds.value.length).toBeGreaterThan(0);
    expect(driver.hosts.length).toBeGreaterThan(0);
    // each has to keep the same contract
    const folder = path.join(server, "providers", id.replaceAll("_", "-"));
    expect(readFileSync(path.join(folder, "conformance.test.ts"), "utf8")).toMatch(/\bconformance\(/);
    // and knows nothing of the core
    const imports = sourcesOf("*.ts", folder).flatMap(({ text }) =>
      [...text.matchAll(/from "(\.\.\/\.\.\/[^"]+)"/g)].map(([, from = ""]) => from),
    );
    expect(imports.filter((from) => !from.startsWith("../../platform/"))).toEqual([]);
  }
  // nor names one in SQL text (provider-names.test.ts)
  expect(sources.flatMap(({ file, text }) => providerNames(`server/${file}`, text))).toEqual([]);
  const core = sources.filter(({ file }) => !/^(providers\/|demo\.ts|app\.ts)/.test(file));
  const asks = new RegExp(`(===|!==|case) "(${Object.keys(providers).join("|")})"`);
  expect(asks.test('if (channel.provider === "whatsapp_cloud")')).toBe(true);
  expect(core.filter(({ text }) => asks.test(text)).map(({ file }) => file)).toEqual([]);
  // in the app its mark, and the form that makes its channel
  const app = sourcesOf("**/*.{ts,tsx}", path.join(server, "../web/src")).filter(({ text }) => asks.test(text));
  expect(app.map(({ file }) => file).toSorted()).toEqual(["screens/channels/new-channel-screen.tsx", "ui/glyphs.tsx"]);
  const reaches = core.filter(({ text }) => /from "[^"]*providers\/whatsapp-/.test(text)).map(({ file }) => file);
  expect(reaches).toEqual([]);
});

test("under which number or id a network knows a person stands in one place, that goes with them [M24-14]", () => {
  const ofContacts = allTables
    .map(describe)
    .filter(({ privacy }) => privacy.subjects?.some(({ kind }) => kind === "contact") === true);
  const external = (category: string) => category === "user.unique_id" || category.startsWith("user.contact.");
  const places = ofContacts.flatMap(({ name, columns }) =>
    Object.entries(columns).flatMap(([column, { category }]) => (external(category) ? [`${name}.${column}`] : [])),
  );
  expect(places.toSorted()).toEqual([
    "contact_identity.address",
    // the network's name for one message, not for a person
    "message.providerMessageId",
    // how somebody said who they are when they asked for their data, until that is answered
    "subject_request.identity",
  ]);
  const identity = ofContacts.find(({ name }) => name === "contact_identity");
  expect(identity?.privacy.subjects).toEqual([{ kind: "contact", column: "contactId", as: "about" }]);
  const address = identity?.columns["address"];
  expect(address && handlingOf(address)).toMatchObject({ protect: "sealed", erase: "shred" });
});

test("the sockets that a working server opens lead to exactly the hosts that are declared for its settings, and only what is declared lies in its data folder [M24-26 M24-27 GEN-10]", async () => {
  const sim = await startWhatsAppCloudSim({ pairLimit: false, throughput: 1000 });
  open.push(() => sim[Symbol.asyncDispose]());
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, _, done) => stream.resume().once("end", done),
  });
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.2", resolve));
  open.push(() => new Promise<void>((resolve) => smtp.close(() => resolve())));
  const smtpPort = (smtp.server.address() as { port: number }).port;
  const dir = mkdtempSync(path.join(os.tmpdir(), "kw-egress-"));
  open.push(() => rmSync(dir, { recursive: true, force: true }));
  const config = readConfig({
    ...{ KEEPWORD_DATA_DIR: dir, KEEPWORD_PORT: "0", KEEPWORD_SIGN_UP: "open", KEEPWORD_LOG_LEVEL: "silent" },
    ...{ DATABASE_URL: testing.url, SMTP_URL: `smtp://127.0.0.2:${smtpPort}`, KEEPWORD_PROVIDER_ORIGINS: sim.url },
  });
  const reached = new Set<string>();
  const listen = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.once("connect", () => reached.add(socket.remoteAddress ?? ""));
  };
  diagnostics.subscribe("net.client.socket", listen);
  open.push(() => diagnostics.unsubscribe("net.client.socket", listen));
  const app = await createApp(config, { readyDatabaseUrl: testing.url, hasJobs: false, sessions: "here" });
  open.push(() => app[Symbol.asyncDispose]());
  const url = await app.start();
  const { owner } = await createGiven(app, url).workspace();
  const made = await owner.api.post("/v1/channels", {
    ...{ provider: "whatsapp_cloud", name: "N", settings: { phoneNumberId: "1", wabaId: "2", apiBaseUrl: sim.url } },
    secrets: { accessToken: "a", appSecret: "b", verifyToken: "c" },
  });
  expect(made.status).toBe(201);
  const channel = await app.channels.find(String(made.body["id"]));
  const provider = channel && app.providers[channel.provider];
  if (!channel || !provider) throw new Error("no channel");
  const link = {
    channelId: channel.id,
    settings: channel.settings,
    secrets: channel.secrets,
    http: app.fetch,
    agentFor: app.fetch.agentFor,
    clock: app.clock,
  };
  await provider.connect(link, AbortSignal.timeout(5_000)).catch(() => undefined);
  await app.mail.send({ template: "alert", to: "a@example.com", subject: "S", text: "T" });
  const dns: Record<string, string> = { localhost: "127.0.0.1" };
  const hosts = allProcessors
    .filter(({ isOn, provider: id }) => isOn(config) && id === undefined)
    .flatMap((one) => hostsOf(one, config, providers));
  expect([...reached].toSorted()).toEqual([...new Set(hosts.map((host) => dns[host] ?? host))].toSorted());
  // and what is not declared is not reached, whichever way it is tried
  const failure = async (call: Promise<unknown>) =>
    (await call.then(
      () => "reached",
      (error: unknown) => (error as { kind?: string }).kind,
    )) ?? "";
  expect(await failure(app.fetch("https://undeclared.example.com/"))).toBe("blocked");
  const agent = app.fetch.agentFor({});
  const viaAgent = new Promise((resolve, reject) =>
    agent.createConnection({ host: "undeclared.example.com", port: 443 }, (error, socket) =>
      error ? reject(error) : resolve(socket),
    ),
  );
  expect(await failure(viaAgent)).toBe("blocked");
  agent.destroy();
  // what lies in the data folder is declared too
  const paths = new Set(allStores.flatMap(({ path: entry }) => entry ?? []));
  expect(readdirSync(dir).filter((entry) => !paths.has(entry))).toEqual([]);
});

test("nobody who receives data does so to sell it, to advertise, to profile or to train a model: such a purpose cannot be declared [M24-26 MSJ-16]", () => {
  const served = ["deliver", "inbox", "security", "insight", "billing", "account"];
  for (const { id, purpose, role } of allProcessors) {
    expect([id, served]).toEqual([id, expect.arrayContaining([purpose])]);
    expect(["sub_processor", "controller", "operator"]).toContain(role);
  }
});

test("what is kept for security goes within a year, unless it is declared here why not; figures of use go before accounts do [ONE-44 ONE-45]", () => {
  const lasting: Readonly<Record<string, string>> = {
    legal_hold: "the proof that something was held back, three years from its end",
    api_key: "what is checked, as long as the workspace is",
    breach: "the register that the law asks for",
    erasure_ledger: "ids that a restored backup must forget again, ten years",
    ...{ installation_value: "no event, and nobody's", sweep_mark: "no event, and nobody's" },
  };
  const declarations = allTables.map(describe);
  const security = declarations.filter(({ privacy }) => privacy.purpose === "security");
  const longer = security.filter(({ privacy }) => {
    const limits = retentionsOf(privacy);
    return limits.length === 0 || limits.some(({ days }) => typeof days !== "number" || days > 366);
  });
  expect(security.length).toBeGreaterThan(longer.length);
  expect(longer.map(({ name }) => name).toSorted()).toEqual(Object.keys(lasting).toSorted());
  const usage = declarations.filter(({ privacy }) => privacy.purpose === "insight");
  expect(usage.length).toBeGreaterThan(0);
  // an account is kept until somebody ends it
  expect(declarations.find(({ name }) => name === "person")?.privacy.retention).toBe("until-removed");
  for (const { name, privacy } of usage)
    expect([name, new Set(retentionsOf(privacy).map(({ days }) => typeof days))]).toEqual([name, new Set(["number"])]);
});

test("where somebody signed in from, and with what, is kept with sign-ins only [GEN-08]", () => {
  const holders = allTables
    .map(describe)
    .filter(({ columns }) => Object.values(columns).some(({ category }) => category === "user.device"));
  expect(holders.map(({ name }) => name)).toEqual(["login", "sign_in"]);
});

test("the database of the composed setup is reached from inside only, and no part of it is published beyond this machine [API-22]", () => {
  const compose = readFileSync(path.resolve(server, "../compose.yaml"), "utf8");
  const [, database = ""] = compose.split(/^ {2}database:$/m);
  expect(database).toContain("image: postgres");
  expect(database).not.toContain("ports:");
  expect([...compose.matchAll(/ports: (.*)/g)].map(([, ports]) => ports)).toEqual(['["127.0.0.1:3000:3000"]']);
});

test("a link that somebody sent opens without a way back and without telling where from; nothing is fetched to show it [GEN-40]", () => {
  const web = sourcesOf("src/**/*.tsx", path.resolve(server, "../web"));
  const links = web.flatMap(({ file, text }) =>
    [...text.matchAll(/<a\b(?:[^>]|=>)*?>/g)]
      .map(([tag]) => ({ file, tag }))
      .filter(({ tag }) => tag.includes("_blank")),
  );
  expect(links.length).toBeGreaterThan(3);
  expect(links.filter(({ tag }) => !/rel="noopener noreferrer/.test(tag))).toEqual([]);
  expect(found(/(unfurl|og:title|getLinkPreview|getUrlInfo)/gi)).toEqual([]);
});

const probes =
  /toDataURL|getImageData|measureText|document\.fonts|createOscillator|createDynamicsCompressor|navigator\.(plugins|hardwareConcurrency|deviceMemory|userAgentData)|\bscreen\.(width|height|colorDepth)|WEBGL_debug/;
test("no page of the product asks what a browser could be told apart by: no canvas, font, sound or device is probed [ONE-11]", () => {
  const web = sourcesOf("src/**/*.{ts,tsx}", path.resolve(server, "../web"));
  expect(web.length).toBeGreaterThan(50);
  expect(probes.test("canvas.toDataURL()")).toBe(true);
  expect(web.filter(({ text }) => probes.test(text)).map(({ file }) => file)).toEqual([]);
});

test("only declared ways lead out: no other file opens sockets or calls a global fetch [M24-26]", () => {
  const ways =
    /\bfrom "(?:node:(?:net|tls|http|https|http2|dgram)|undici|nodemailer|ws|@aws-sdk\/[\w-]+)"|(?<![.\w])fetch\(/;
  const users = sources
    .filter(({ text }) => ways.test(text.replaceAll(/import type [^;]+;/g, "")))
    .map(({ file }) => file);
  // the demo talks to its simulators, a test tool listens, and the linked device's files go through an agent of the guarded way out
  expect(users.filter((file) => !file.startsWith("platform/")).toSorted()).toEqual([
    "demo.ts",
    "providers/catch-hooks.ts",
    "providers/whatsapp-linked/media.ts",
  ]);
});

test("a figure is split by words of ours alone: one of somebody, or of what they said, does not compile, and an id or a text that passes for a word is not counted [GEN-13]", () => {
  const metrics = createMetrics({ process: false });
  const said: string = "see you at noon";
  // @ts-expect-error: no figure of a person
  expect(() => metrics.counter("kw_a", "A", ["contactId"])).not.toThrow();
  const counter = metrics.counter("kw_b", "B", ["kind"]);
  // @ts-expect-error: what somebody said is no word of ours
  counter.inc({ kind: said });
  counter.inc({ kind: "text" });
  // @ts-expect-error: a page is one of a closed list
  const page: VisitPage = said;
  expect(visitPages).not.toContain(page);
  for (const text of [
    said,
    newId("con"),
    `/v1/contacts/${newId("con")}`,
    "+393331112222",
    "a@example.com",
    "Ana María",
  ])
    expect([text, figureWord(text)]).toEqual([text, "other"]);
  for (const word of ["message.send", "needs_attention", "404", "visit_count_2", "/hooks/{provider}"])
    expect(figureWord(word)).toBe(word);
  const makers = sources.filter(({ text }) => text.includes('from "prom-client"')).map(({ file }) => file);
  expect(makers).toEqual(["platform/metrics.ts"]);
});

test("what a message says is opened for delivery, the inbox, a copy or a request of its person; any other purpose does not compile, nor run [GEN-18]", () => {
  const { columns } = describe(messageTable);
  expect(columns.content?.readFor).toEqual(["deliver", "inbox", "export", "dsr"]);
  const row = { workspaceId: "wsp_1", id: "msg_1", content: null };
  const keyring = undefined as unknown as Keyring;
  expect(openContent(keyring, "inbox", row)).toBeUndefined();
  for (const purpose of ["insight", "improvement", "training"] as const)
    // @ts-expect-error: no such purpose
    expect(() => openContent(keyring, purpose, row)).toThrow("no message may be opened for");
  // and there is no way around it: one file knows where a body is sealed, and every caller says what for
  const places = sources.filter(({ text }) => /table: "message", column: "content"/.test(text));
  expect(places.map(({ file }) => file)).toEqual(["messages/message-content.ts"]);
  const calls = sources.flatMap(({ text }) => [
    ...text.matchAll(/\b(?:openContent|viewMessage)\(\s*([\w.]+keyring|keyring), ([^,]+),/g),
  ]);
  expect(calls.length).toBeGreaterThan(10);
  for (const [call, , purpose] of calls)
    expect([call, ['"deliver"', '"inbox"', '"export"', '"dsr"', "purpose"]]).toEqual([
      call,
      expect.arrayContaining([purpose]),
    ]);
  const named = sources.flatMap(({ text }) => [...text.matchAll(/(?<!function )\b(?:openContent|viewMessage)\(/g)]);
  expect(calls.length).toBe(named.length);
});
