import { expect, onTestFinished, test } from "vitest";
import { blindIndex, tryOpenText } from "../platform/seal.ts";
import { handlingOf } from "../platform/table.ts";
import { createTestApp } from "../test/app.ts";
import type { GivenWorkspace } from "../test/given.ts";
import { givenChannel, post, says } from "../test/hooks.ts";
import { startReceiver } from "../test/receiver.ts";
import type { Page } from "../test/shop.ts";
import { scanForNeedles } from "./scan-for-needles.ts";
import { requestsOf, type Contact } from "../test/subject-requests.ts";

const t = createTestApp({ env: { KEEPWORD_ALLOW_PRIVATE_TARGETS: "true" } });
const { plant, ask, found } = requestsOf(t);

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
  const { workspace, contact, phone, api } = await plant();
  const number = `+${phone}`;
  const right = "+254722999901";
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
