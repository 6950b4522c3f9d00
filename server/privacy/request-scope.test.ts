import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { givenChannel, post, says } from "../test/hooks.ts";
import type { Page } from "../test/shop.ts";
import { advanceRequest } from "./advance-request.ts";
import type { RequestView } from "./view-request.ts";
import { requestsOf, type Contact } from "../test/subject-requests.ts";

const t = createTestApp();
const { plant } = requestsOf(t);

test("whoever is limited to channels neither exports nor erases a person who also wrote on others, nor links to a page there", async () => {
  const { workspace, channel, contact, phone, api } = await plant();
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
  const { workspace, channel, contact, phone, api } = await plant();
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
