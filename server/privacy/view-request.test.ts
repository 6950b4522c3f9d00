import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, says } from "../test/hooks.ts";
import type { Page } from "../test/shop.ts";
import { advanceRequest } from "./advance-request.ts";
import type { RequestView } from "./view-request.ts";

const t = createTestApp();
const HOUR = 3_600_000;

test("the list says about whom a request is, as far as the reader may know; an erased person's name is nowhere in it", async () => {
  const workspace = await t.given.workspace();
  const { api, id: workspaceId } = workspace;
  const [here, there] = [await givenChannel(t, workspace), await givenChannel(t, workspace)];
  await post(t, here, says(here, { phone: "254723000001", name: "Wanjiru Otieno" }, "wamid.v1", t.clock.ms(), "hi"));
  await post(t, there, says(there, { phone: "254723000002", name: "Faraway Person" }, "wamid.v2", t.clock.ms(), "hi"));
  const nameless = { contacts: [{ phone: "+254723000003" }], attestation: { isLawful: true, basis: "contract" } };
  expect((await api.post("/v1/contacts/import", nameless)).status).toBeLessThan(300);
  const contacts = (await api.get<Page<{ id: string; name: string | null }>>("/v1/contacts")).body.data;
  const idOf = (name: string | null) => contacts.find((one) => one.name === name)?.id;
  const ask = async (body: object, by = api): Promise<string> =>
    (await by.post<{ id: string }>("/v1/subject-requests", body)).body.id;
  const said = { type: "complaint", detail: { text: "at night" } };
  const known = await ask({ ...said, contactId: idOf("Wanjiru Otieno") });
  const far = await ask({ ...said, contactId: idOf("Faraway Person") });
  const numbered = await ask({ ...said, contactId: idOf(null) });
  const unknown = await ask({ ...said, identity: "+254799000999" });
  const agent = await t.given.member(workspaceId, "agent");
  const own = (await agent.api.post<{ id: string }>("/v1/me/subject-requests", { type: "complaint" })).body.id;
  const list = async (by = api, query = ""): Promise<Map<string, RequestView>> =>
    new Map((await by.get<Page<RequestView>>(`/v1/subject-requests?${query}`)).body.data.map((one) => [one.id, one]));
  const names = async (by = api) => [...(await list(by))].map(([id, { subjectName }]) => [id, subjectName]);
  const me = (await agent.api.get<{ person: { name: string } }>("/v1/me")).body.person.name;
  expect(new Map((await names()) as [string, string][])).toEqual(
    new Map<string, string | null>([
      ...([
        [known, "Wanjiru Otieno"],
        [far, "Faraway Person"],
        [numbered, "+254723000003"],
      ] as const),
      ...([
        [unknown, null],
        [own, me],
      ] as const),
    ]),
  );
  // whoever is limited to a channel
  const limited = (await t.given.apiKey(workspaceId, { channelIds: [here.id] })).api;
  expect(await names(limited)).toEqual([[known, "Wanjiru Otieno"]]);

  // who asked for somebody watches it to its end, also when the person is out of reach meanwhile
  const asked = await ask({ type: "access", contactId: idOf("Wanjiru Otieno") }, limited);
  const move = "update conversation set channel_id = $1 where workspace_id = $2 and contact_id = $3";
  await t.admin.query(move, [there.id, workspaceId, idOf("Wanjiru Otieno")]);
  expect(await names(limited)).toEqual([[asked, null]]);

  // an erasure, and what is finished lately
  const before = t.clock.now().toISOString();
  t.clock.advance(HOUR);
  const erase = await ask({ type: "erase", contactId: idOf("Wanjiru Otieno") });
  await advanceRequest(t.app, { workspaceId, requestId: erase });
  const finished = await list(api, `isOpen=false&finishedAfter=${before}`);
  expect([...finished.keys()].toSorted()).toEqual([erase, known, asked].toSorted());
  expect(finished.get(erase)).toMatchObject({ state: "done", subjectName: null, contactId: idOf("Wanjiru Otieno") });
  expect(JSON.stringify([...(await list())])).not.toContain("Wanjiru");
  expect(await list(api, `finishedAfter=${t.clock.now().toISOString()}`)).toEqual(new Map());
});
