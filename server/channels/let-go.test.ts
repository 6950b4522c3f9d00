import { startWhatsAppCloudSim, type WhatsAppCloudSim } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { behindChannels, cloudChannel, createChannel } from "../test/channels.ts";
import { createTestApp } from "../test/app.ts";
import type { GivenWorkspace } from "../test/given.ts";
import fs from "node:fs";
import path from "node:path";
import { KeyDestroyed } from "../platform/keyring.ts";
import { describe as describeTable } from "../platform/table.ts";
import { channelHealthTable, channelTable } from "./channel.table.ts";
import { openSecrets, secretsSubject } from "./channel-secrets.ts";
import { channelForgetJob, channelLetGoJob, channelPurgeJob } from "./channels.jobs.ts";

let sim: WhatsAppCloudSim;
/** another account, which no other test has channels of */
let other: WhatsAppCloudSim;
/** one that does not answer any more */
let away: string;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim();
  other = await startWhatsAppCloudSim({ wabaId: "777000111222333" });
  const closed = await startWhatsAppCloudSim();
  away = closed.url;
  await closed[Symbol.asyncDispose]();
});
const t = createTestApp({ providerOrigins: () => [sim.url, other.url, away] });
afterAll(() => Promise.all([sim[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]));

const bodyFor = (phoneNumberId: string, more: { settings?: object; secrets?: object } = {}) =>
  cloudChannel(sim, phoneNumberId, more);

const { check, secretsOf, eventsOf } = behindChannels(t);

const isSubscribed = async (): Promise<boolean> => {
  const url = `${other.url}/v25.0/${other.wabaId}/subscribed_apps`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${other.accessToken}` } });
  const { data } = (await answer.json()) as { data: unknown[] };
  return data.length > 0;
};
/** A connected channel of the other account. */
async function connectOther(workspace: GivenWorkspace): Promise<{ id: string; phoneNumberId: string }> {
  const { id: phoneNumberId } = other.addPhoneNumber({});
  const { wabaId, accessToken, appSecret, verifyToken } = other;
  const { id } = await createChannel(workspace.api, {
    ...{ provider: "whatsapp_cloud", name: "Branch", settings: { phoneNumberId, wabaId, apiBaseUrl: other.url } },
    secrets: { accessToken, appSecret, verifyToken },
  });
  await check(workspace, id);
  return { id, phoneNumberId };
}
/** Everything the database still says of a channel itself. */
const known = async (channelId: string): Promise<string> =>
  JSON.stringify([
    (await t.admin.query("select * from channel where id = $1", [channelId])).rows,
    (await t.admin.query("select * from channel_health where channel_id = $1", [channelId])).rows,
  ]);

describe("a channel that is let go", () => {
  const openable = (workspaceId: string, channelId: string, sealed: Buffer) => () =>
    openSecrets(t.app, { workspaceId, channelId }, sealed);

  test("is ended with its provider once no other channel is of that account, and its token and its key are gone [M24-07]", async () => {
    const workspace = await t.given.workspace();
    const [first, last] = [await connectOther(workspace), await connectOther(workspace)];
    for (const [one, stays] of [
      [first, true],
      [last, false],
    ] as const) {
      const at = { workspaceId: workspace.id, channelId: one.id };
      const sealed = await secretsOf(one.id);
      if (!sealed) throw new Error("no token was planted");
      expect(openable(workspace.id, one.id, sealed)()).toMatchObject({ accessToken: other.accessToken });
      expect(await isSubscribed()).toBe(true);
      expect((await workspace.api.delete(`/v1/channels/${one.id}`)).status).toBe(204);
      await t.app.channels.reload(one.id);
      await channelLetGoJob.run(t.app, at);
      expect(await isSubscribed()).toBe(stays);
      expect(await secretsOf(one.id)).toBeNull();
      expect(openable(workspace.id, one.id, sealed)).toThrow(KeyDestroyed);
      expect(() => t.app.keyring.current(secretsSubject(one.id))).toThrow(KeyDestroyed);
    }
  });

  test("loses its token within five minutes also when its provider cannot be reached [M24-07]", async () => {
    const workspace = await t.given.workspace();
    const { id: phoneNumberId } = sim.addPhoneNumber({});
    const unreachable = { wabaId: "1", apiBaseUrl: away };
    const { id } = await createChannel(workspace.api, bodyFor(phoneNumberId));
    await t.admin.query("update channel set settings = settings || $2, account_key = '1' where id = $1", [
      id,
      unreachable,
    ]);
    const sealed = await secretsOf(id);
    const since = t.clock.ms();
    expect((await workspace.api.delete(`/v1/channels/${id}`)).status).toBe(204);
    const at = { workspaceId: workspace.id, channelId: id };
    await expect(channelLetGoJob.run(t.app, at)).rejects.toThrow();
    expect(await secretsOf(id)).toEqual(sealed);
    const { rows } = await t.admin.query<{ run_at: Date }>(
      `select j.run_at from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id
       where k.identifier = 'channel.forget' and j.payload ->> 'channelId' = $1`,
      [id],
    );
    const dueAt = rows[0]?.run_at.getTime() ?? Infinity;
    expect(dueAt - since).toBeLessThan(5 * 60_000);
    t.clock.advance(dueAt - since);
    await channelForgetJob.run(t.app, at);
    expect(await secretsOf(id)).toBeNull();
    expect(openable(workspace.id, id, sealed ?? Buffer.alloc(0))).toThrow(KeyDestroyed);
  });

  test("had a token that no answer showed, and that only what speaks with the provider opens [M24-07]", async () => {
    const workspace = await t.given.workspace();
    const { id } = await connectOther(workspace);
    for (const url of ["/v1/channels", `/v1/channels/${id}`, `/v1/channels/${id}/health`]) {
      const answer = await workspace.owner.api.get(url);
      expect([url, answer.status]).toEqual([url, 200]);
      expect(JSON.stringify(answer.body)).not.toContain(other.accessToken);
    }
    expect(JSON.stringify(await eventsOf(id))).not.toContain(other.accessToken);
    expect(await known(id)).not.toContain(other.accessToken);
    const server = path.resolve(import.meta.dirname, "..");
    const opening = fs
      .readdirSync(server, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .filter((file) => /channel-secrets\.ts"/.test(fs.readFileSync(path.join(server, file), "utf8")))
      .filter((file) => /\bopenSecrets\(/.test(fs.readFileSync(path.join(server, file), "utf8")));
    // the directory that the provider's calls are made from, new keys beside those that stay, and the last call
    expect(opening.toSorted()).toEqual(["channels/channel-directory.ts", "channels/channels.ts", "channels/let-go.ts"]);
  });

  test("was declared by its ids, once in a workspace, and leaves none of them behind [ONE-19]", async () => {
    const declared = [channelTable, channelHealthTable].flatMap((table) =>
      Object.entries(describeTable(table).columns).flatMap(([name, { category }]) =>
        category === "organization.unique_id" ? [name] : [],
      ),
    );
    expect(declared.toSorted()).toEqual(["accountKey", "details", "routeKey", "settings"]);
    const workspace = await t.given.workspace();
    for (const data of ["keep", "purge"] as const) {
      const { id, phoneNumberId } = await connectOther(workspace);
      const again = bodyFor(phoneNumberId, { settings: { wabaId: other.wabaId, apiBaseUrl: other.url } });
      const twice = await workspace.api.post("/v1/channels", again);
      expect([twice.status, twice.body["code"]]).toEqual([409, "channel.number_taken"]);
      const { rows } = await t.admin.query<{ phone: string }>(
        "select details ->> 'phone' as phone from channel_health where channel_id = $1",
        [id],
      );
      const ids = [phoneNumberId, other.wabaId, rows[0]?.phone ?? "no phone was found"];
      for (const one of ids) expect(await known(id)).toContain(one);
      expect((await workspace.api.delete(`/v1/channels/${id}?data=${data}`)).status).toBe(204);
      const at = { workspaceId: workspace.id, channelId: id };
      await (data === "keep" ? channelLetGoJob : channelPurgeJob).run(t.app, at);
      for (const one of ids) expect(await known(id)).not.toContain(one);
      expect((await known(id)).includes("Branch")).toBe(data === "keep");
      // and the number is free
      expect((await workspace.api.post("/v1/channels", again)).status).toBe(201);
      await t.admin.query("update channel set deleted_at = created_at where route_key = $1", [phoneNumberId]);
    }
  });
});
