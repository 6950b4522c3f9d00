import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { blindIndex, tryOpenText } from "../platform/seal.ts";
import { handlingOf } from "../platform/table.ts";
import { createTestApp } from "../test/app.ts";
import type { GivenWorkspace } from "../test/given.ts";
import { givenChannel, post, says } from "../test/hooks.ts";
import { startReceiver } from "../test/receiver.ts";
import type { Page } from "../test/shop.ts";
import { advanceRequest, resumeRequests } from "./advance-request.ts";
import { ACCOUNT_AGE, defaultConsentAge, dueDate, jurisdictions } from "../identity/jurisdictions.ts";
import { scanForNeedles } from "./scan-for-needles.ts";
import { confirmIdentity, openSubjectRequest } from "./subject-request.ts";
import { bytesOf, entriesOf } from "./unzip.ts";
import type { RequestView } from "./view-request.ts";

const t = createTestApp({ env: { KEEPWORD_ALLOW_PRIVATE_TARGETS: "true" } });
const DAY_MS = 86_400_000;

interface Contact {
  id: string;
  name: string | null;
  restrictedAt: string | null;
}

let count = 0;
async function plant() {
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  const phone = `25472200${String(++count).padStart(4, "0")}`;
  await post(
    t,
    channel,
    says(channel, { phone, name: "Wrongname Oldvalue" }, "wamid.r1", t.clock.ms(), "find me by grapefruit"),
  );
  const [contact] = (await workspace.api.get<Page<Contact>>("/v1/contacts")).body.data;
  if (!contact) throw new Error("nobody");
  return { workspace, channel, contact, api: workspace.api };
}

async function ask(workspace: GivenWorkspace, body: object): Promise<RequestView> {
  const made = await workspace.api.post<{ id: string }>("/v1/subject-requests", body);
  expect(made.status, JSON.stringify(made.body)).toBe(202);
  await advanceRequest(t.app, { workspaceId: workspace.id, requestId: made.body.id });
  return (await workspace.api.get<RequestView>(`/v1/subject-requests/${made.body.id}`)).body;
}

const found = async (workspace: GivenWorkspace, q: string): Promise<number> => {
  await t.app.indexer?.idle();
  const [contacts, messages] = await Promise.all([
    workspace.api.get<Page<object>>(`/v1/contacts?q=${encodeURIComponent(q)}`),
    workspace.api.get<Page<object>>(`/v1/search?q=${encodeURIComponent(q)}`),
  ]);
  return contacts.body.data.length + messages.body.data.length;
};

test("whoever is limited to channels neither exports nor erases a person who also wrote on others, nor links to a page there", async () => {
  const { workspace, channel, contact, api } = await plant();
  const phone = `25472200${String(count).padStart(4, "0")}`;
  const other = await givenChannel(t, workspace);
  const limited = (await t.given.apiKey(workspace.id, { channelIds: [channel.id] })).api;
  const access = { type: "access", contactId: contact.id };
  const allowed = await limited.post<{ id: string }>("/v1/subject-requests", access);
  expect(allowed.status).toBe(202);
  await advanceRequest(t.app, { workspaceId: workspace.id, requestId: allowed.body.id });
  const copyOf = `/v1/subject-requests/${allowed.body.id}/copy`;
  expect((await fetch(t.url + copyOf, { headers: limited.headers })).status).toBe(200);

  t.clock.advance(60_000);
  await post(t, other, says(other, { phone }, "wamid.r9", t.clock.ms(), "elsewhere"));
  expect((await fetch(t.url + copyOf, { headers: limited.headers })).status).toBe(403);
  expect((await fetch(t.url + copyOf, { headers: api.headers })).status).toBe(200);
  const asked = { type: "erase", contactId: contact.id, isIdentityProved: false };
  const waits = `/v1/subject-requests/${(await api.post<{ id: string }>("/v1/subject-requests", asked)).body.id}`;
  const answers = [
    await limited.post("/v1/subject-requests", { ...access, type: "portability" }),
    await limited.post("/v1/subject-requests", { type: "erase", identity: `+${phone}` }),
    await limited.post(`${waits}/confirm-identity`),
    await limited.post(`${waits}/refuse`, { reason: "excessive" }),
    await limited.post(`${waits}/answer`),
    await limited.delete(`/v1/contacts/${contact.id}`),
  ];
  expect(answers.map(({ status, body }) => `${status} ${String(body["code"])}`)).toEqual(
    answers.map(() => "403 forbidden"),
  );
  expect((await api.get<RequestView>(waits)).body.state).toBe("identity_pending");

  const link = async (by: typeof api, body: object) =>
    (await by.post(`/v1/contacts/${contact.id}/page-links`, body)).body;
  expect(await link(api, {})).toMatchObject({ channelId: other.id });
  expect(await link(limited, {})).toMatchObject({ channelId: channel.id });
  expect(await link(limited, { channelId: other.id })).toMatchObject({ code: "contact.no_channel" });
});

test("whoever is limited to channels sees requests about people of those alone, and their own to the end", async () => {
  const { workspace, channel, contact, api } = await plant();
  const phone = `25472200${String(count).padStart(4, "0")}`;
  const other = await givenChannel(t, workspace);
  const key = async () => (await t.given.apiKey(workspace.id, { channelIds: [channel.id] })).api;
  const [limited, colleague] = [await key(), await key()];
  await post(t, other, says(other, { phone: "254722990001", name: "Elsewhere" }, "wamid.r5", t.clock.ms(), "hi"));
  const all = (await api.get<Page<Contact>>("/v1/contacts")).body.data;
  const elsewhere = all.find(({ id }) => id !== contact.id)?.id;
  const complain = async (by: typeof api, about: object): Promise<string> => {
    const asked = { type: "complaint", detail: { text: "you wrote at night" }, ...about };
    const { status, body } = await by.post<{ id: string }>("/v1/subject-requests", asked);
    expect(status, JSON.stringify(body)).toBe(202);
    return body.id;
  };
  const own = await complain(limited, { contactId: contact.id });
  const here = await complain(api, { contactId: contact.id });
  const hidden = [await complain(api, { contactId: elsewhere }), await complain(api, { identity: "+254799000111" })];
  const agent = await t.given.member(workspace.id, "agent");
  hidden.push((await agent.api.post<{ id: string }>("/v1/me/subject-requests", { type: "complaint" })).body.id);
  const seen = async (by: typeof api): Promise<Set<string>> =>
    new Set((await by.get<Page<RequestView>>("/v1/subject-requests")).body.data.map(({ id }) => id));
  const statusOf = async (by: typeof api, id: string) => (await by.get(`/v1/subject-requests/${id}`)).status;
  expect(await seen(api)).toEqual(new Set([own, here, ...hidden]));
  expect(await seen(limited)).toEqual(new Set([own, here]));
  for (const id of hidden) expect(await statusOf(limited, id)).toBe(404);

  const asked = await limited.delete<{ id: string }>(`/v1/contacts/${contact.id}`);
  expect(await statusOf(colleague, asked.body.id)).toBe(200);
  await advanceRequest(t.app, { workspaceId: workspace.id, requestId: asked.body.id });
  expect((await limited.get<RequestView>(`/v1/subject-requests/${asked.body.id}`)).body.state).toBe("done");
  expect(await statusOf(colleague, asked.body.id)).toBe(404);

  // somebody who writes on another channel too is out of reach, but not what was asked before
  await post(t, channel, says(channel, { phone }, "wamid.r6", t.clock.ms(), "back"));
  const [back] = (await limited.get<Page<Contact>>("/v1/contacts")).body.data;
  const [mine, theirs] = [
    await complain(limited, { contactId: back?.id }),
    await complain(api, { contactId: back?.id }),
  ];
  await post(t, other, says(other, { phone }, "wamid.r7", t.clock.ms(), "elsewhere"));
  expect([await statusOf(limited, mine), await statusOf(limited, theirs)]).toEqual([200, 404]);
});

/** Every sealed value of a workspace that its row's own id opens, as text. */
async function openedValues(workspace: GivenWorkspace): Promise<Map<string, string>> {
  const opened = new Map<string, string>();
  for (const { name, privacy, columns } of t.app.registry.tables) {
    if (privacy.scope !== "workspace" || !("id" in columns)) continue;
    for (const [key, column] of Object.entries(columns)) {
      if (handlingOf(column).protect !== "sealed") continue;
      const sql = key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
      const { rows } = await t.admin.query<{ id: string; value: Buffer }>(
        `select id, ${sql} as value from ${name} where workspace_id = $1 and ${sql} is not null`,
        [workspace.id],
      );
      for (const { id: row, value } of rows) {
        const place = { table: name, column: sql, row, workspace: workspace.id };
        try {
          opened.set(`${name}.${key}/${row}`, tryOpenText(t.app.keyring, place, value) ?? "");
        } catch {
          // sealed to another place than its row: no text of a person
        }
      }
    }
  }
  return opened;
}

test("a rectified name and number are gone everywhere: rows, index, search, copies, what programs are told; and they hear of it by id [GEN-31]", async () => {
  const { workspace, contact, api } = await plant();
  const number = `+25472200${String(count).padStart(4, "0")}`;
  const right = `+2547229999${String(count).padStart(2, "0")}`;
  const receiver = await startReceiver();
  onTestFinished(() => receiver[Symbol.asyncDispose]());
  const once = { type: "rectify", contactId: contact.id, detail: { name: "Oldvalue Again" } };
  expect((await ask(workspace, once)).state).toBe("done");
  const copy = await ask(workspace, { type: "access", contactId: contact.id });
  const copied = await fetch(`${t.url}/v1/subject-requests/${copy.id}/copy`, { headers: api.headers });
  expect([copied.status, (await copied.arrayBuffer()).byteLength > 1000]).toEqual([200, true]);
  const index = () => t.app.keyring.indexKey(workspace.id, "address");
  const indexed = async (value: string) =>
    (
      await t.admin.query("select 1 from contact_identity where workspace_id = $1 and address_index = $2", [
        ...[workspace.id, blindIndex(index(), "phone", value)],
      ])
    ).rowCount;
  const places = async (word: string) =>
    [...(await openedValues(workspace))]
      .filter(([, text]) => text.includes(word))
      .map(([at]) => at.replace(/\/.*/, ""));
  expect((await places("Oldvalue")).toSorted()).toEqual(["contact.name", "subject_request.detail"]);
  expect(await places(number)).toContain("contact_identity.address");
  expect([await found(workspace, "Oldvalue"), await found(workspace, number), await indexed(number)]).toEqual([
    1, 1, 1,
  ]);
  const hook = { url: `${receiver.url}/hook`, eventTypes: ["contact.*"] };
  expect((await api.post("/v1/webhook-endpoints", hook)).status).toBe(201);

  const detail = { name: "Right Name", identities: [{ kind: "phone", from: number, to: right }] };
  const done = await ask(workspace, { type: "rectify", contactId: contact.id, detail });
  expect(done).toMatchObject({ state: "done", steps: [{ step: "rectify" }, { step: "old_copies" }] });

  const now = await api.get<Contact & { identities: { kind: string; value: string }[] }>(`/v1/contacts/${contact.id}`);
  expect(now.body.name).toBe("Right Name");
  expect(now.body.identities.filter(({ kind }) => kind === "phone")).toEqual([{ kind: "phone", value: right }]);
  expect(await places("Oldvalue")).toEqual([]);
  // what the request itself says was wrong goes with it
  expect(await places(number)).toEqual([]);
  expect([await indexed(number), await indexed(right)]).toEqual([0, 1]);
  expect([await found(workspace, "Oldvalue"), await found(workspace, number)]).toEqual([0, 0]);
  expect([await found(workspace, "Right"), await found(workspace, right)]).toEqual([1, 1]);
  const lists = ["/v1/conversations", "/v1/contacts", "/v1/events?limit=500", "/v1/subject-requests"];
  for (const path of lists)
    expect([path, JSON.stringify((await api.get(path)).body)]).not.toEqual([
      ...[path, expect.stringMatching(`Oldvalue|${number.slice(1)}`)],
    ]);
  expect(await scanForNeedles(t.app, ["Oldvalue", number], { adminUrl: t.adminUrl })).toEqual([]);
  expect((await fetch(`${t.url}/v1/subject-requests/${copy.id}/copy`, { headers: api.headers })).status).toBe(409);
  await t.app.deliverer?.idle();
  const [told] = receiver.requests.map(({ json }) => json);
  expect(told).toMatchObject({ type: "contact.updated", data: { contactId: contact.id } });
  expect(receiver.requests.map(({ body }) => body).join()).not.toMatch(`Oldvalue|${number.slice(1)}`);

  const someone = { contacts: [{ phone: "+254722990777" }], attestation: { isLawful: true, basis: "contract" } };
  expect((await api.post("/v1/contacts/import", someone)).status).toBe(200);
  const theirs = { identities: [{ kind: "phone", from: right, to: "+254722990777" }] };
  const taken = await api.post("/v1/subject-requests", { type: "rectify", contactId: contact.id, detail: theirs });
  expect([taken.status, taken.body["code"]]).toEqual([409, "contact.address_taken"]);
});

test("what others call a person by stands in one table alone, and goes with them [M24-14]", async () => {
  // by the declarations: ids and numbers of people are nowhere else; the rest are ids of messages, the business's and colleagues' own, and a word that waits
  const ofIds = t.app.registry.tables.flatMap(({ name, columns }) =>
    Object.entries(columns).flatMap(([key, { category }]) =>
      ["user.unique_id", "user.contact.phone_number"].includes(category) ? [`${name}.${key}`] : [],
    ),
  );
  const others = [
    "message.providerMessageId",
    "person.phone",
    "session.account",
    "session.commandData",
    "subject_request.identity",
  ];
  expect(ofIds.toSorted()).toEqual([...others, "contact_identity.address"].toSorted());

  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  const ids = {
    phone: "254722777001",
    userId: "KE.canary77001",
    parentUserId: "KE.ENT.canary77002",
    username: "canaryname77",
  };
  await post(t, channel, says(channel, { ...ids, name: "Wanjiru" }, "wamid.ids", t.clock.ms(), "hello"));
  const [contact] = (await workspace.api.get<Page<Contact>>("/v1/contacts")).body.data;
  const placesOf = async (word: string) =>
    [...(await openedValues(workspace))]
      .filter(([, text]) => text.includes(word))
      .map(([at]) => at.replace(/\/.*/, ""));
  for (const word of Object.values(ids))
    expect([word, await placesOf(word)]).toEqual([word, ["contact_identity.address"]]);
  const rows = async () =>
    (
      await t.admin.query<{ kind: string }>(
        "select kind from contact_identity where workspace_id = $1 and contact_id = $2 order by kind",
        [workspace.id, contact?.id],
      )
    ).rows.map(({ kind }) => kind);
  expect(await rows()).toEqual(["phone", "username", "wa_parent_user_id", "wa_user_id"]);
  expect((await ask(workspace, { type: "erase", contactId: contact?.id })).state).toBe("done");
  expect(await rows()).toEqual([]);
  for (const word of Object.values(ids)) expect(await found(workspace, word)).toBe(0);
});

test("a restricted person is in no search and gets no message, what they write is stored, they get their copy, and it can be lifted [GEN-33]", async () => {
  const { workspace, channel, contact, api } = await plant();
  expect(await found(workspace, "grapefruit")).toBe(1);
  await ask(workspace, { type: "restrict", contactId: contact.id });
  expect((await api.get<Contact>(`/v1/contacts/${contact.id}`)).body.restrictedAt).not.toBeNull();
  expect([await found(workspace, "grapefruit"), await found(workspace, "Wrongname")]).toEqual([0, 0]);
  const sent = await api.post<{ id: string }>("/v1/messages", {
    ...{ channelId: channel.id, to: { contactId: contact.id }, type: "text", text: "may I?" },
  });
  await t.app.drain?.idle();
  const after = await api.get<{ status: string; error?: { code: string } }>(`/v1/messages/${sent.body.id}`);
  expect([after.body.status, after.body.error?.code]).toEqual(["failed", "message.contact_restricted"]);
  await post(
    t,
    channel,
    says(channel, { phone: `25472200${String(count).padStart(4, "0")}` }, "wamid.r2", t.clock.ms(), "still stored"),
  );
  const rows = await t.admin.query("select 1 from message where workspace_id = $1 and direction = 'inbound'", [
    workspace.id,
  ]);
  expect(rows.rowCount).toBe(2);
  const copy = await ask(workspace, { type: "access", contactId: contact.id });
  expect(copy).toMatchObject({ state: "done", bundle: { expiresAt: expect.any(String) } });
  await ask(workspace, { type: "restrict", contactId: contact.id, detail: { isLifted: true } });
  expect(await found(workspace, "grapefruit")).toBe(1);
});

test("a contact reported as a child is restricted, never reached by marketing, and erased within 72 hours with a receipt, unless it is not so [GEN-42 ONE-55]", async () => {
  const { workspace, channel, contact, api } = await plant();
  const offer = async (contactId: string) => {
    const { body } = await api.post<{ id: string }>("/v1/messages", {
      ...{ channelId: channel.id, to: { contactId }, type: "text", text: "20 % off", purpose: "marketing" },
    });
    await t.app.drain?.idle();
    return (await api.get<{ error?: { code: string } }>(`/v1/messages/${body.id}`)).body.error?.code;
  };
  const restrictedAt = async (id: string) => (await api.get<Contact>(`/v1/contacts/${id}`)).body.restrictedAt;
  const report = (id: string) => api.post<RequestView>(`/v1/contacts/${id}/minor-report`);
  const made = await report(contact.id);
  expect([made.status, made.body.type, made.body.state]).toEqual([202, "erase", "received"]);
  expect(Date.parse(made.body.dueAt) - t.clock.ms()).toBe(3 * DAY_MS);
  expect((await report(contact.id)).body.id).toBe(made.body.id);
  expect(await restrictedAt(contact.id)).not.toBeNull();
  expect(await offer(contact.id)).toBe("message.contact_restricted");
  // also where the restriction is lifted, and whatever consent somebody notes down
  await ask(workspace, { type: "restrict", contactId: contact.id, detail: { isLifted: true } });
  const grant = { purpose: "marketing", action: "granted", method: "verbal" };
  const refused = await api.post(`/v1/contacts/${contact.id}/consents`, grant);
  expect([refused.status, refused.body["code"]]).toEqual([409, "consent.under_age"]);
  expect(await offer(contact.id)).toBe("message.contact_minor");
  const requestOf = async () => (await api.get<RequestView>(`/v1/subject-requests/${made.body.id}`)).body;
  t.clock.advance(2 * DAY_MS - 60_000);
  await resumeRequests(t.app);
  expect((await requestOf()).state).toBe("received");
  t.clock.advance(2 * 60_000);
  await resumeRequests(t.app);
  const done = await requestOf();
  expect(done).toMatchObject({ state: "done", receipt: { deleted: expect.any(Array) } });
  expect(done.receipt?.deleted).toContainEqual({ what: "contact", kind: "person", count: 1 });
  expect(done.receipt?.retained.map(({ why }) => why)).toContain("proof_of_erasure");
  expect(Date.parse(done.finishedAt ?? "")).toBeLessThan(Date.parse(done.receivedAt) + 3 * DAY_MS);
  expect((await api.get(`/v1/contacts/${contact.id}`)).status).toBe(404);

  const person = async (phone: string) => {
    await post(t, channel, says(channel, { phone, name: "Grown Up" }, `wamid.${phone}`, t.clock.ms(), "hello"));
    return (await api.get<Page<Contact>>("/v1/contacts?limit=1")).body.data[0]?.id ?? "";
  };
  const adult = await person("254722555001");
  // any other reason ends the erasure alone: they stay a child
  const { body: kept } = await report(adult);
  const { body: why } = await api.post(`/v1/subject-requests/${kept.id}/refuse`, { reason: "legal_duty" });
  expect([why["state"], await restrictedAt(adult)]).toEqual(["refused", expect.any(String)]);
  expect((await api.post(`/v1/contacts/${adult}/consents`, grant)).body["code"]).toBe("consent.under_age");
  const { body: mistaken } = await report(adult);
  const no = await api.post(`/v1/subject-requests/${mistaken.id}/refuse`, { reason: "not_a_minor" });
  expect([no.status, await restrictedAt(adult)]).toEqual([200, null]);
  expect((await api.post(`/v1/contacts/${adult}/consents`, grant)).status).toBe(201);
  // a restriction of their own is not lifted with the report
  t.clock.advance(60_000);
  const shy = await person("254722555002");
  await ask(workspace, { type: "restrict", contactId: shy });
  t.clock.advance(60_000);
  const { body: again } = await report(shy);
  await api.post(`/v1/subject-requests/${again.id}/refuse`, { reason: "not_a_minor" });
  expect(await restrictedAt(shy)).not.toBeNull();
});

test("accounts are for people of 18; contacts agree for themselves from 16 on, which a workspace may raise [MSJ-44]", async () => {
  expect([ACCOUNT_AGE, defaultConsentAge]).toEqual([18, 16]);
  const account = {
    email: "child@example.test",
    name: "Somebody",
    password: "seven green bicycles",
    workspaceName: "W",
  };
  for (const more of [{}, { isAdult: false }])
    expect((await t.anyone.post("/v1/sign-up", { ...account, ...more })).status).toBe(400);
  expect((await t.anyone.post("/v1/sign-up", { ...account, isAdult: true })).status).toBe(201);
  const { contact, api, workspace } = await plant();
  const rules = (await api.get<Page<{ purpose: string; minAge: number }>>("/v1/consent-rules")).body.data;
  expect(rules.map(({ minAge }) => minAge)).toEqual(rules.map(() => 16));
  const grant = async (age: number, purpose = "marketing") => {
    const body = { purpose, action: "granted", method: "form", age };
    return (await api.post(`/v1/contacts/${contact.id}/consents`, body)).status;
  };
  const ledger = async () => (await api.get<Page<object>>(`/v1/contacts/${contact.id}/consents`)).body.data;
  expect([await grant(15), await ledger()]).toEqual([409, []]);
  expect(await grant(16)).toBe(201);
  const rule = { needsConfirmation: false, validDays: null };
  const set = (minAge: number) => workspace.owner.api.put("/v1/consent-rules/marketing", { ...rule, minAge });
  expect((await set(12)).status).toBe(400);
  expect((await set(18)).body).toMatchObject({ minAge: 18 });
  expect([await grant(17), await grant(18), await grant(16, "utility")]).toEqual([409, 201, 201]);
  // other changes of a rule keep its age
  expect((await workspace.owner.api.put("/v1/consent-rules/marketing", rule)).body).toMatchObject({ minAge: 18 });
  const { rows } = await t.admin.query("select to_jsonb(e)::text as row from consent_event e where contact_id = $1", [
    contact.id,
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/"?age/);
});

test("an objection stands in the ledger in the person's name, and no one of the team can lift it [GEN-34]", async () => {
  const { workspace, contact, api } = await plant();
  await ask(workspace, { type: "object", contactId: contact.id, detail: { purpose: "marketing" } });
  const consents = await api.get<Page<{ action: string; purpose: string }>>(`/v1/contacts/${contact.id}/consents`);
  expect(consents.body.data).toMatchObject([{ action: "objected", purpose: "marketing" }]);
  const grant = await api.post(`/v1/contacts/${contact.id}/consents`, {
    ...{ purpose: "marketing", action: "granted", method: "verbal" },
  });
  expect([grant.status, grant.body["code"]]).toEqual([409, "consent.refused_by_person"]);
  const restricted = async () => (await api.get<Contact>(`/v1/contacts/${contact.id}`)).body.restrictedAt !== null;
  expect(await restricted()).toBe(false);
  // any other objection also restricts, and stands in the list of requests
  const other = await ask(workspace, { type: "object", contactId: contact.id, detail: { purpose: "utility" } });
  expect([other.state, await restricted()]).toEqual(["done", true]);
  const listed = await api.get<Page<RequestView>>("/v1/subject-requests");
  expect(listed.body.data.map(({ id }) => id)).toContain(other.id);
  const all = await ask(workspace, { type: "withdraw", contactId: contact.id });
  expect(all.steps[0]?.count).toBe(4);
});

test("a request without proof of identity waits, can be confirmed or refused with a reason, and neither twice", async () => {
  const { workspace, contact, api } = await plant();
  const open = (more: object) =>
    ask(workspace, {
      type: "erase",
      contactId: contact.id,
      isIdentityProved: false,
      detail: { text: "please" },
      ...more,
    });
  const waiting = await open({});
  expect(waiting.state).toBe("identity_pending");
  expect(waiting.steps.every(({ state }) => state === "waiting")).toBe(true);
  const refused = await api.post<RequestView>(`/v1/subject-requests/${waiting.id}/refuse`, {
    reason: "not_the_person",
  });
  expect(refused.body).toMatchObject({ state: "refused", refusal: "not_the_person" });
  const again = await api.post(`/v1/subject-requests/${waiting.id}/confirm-identity`);
  expect([again.status, again.body["code"]]).toEqual([409, "subject_request.not_open"]);
  const bad = await api.post(`/v1/subject-requests/${waiting.id}/refuse`, { reason: "no time" });
  expect([bad.status, bad.body["code"]]).toEqual([400, "validation_failed"]);
  const second = await open({ detail: { text: "again" } });
  await api.post(`/v1/subject-requests/${second.id}/confirm-identity`);
  await advanceRequest(t.app, { workspaceId: workspace.id, requestId: second.id });
  expect((await api.get<RequestView>(`/v1/subject-requests/${second.id}`)).body).toMatchObject({
    state: "done",
    detail: null,
  });
});

test("what comes from a contact's own page waits for its proof, and what a login asks is the page's to confirm", async () => {
  const { workspace, contact } = await plant();
  const row = await t.app.db.tx({ workspaceIds: [workspace.id] }, async (tx) => {
    const ctx = { ...t.app, tx, workspaceId: workspace.id };
    const made = await openSubjectRequest(ctx, { type: "restrict", contactId: contact.id, source: "contact_page" });
    expect(made.state).toBe("identity_pending");
    return confirmIdentity(ctx, made.id);
  });
  expect(row.state).toBe("accepted");
});

test("a complaint waits for someone's answer; the owner sees what is due, agents do not [M24-38]", async () => {
  const { workspace, contact, api } = await plant();
  const made = await ask(workspace, {
    type: "complaint",
    contactId: contact.id,
    detail: { text: "you wrote at night" },
  });
  expect(made).toMatchObject({ state: "accepted", detail: { text: "you wrote at night" } });
  expect(Date.parse(made.dueAt)).toBe(dueDate("complaint", t.clock.now(), undefined).getTime());
  const open = await workspace.owner.api.get<Page<RequestView>>("/v1/subject-requests?isOpen=true");
  expect(open.body.data.map(({ id }) => id)).toEqual([made.id]);
  const agent = await t.given.member(workspace.id, "agent");
  expect((await agent.api.get("/v1/subject-requests")).status).toBe(403);
  const complain = (text: string) =>
    api.post("/v1/subject-requests", { type: "complaint", contactId: contact.id, detail: { text } });
  for (const text of ["two", "three", "four", "five"]) expect((await complain(text)).status).toBe(202);
  expect(await complain("six")).toMatchObject({ status: 409, body: { code: "subject_request.too_many_complaints" } });
  const five = await api.get<Page<RequestView>>("/v1/subject-requests?isOpen=true");
  for (const { id } of five.body.data) await api.post(`/v1/subject-requests/${id}/answer`);
  expect((await api.get<Page<object>>("/v1/subject-requests?isOpen=true")).body.data).toEqual([]);
});

test("what an erased person asked before ends with them: no task is left that nobody can answer", async () => {
  const { workspace, contact, api } = await plant();
  const complaint = { type: "complaint", contactId: contact.id, detail: { text: "you wrote at night" } };
  const asked = [await ask(workspace, complaint)];
  const unproved = { type: "access", contactId: contact.id, isIdentityProved: false, detail: { text: "a copy" } };
  asked.push(await ask(workspace, unproved));
  expect(asked.map(({ state }) => state)).toEqual(["accepted", "identity_pending"]);
  expect((await ask(workspace, { type: "erase", contactId: contact.id })).state).toBe("done");
  expect((await api.get<Page<object>>("/v1/subject-requests?isOpen=true")).body.data).toEqual([]);
  for (const { id } of asked)
    expect((await api.get<RequestView>(`/v1/subject-requests/${id}`)).body).toMatchObject({
      ...{ state: "done", detail: null, receipt: { deleted: [], retained: [{ why: "person_erased" }] } },
    });
});

test("the clock is the law's, and the strictest law's where none is named [GEN-35]", () => {
  const from = new Date("2026-01-01T00:00:00Z");
  const days = (id?: string, type = "access") => (dueDate(type, from, id).getTime() - from.getTime()) / DAY_MS;
  expect(days()).toBe(Math.min(...jurisdictions.map(({ answerDays }) => answerDays)));
  expect([days("us-ca"), days("eu"), days("my"), days("uk", "complaint"), days("nowhere")]).toEqual([
    ...[45, 28, 21, 30, days()],
  ]);
});

test("a hold keeps all of it, restricted, and the erase goes on by itself when the hold has ended [GEN-26 GEN-27]", async () => {
  const { workspace, channel, contact, api } = await plant();
  const waiting = await api.post<{ id: string }>("/v1/messages", {
    ...{ channelId: channel.id, to: { contactId: contact.id }, type: "text", text: "tomorrow" },
    scheduledAt: new Date(t.clock.ms() + DAY_MS / 2).toISOString(),
  });
  await t.admin.query(
    `insert into legal_hold (workspace_id, id, subject_kind, subject_id, reason, until, created_at)
     values ($1, 'hld_1', 'contact', $2, 'legal_claim', $3, $4)`,
    [workspace.id, contact.id, new Date(t.clock.ms() + 2 * DAY_MS), t.clock.now()],
  );
  const held = await ask(workspace, { type: "erase", contactId: contact.id });
  expect(held).toMatchObject({ state: "partially_held", receipt: { retained: [{ why: "legal_claim" }] } });
  expect((await api.get(`/v1/messages/${waiting.body.id}`)).body).toMatchObject({
    ...{ status: "failed", error: { code: "message.cancelled" } },
  });
  expect(t.app.keyring.current(`contact:${contact.id}`)).toBeDefined();
  expect((await api.get<Contact>(`/v1/contacts/${contact.id}`)).body.restrictedAt).not.toBeNull();
  t.clock.advance(3 * DAY_MS);
  await resumeRequests(t.app);
  const done = (await api.get<RequestView>(`/v1/subject-requests/${held.id}`)).body;
  expect(done.state).toBe("done");
  expect(done.receipt?.retained.map(({ why }) => why)).not.toContain("legal_claim");
  expect(() => t.app.keyring.current(`contact:${contact.id}`)).toThrow("destroyed");
});

test("a member gets a copy of what is held about themselves, with the profile of the workspace, why and from where, and nobody else gets it [M24-37 ONE-46 GEN-03 GEN-30]", async () => {
  const { workspace } = await plant();
  const profileName = "Profilecanary Kettles";
  await workspace.owner.api.patch(`/v1/workspaces/${workspace.id}`, { name: profileName });
  const agent = await t.given.member(workspace.id, "agent", { name: "Agnes Agent" });
  const made = await agent.api.post<{ id: string }>("/v1/me/subject-requests", { type: "access" });
  expect(made.status, JSON.stringify(made.body)).toBe(202);
  await advanceRequest(t.app, { workspaceId: workspace.id, requestId: made.body.id });
  const path = `/v1/me/subject-requests/${made.body.id}/copy`;
  const answer = await fetch(`${t.url}${path}`, { headers: agent.api.headers });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const archive = {
    bytes: bytes.length,
    read: async (start: number, end: number) => Readable.from([bytes.subarray(start, end)]),
  };
  const entry = (await entriesOf(archive)).get("data.json");
  const data = JSON.parse(String(entry && (await buffer(Readable.from(bytesOf(archive, entry)))))) as Record<
    string,
    unknown
  >;
  expect(data).toMatchObject({ account: { name: "Agnes Agent" }, memberships: [{ role: "agent" }] });
  expect(data).toMatchObject({ workspace: { id: workspace.id, name: profileName }, signIns: [{ method: "sign_up" }] });
  const email = { what: "person.email", purpose: "account", keptFor: expect.any(String), source: ["person"] };
  expect(data["fields"]).toContainEqual({ ...email, category: "user.contact.email", recipients: [] });
  // who manages requests sees that there was one, not what it told
  for (const by of [path, `/v1/subject-requests/${made.body.id}/copy`])
    expect((await workspace.owner.api.get(by)).status).toBe(404);
  const mine = await agent.api.get<Page<object>>("/v1/me/subject-requests");
  const theirs = await workspace.owner.api.get<Page<object>>("/v1/me/subject-requests");
  expect([mine.body.data.length, theirs.body.data.length]).toEqual([1, 0]);
});
