import { expect, test } from "vitest";
import { createTestApp } from "./app.ts";
import { createApiClient } from "./api.ts";
import { givenChannel, post, says } from "./hooks.ts";

const lines: string[] = [];
const t = createTestApp({ logLines: lines });

/** Unique words where people's data goes; none may ever be in a log, whatever goes wrong. */
const canary = {
  name: "Zanzibarina Quokkasdottir",
  word: "Zanzibarina",
  text: "zebrafinch41 sings at noon",
  phone: "393339876501",
  email: "pelican.canary@example.test",
  password: "turquoise armadillo 77",
  fileName: "salary-of-quokka.pdf",
  query: "flamingoquery",
};

const needlesOf = (values: readonly string[]): string[] =>
  values.flatMap((value) => [
    ...[value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)],
    ...[Buffer.from(value).toString("base64").replace(/=+$/, ""), Buffer.from(value).toString("hex")],
  ]);

test("no name, text, number, address, token or query reaches the log, at debug level, whatever fails [API-27 ONE-12 M24-15]", async () => {
  const secrets: string[] = Object.values(canary);
  const workspace = await t.given.workspace({ name: canary.word });
  const channel = await givenChannel(t, workspace);
  secrets.push(workspace.apiKey, workspace.owner.cookie, channel.appSecret, channel.verifyToken, "EAAtoken");
  const at = t.clock.now();
  const person = { phone: canary.phone, name: canary.name };

  // arrivals: applied, poisoned by the database with the row in its detail, unsigned, unreadable, for nobody
  expect((await post(t, channel, says(channel, person, "wamid.canary", at, canary.text))).status).toBe(200);
  await t.admin.query(`create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'refused "%"', '${canary.text}' using errcode = '22023', detail = '${canary.name} ${canary.phone}'; end $$`);
  await t.admin.query(`create trigger refuse before insert on message for each row execute function refuse()`);
  expect((await post(t, channel, says(channel, person, "wamid.poison", at, canary.text))).status).toBe(200);
  await post(t, channel, `{"${canary.text}": ${canary.phone} oops`);
  await post(t, channel, says(channel, person, "wamid.unsigned", at, canary.text), { secret: "wrong" });
  await post(t, channel, says(channel, person, "wamid.nobody", at, canary.text), { path: `/hooks/${canary.word}/x` });

  // requests that fail in every layer: route, credentials, origin, parser, schema, database, result
  const { api } = workspace;
  await api.get(`/v1/search?q=${canary.query}&cursor=${canary.word}`);
  await api.get(`/v1/conversations/${canary.word}/messages?q=${canary.query}`);
  await api.get(`/${canary.word}/${canary.phone}?q=${canary.query}`);
  await api.post("/v1/messages", { channelId: channel.id, to: `+${canary.phone}`, type: "text", text: canary.text });
  await api.post("/v1/messages", { channelId: canary.word, to: canary.name, type: canary.text });
  await fetch(`${t.url}/v1/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${workspace.apiKey}`, "content-type": "application/json" },
    body: `{"text": "${canary.text}", "to": ${canary.phone} "${canary.name}"`,
  });
  await fetch(`${t.url}/v1/me`, { headers: { cookie: `kw=${workspace.owner.cookie}x`, "x-request-id": canary.phone } });
  await createApiClient(t.url, { apiKey: `${workspace.apiKey}x` }).get(`/v1/channels?q=${canary.query}`);
  await t.anyone.post("/v1/sign-up", { ...canary, isAdult: true, workspaceName: canary.word });
  await t.anyone.post("/v1/sign-up", { ...canary, isAdult: true, workspaceName: canary.word });
  await t.anyone.post("/v1/sign-in", { email: canary.email, password: canary.password });
  await t.anyone.post("/v1/sign-in", { email: canary.email, password: `${canary.password}!` });
  await t.anyone.post("/v1/password-reset/confirm", { token: canary.word, password: canary.password });
  const invited = await workspace.owner.api.post<{ url: string }>("/v1/invitations", {
    role: "agent",
    email: canary.email,
  });
  const token = invited.body.url.split("/").at(-1) ?? "";
  secrets.push(token);
  await t.anyone.get(`/v1/invitations/preview?token=${token}`);
  await t.anyone.get(`/invite/${token}`);

  // what functions of ours may hand to the log by mistake
  const { log } = t.app;
  log.error(new Error(`mail to ${canary.email} was refused: "${canary.text}"`), "mail");
  log.error(
    { err: new Error("outer", { cause: new Error(`duplicate key '${canary.text}' ${canary.phone}`) }) },
    "failed",
  );
  log.debug({ body: { text: canary.text }, headers: { authorization: workspace.apiKey }, from: canary.phone }, "seen");
  log.debug(
    { what: workspace.apiKey, who: workspace.owner.cookie, said: canary.text, number: `+${canary.phone}` },
    "seen",
  );

  const log_ = lines.join("\n");
  expect(lines.some((line) => line.includes('"inbound part kept"'))).toBe(true);
  expect(lines.some((line) => line.includes('"route":"message.send"'))).toBe(true);
  const found = needlesOf(secrets).filter((needle) => log_.toLowerCase().includes(needle.toLowerCase()));
  expect(found).toEqual([]);
});

test("figures name nobody: after all of that, no id, name, number or text is in one [GEN-13]", async () => {
  const figures = await (await fetch(`${t.url}/metrics`)).text();
  expect(figures).toMatch(/keepword_http_seconds_count\{route="message.send",status="4\d\d"\} [1-9]/);
  const found = needlesOf(Object.values(canary)).filter((needle) =>
    figures.toLowerCase().includes(needle.toLowerCase()),
  );
  expect(found).toEqual([]);
  const ids =
    "select id from contact union select id from workspace union select id from channel union select id from member";
  const { rows } = await t.admin.query<{ id: string }>(`${ids} union select id from person`);
  expect(rows.length).toBeGreaterThan(4);
  expect(rows.filter(({ id }) => figures.includes(id))).toEqual([]);
});
