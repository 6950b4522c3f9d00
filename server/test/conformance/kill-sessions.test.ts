// Linked phones across a kill -9 of the process that holds their connections: nothing is lost, nothing is shown twice.
import fs from "node:fs";
import { startWhatsappLinked } from "@keepword/sim/whatsapp-linked";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { eventually, givenLinkedPhone } from "../linked-phone.ts";
import { createWorkspaces, startServerProcess, temporaryFolder } from "../server-process.ts";

const people = ["14155550201", "14155550202", "14155550203"];
const perPerson = 14;
/** Anything of libsignal's sessions, the library's objects, or a private key in print. */
const keyMaterial = /privKey|rootKey|ephemeralKeyPair|SessionEntry|Closing session|<Buffer|advSecretKey|chainKey/;

/** The child that runs sessions. */
function sessionsProcess(parent: number): number | undefined {
  const list = fs.readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ").filter(Boolean);
  return list.map(Number).find((pid) => {
    try {
      return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes("sessions");
    } catch {
      return false;
    }
  });
}

test.skipIf(process.platform !== "linux")(
  "kill -9 of the sessions process under load: each message arrives once, in and out, and another process takes over",
  async () => {
    const sim = await startWhatsappLinked();
    onTestFinished(() => sim[Symbol.asyncDispose]());
    const dataDir = temporaryFolder("sessions");
    onTestFinished(() => fs.rmSync(dataDir, { recursive: true, force: true }));
    const output: string[] = [];
    const server = await startServerProcess({
      dataDir,
      env: { KEEPWORD_PROVIDER_ORIGINS: sim.url },
      onLine: (line) => output.push(line),
    });
    onTestFinished(async () => void (await server.stop()));
    const [workspace] = await createWorkspaces(server, 1);
    if (!workspace) throw new Error("no workspace");

    expect(sessionsProcess(server.pid)).toBeUndefined();
    const linked = await givenLinkedPhone(workspace, workspace.api, sim, { pace: { perSecond: 100, perContactMs: 0 } });
    await linked.pair();
    const first = await eventually(() => sessionsProcess(server.pid), "a sessions process");

    for (const person of people) await sim.says({ person, to: linked.phone, text: `hello of ${person}` });
    const conversations = await eventually(async () => {
      const found = await linked.conversations();
      return found.length === people.length ? found : undefined;
    }, "the conversations");

    let pid = first;
    for (let n = 0; n < perPerson; n++) {
      for (const [at, person] of people.entries()) {
        await sim.says({ person, to: linked.phone, text: `in ${n} of ${person}` });
        const conversationId = conversations[at]?.id;
        const sent = await linked.send({ conversationId, type: "text", text: `out ${n} to ${conversationId}` });
        expect(sent.status).toBe(202);
      }
      if (n % 5 !== 3) continue;
      process.kill(pid, "SIGKILL");
      const dead = pid;
      pid = await eventually(() => {
        const now = sessionsProcess(server.pid);
        return now === dead ? undefined : now;
      }, "another sessions process");
    }

    const wantedOut = conversations.flatMap(({ id }) =>
      Array.from({ length: perPerson }, (_, n) => `out ${n} to ${id}`),
    );
    await eventually(
      () => {
        const got = new Set(people.flatMap((person) => sim.received({ person }).map(({ text }) => text)));
        return wantedOut.every((text) => got.has(text)) || undefined;
      },
      "all that was sent",
      90_000,
    );
    // a device shows a message id once: each text went out under one id, however often
    const ids = new Map<string, Set<string>>();
    for (const person of people)
      for (const { id, text } of sim.received({ person }))
        if (text.startsWith("out ")) ids.set(text, (ids.get(text) ?? new Set()).add(id));
    expect([...ids.values()].filter((set) => set.size !== 1)).toEqual([]);
    expect(ids.size).toBe(wantedOut.length);

    const wantedIn = people.flatMap((person) => [
      `hello of ${person}`,
      ...Array.from({ length: perPerson }, (_, n) => `in ${n} of ${person}`),
    ]);
    const heard = async () =>
      (await Promise.all(conversations.map(({ id }) => linked.thread(id)))).flatMap((messages) =>
        messages.flatMap(({ direction, text }) => (direction === "inbound" ? [text ?? ""] : [])),
      );
    await eventually(async () => (await heard()).length >= wantedIn.length || undefined, "all that was said", 90_000);
    expect((await heard()).toSorted()).toEqual(wantedIn.toSorted());

    const client = new pg.Client(server.connection().adminUrl);
    await client.connect();
    onTestFinished(() => client.end());
    const outbox = await client.query("select state from outbox");
    const fence = await client.query<{ fence: string }>("select fence from session_lease");
    expect(outbox.rows).toEqual([]);
    expect(Number(fence.rows[0]?.fence)).toBeGreaterThan(1);
    expect(output.filter((line) => keyMaterial.test(line))).toEqual([]);
  },
  240_000,
);

test.skipIf(process.platform !== "linux")(
  "of two processes for sessions, one takes over what the other held when it was killed, and nothing is lost or doubled",
  async () => {
    const sim = await startWhatsappLinked();
    onTestFinished(() => sim[Symbol.asyncDispose]());
    const dataDir = temporaryFolder("sessions");
    onTestFinished(() => fs.rmSync(dataDir, { recursive: true, force: true }));
    const env = { KEEPWORD_PROVIDER_ORIGINS: sim.url };
    const server = await startServerProcess({ dataDir, env });
    onTestFinished(async () => void (await server.stop()));
    const [workspace] = await createWorkspaces(server, 1);
    if (!workspace) throw new Error("no workspace");
    const linked = await givenLinkedPhone(workspace, workspace.api, sim, { pace: { perSecond: 100, perContactMs: 0 } });
    await linked.pair();
    // the second one stands by: it owns nothing as long as the first one lives
    const second = await startServerProcess({
      dataDir,
      env: { ...env, DATABASE_URL: server.connection().url, KEEPWORD_ROLES: "sessions" },
    });
    onTestFinished(async () => void (await second.stop()));
    const client = new pg.Client(server.connection().adminUrl);
    await client.connect();
    onTestFinished(() => client.end());
    const lease = async () =>
      (await client.query<{ owner: string; fence: string }>("select owner, fence from session_lease")).rows[0];
    const before = await lease();

    for (const person of people) await sim.says({ person, to: linked.phone, text: `hello of ${person}` });
    const conversations = await eventually(async () => {
      const found = await linked.conversations();
      return found.length === people.length ? found : undefined;
    }, "the conversations");
    // kept down, so that its own successor cannot be the one that takes over
    const owner = await eventually(server.sessionsPid, "a sessions process");
    for (let n = 0; n < perPerson; n++) {
      if (n === perPerson / 2) {
        process.kill(server.pid, "SIGSTOP");
        process.kill(owner, "SIGKILL");
        // within 30 s: a lease of 20 s, and a look every 2 s; a loaded machine is given longer
        await eventually(async () => (await lease())?.owner !== before?.owner, "another owner", 90_000);
        await sim.waitForDevice({ phone: linked.phone, timeoutMs: 90_000 });
        process.kill(server.pid, "SIGCONT");
      }
      const said = people.map((person) => sim.says({ person, to: linked.phone, text: `in ${n} of ${person}` }));
      const sends = conversations.map(({ id }) =>
        linked.send({ conversationId: id, type: "text", text: `out ${n} to ${id}` }),
      );
      await Promise.all(said);
      for (const { status } of await Promise.all(sends)) expect(status).toBe(202);
    }

    const wantedOut = conversations.flatMap(({ id }) =>
      Array.from({ length: perPerson }, (_, n) => `out ${n} to ${id}`),
    );
    const shown = () => {
      const all = people.flatMap((person) => sim.received({ person }));
      return [...new Map(all.map(({ id, text }) => [id, text])).values()].filter((text) => text.startsWith("out "));
    };
    await eventually(() => shown().length >= wantedOut.length, "all that was sent", 150_000);
    expect(shown().toSorted()).toEqual(wantedOut.toSorted());
    const wantedIn = people.flatMap((person) => [
      `hello of ${person}`,
      ...Array.from({ length: perPerson }, (_, n) => `in ${n} of ${person}`),
    ]);
    const heard = async () =>
      (await Promise.all(conversations.map(({ id }) => linked.thread(id)))).flatMap((messages) =>
        messages.flatMap(({ direction, text }) => (direction === "inbound" ? [text ?? ""] : [])),
      );
    await eventually(async () => (await heard()).length >= wantedIn.length, "all that was said", 90_000);
    expect((await heard()).toSorted()).toEqual(wantedIn.toSorted());
    expect(Number((await lease())?.fence)).toBeGreaterThan(Number(before?.fence));
  },
  300_000,
);
