// Unique words put where people's data goes, through the public API and a provider's webhooks: what must never lie anywhere in clear.
import { deepStrictEqual } from "node:assert";
import type { ApiClient } from "./api.ts";
import type { TestApp } from "./app.ts";
import type { GivenWorkspace } from "./given.ts";
import { givenChannel, post, reports, says, statusOf, type HookChannel } from "./hooks.ts";

export interface Planted {
  workspace: GivenWorkspace;
  channel: HookChannel;
  contactId: string;
  /** Words of the contact, by the field that they were put into. */
  ofContact: Readonly<Record<string, string>>;
  /** Words of members and of the workspace. */
  ofOthers: Readonly<Record<string, string>>;
  /** Secrets: never shown again either. */
  secrets: Readonly<Record<string, string>>;
}

let count = 0;
const letters = "bcdfghjklmnpqrstvwxz";
/** A word that occurs nowhere by chance. */
function word(stem: string): string {
  count += 1;
  const tail = Array.from({ length: 8 }, (_, i) => letters[(count * 7 + i * 3 + process.pid) % letters.length]).join(
    "",
  );
  return `${stem}${tail}${count}`;
}

/** Fills a workspace and proves by reading it back that everything arrived: a scan for what was never stored would prove nothing. */
export async function plantCanaries(t: TestApp): Promise<Planted> {
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  const { api } = workspace;
  const person = { phone: `4917${String(Date.now()).slice(-8)}${count}`, name: `Ottilie ${word("Quagga")}` };
  const ofContact: Record<string, string> = { phone: person.phone, name: person.name };
  const put = (field: string): string => (ofContact[field] = word(field));

  const at = t.clock.now();
  await ok(post(t, channel, says(channel, person, `wamid.${put("provider")}`, at, put("inbound"))));
  await ok(
    post(
      t,
      channel,
      says(channel, person, `wamid.${put("place")}`, at, {
        type: "location",
        location: { latitude: 1, longitude: 2, name: put("location"), address: put("address") },
      }),
    ),
  );
  const [conversation] = await list<{ id: string; contact: { id: string } }>(api, "/v1/conversations");
  if (!conversation) throw new Error("the canary did not arrive");
  const contactId = conversation.contact.id;
  const sent = await call<{ id: string }>(api, "post", "/v1/messages", {
    ...{ conversationId: conversation.id, type: "text", text: put("outbound") },
  });
  await ok(post(t, channel, reports(channel, statusOf(`wamid.${put("early")}`, "sent", at))));
  await call(api, "post", "/v1/contact-attributes", { name: "Shoe size", type: "text", category: "user.content" });
  await call(api, "patch", `/v1/contacts/${contactId}`, { attributes: { "Shoe size": put("value") } });
  await call(workspace.owner.api, "post", `/v1/conversations/${conversation.id}/notes?workspaceId=${workspace.id}`, {
    text: put("note"),
  });
  const form = new FormData();
  form.append("file", new Blob([`%PDF-1.7 ${put("file")}`], { type: "application/pdf" }), `${put("filename")}.pdf`);
  await ok(fetch(`${t.url}/v1/media`, { method: "POST", headers: api.headers, body: form }));

  const csv = new FormData();
  csv.append("file", new Blob([`name,phone\n${put("listed")},+254711000001\n`]), `${put("list")}.csv`);
  await ok(fetch(`${t.url}/v1/contact-imports`, { method: "POST", headers: api.headers, body: csv }));

  const ofOthers = {
    member: `${word("member")}@example.test`,
    invited: `${word("invited")}@example.test`,
    said: word("memberword"),
    phone: `+6017${String(Date.now()).slice(-8)}`,
  };
  const password = `${word("pass")} ${word("word")}`;
  const secrets: Record<string, string> = { password, apiKey: workspace.apiKey, cookie: workspace.owner.cookie };
  Object.assign(secrets, { appSecret: channel.appSecret, accessToken: "EAAtoken" });
  const { status } = await t.anyone.post("/v1/sign-up", {
    email: ofOthers.member,
    password,
    name: ofOthers.said,
    phone: ofOthers.phone,
    workspaceName: "Second",
    isAdult: true,
  });
  deepStrictEqual(status, 201);
  await call(workspace.owner.api, "post", `/v1/invitations?workspaceId=${workspace.id}`, {
    role: "agent",
    email: ofOthers.invited,
  });
  const byOwner = (path: string, body: object) =>
    call(workspace.owner.api, "post", `${path}?workspaceId=${workspace.id}`, body);
  const written = { reply: word("reply"), authority: word("authority"), breach: word("breach") };
  Object.assign(ofOthers, written);
  await byOwner("/v1/saved-replies", { shortcut: "hours", text: written.reply });
  const grounds = { ground: "legal_obligation", scope: "metadata" };
  await byOwner("/v1/legal-disclosures", { ...grounds, authority: written.authority });
  await byOwner("/v1/breaches", { kind: "confidentiality", description: written.breach, peopleAffected: 1 });
  const hook = await call<{ secret: string }>(api, "post", "/v1/webhook-endpoints", {
    ...{ url: `https://example.com/${word("hookpath")}`, eventTypes: ["*"] },
  });
  secrets["webhookSecret"] = hook.secret;

  const thread = JSON.stringify(await list(api, `/v1/conversations/${conversation.id}/messages`));
  const contact = JSON.stringify(await call(api, "get", `/v1/contacts/${contactId}`));
  for (const field of ["inbound", "outbound", "location", "address"])
    if (!thread.includes(ofContact[field] ?? "?")) throw new Error(`the thread lacks ${field} (${sent.id})`);
  for (const field of ["name", "phone", "value"])
    if (!contact.includes(ofContact[field] ?? "?")) throw new Error(`the contact lacks ${field}`);
  return { workspace, channel, contactId, ofContact, ofOthers, secrets };
}

async function ok(answer: Promise<Response>): Promise<void> {
  const { status, ok: isOk } = await answer;
  if (!isOk) throw new Error(`planting failed: ${status}`);
}

async function call<T>(api: ApiClient, method: "get" | "post" | "patch", path: string, body?: object): Promise<T> {
  const answer = method === "get" ? await api.get<T>(path) : await api[method]<T>(path, body ?? {});
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}

const list = async <T>(api: ApiClient, path: string): Promise<T[]> =>
  (await call<{ data: T[] }>(api, "get", path)).data;
