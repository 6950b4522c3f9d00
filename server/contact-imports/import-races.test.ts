// What two requests or two runs of a job do to one import at the same moment.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import type { ContactImportView } from "./contact-import.ts";
import { runImport } from "./run-import.ts";

const t = createTestApp();
const attestation = { isLawful: true, basis: "contract" };
const byPhone = { column: 1, to: "phone" };

async function uploaded(api: ApiClient, content: string): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob([content], { type: "text/csv" }), "people.csv");
  const answer = await fetch(`${t.url}/v1/contact-imports`, { method: "POST", headers: api.headers, body: form });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}
const check = (api: ApiClient, id: string, mapping: object[]) =>
  api.post<ContactImportView>(`/v1/contact-imports/${id}/check`, { mapping });
const start = (api: ApiClient, id: string) => api.post(`/v1/contact-imports/${id}/start`, { attestation });
const read = async (api: ApiClient, id: string) => (await api.get<ContactImportView>(`/v1/contact-imports/${id}`)).body;
const refused = (api: ApiClient, id: string) => api.get<string>(`/v1/contact-imports/${id}/refusals.csv`);

/** A door that somebody waits at until it is opened. */
function door() {
  const { promise: isOpen, resolve: open } = Promise.withResolvers<void>();
  const { promise: isReached, resolve: reach } = Promise.withResolvers<void>();
  const pass = async (): Promise<void> => {
    reach();
    await isOpen;
  };
  return { open, pass, isReached };
}

test("of two checks at once neither forgets the special columns that the other named [GEN-04]", async () => {
  const { api, owner, id: workspaceId } = await t.given.workspace();
  const asOwner = `?workspaceId=${workspaceId}`;
  expect((await owner.api.put(`/v1/special-categories${asOwner}`, { legalBasis: "health_care" })).status).toBe(200);
  const special = { name: "allergy", type: "text", category: "special.health" };
  expect((await owner.api.post(`/v1/contact-attributes${asOwner}`, special)).status).toBe(201);
  const secret = randomUUID();
  const agent = (await t.given.apiKey(workspaceId, { scopes: ["contact:read", "contact:write"] })).api;
  const id = await uploaded(agent, `Mobile,Allergy\n12,${secret}\n`);
  const { blobs } = t.app;
  const get = blobs.get.bind(blobs);
  const { open, pass, isReached } = door();
  let reads = 0;
  blobs.get = async (...given) => {
    if (++reads === 1) await pass();
    return get(...given);
  };
  try {
    const slow = check(agent, id, [byPhone]);
    await isReached;
    const other = await check(api, id, [byPhone, { column: 2, to: "attribute", attribute: "allergy" }]);
    expect(other.status).toBe(200);
    open();
    expect((await slow).body.mapping).toEqual([byPhone]);
  } finally {
    blobs.get = get;
  }
  const shows = async (by: ApiClient) => (await refused(by, id)).body.includes(secret);
  expect([await shows(agent), await shows(api)]).toEqual([false, true]);
});

test("an import whose job runs twice at its end keeps its refused rows, and no file besides, whoever of the two is first [GEN-04]", async () => {
  const { api, id: workspaceId } = await t.given.workspace();
  for (const isFirstQuicker of [true, false]) {
    const id = await uploaded(api, "Mobile\n12\n");
    expect((await check(api, id, [byPhone])).status).toBe(200);
    expect((await start(api, id)).status).toBe(202);
    const written: string[] = [];
    const run = (doors: ReturnType<typeof door>) => {
      const put: typeof t.app.blobs.put = async (...given) => {
        written.push(given[0]);
        await doors.pass();
        return t.app.blobs.put(...given);
      };
      return runImport({ ...t.app, blobs: { ...t.app.blobs, put } }, { workspaceId, importId: id });
    };
    const [one, two] = [door(), door()];
    const first = run(one);
    await one.isReached;
    const second = run(two);
    await two.isReached;
    for (const [{ open }, ends] of isFirstQuicker
      ? ([
          [one, first],
          [two, second],
        ] as const)
      : ([
          [two, second],
          [one, first],
        ] as const)) {
      open();
      await ends;
    }
    expect(await read(api, id)).toMatchObject({ outcome: "done", refusedUntil: expect.any(String) });
    expect(await refused(api, id)).toMatchObject({ status: 200, body: expect.stringContaining("12") });
    expect(written).toHaveLength(2);
    expect((await Promise.all(written.map((name) => t.app.blobs.exists(name)))).filter(Boolean)).toHaveLength(1);
  }
});
