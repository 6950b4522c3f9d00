import { expect, test } from "vitest";
import type { Permission } from "../platform/route.ts";
import { publishPolicy } from "../privacy/publish-policy.ts";
import { readHead } from "../privacy/read-export.ts";
import type { ApiClient } from "../test/api.ts";
import { createTestApp } from "../test/app.ts";
import { specialKindsIn } from "./attribute-names.ts";
import type { AttributeView } from "./contact-attribute.ts";
import type { ContactDetail } from "./contact.ts";
import { destroyValuesOf } from "./remove-attribute.ts";
import type { SpecialView } from "./special-category.ts";
import { specialWords } from "./special-words.ts";

const t = createTestApp();
const path = "/v1/contact-attributes";
const special = "/v1/special-categories";
const DAY_MS = 86_400_000;

type Answer = Promise<{ status: number; body: Record<string, unknown> }>;
const codeOf = async (answer: Answer): Promise<unknown> => {
  const { status, body } = await answer;
  return status < 300 ? status : body["code"];
};
const declare = (api: ApiClient, name: string, category = "user.content", label?: string) =>
  codeOf(api.post(path, { name, type: "text", category, ...(label === undefined ? {} : { label }) }));
const enable = (api: ApiClient, legalBasis = "health_care") => codeOf(api.put(special, { legalBasis }));
const attributesOf = async (api: ApiClient, id: string) =>
  (await api.get<ContactDetail>(`/v1/contacts/${id}`)).body.attributes;

/** As the job does that turning it on leaves behind. */
async function published(): Promise<void> {
  await publishPolicy(t.app);
  await t.app.policyGate.reload();
}

test("a name or label that tells of a special category is blocked in every language, however it is written [MSJ-07]", async () => {
  const { api } = await t.given.workspace();
  for (const name of [
    ...[
      "Religion",
      "RELIGIÓN",
      "religião",
      "bloodType",
      "blood_type",
      "health-status",
      "Trade union",
      "r e l i g i o n",
    ],
    ...[
      "Krankheit",
      "Vorerkrankung",
      "Gewerkschaft",
      "Konfession",
      "الديانة",
      "حالة الصحة",
      "فصيلة الدم",
      "agama",
      "kesihatan",
    ],
    ...[
      "santé",
      "Syndicat",
      "orientation sexuelle",
      "salud",
      "afiliación política",
      "saúde",
      "crença",
      "Strafregister",
    ],
    ...["Rеligion", "ｒｅｌｉｇｉｏｎ", "DNA", "fingerprint id", "Ethnicity"],
  ])
    expect([name, await declare(api, name)]).toEqual([name, "contact_attribute.special"]);
  expect(await declare(api, "field 7", "user.content", "Diagnosis")).toBe("contact_attribute.special");
  const field = (await api.post<AttributeView>(path, { name: "f8", type: "text", category: "user.content" })).body;
  expect(await codeOf(api.patch(`${path}/${field.id}`, { label: "Diagnose" }))).toBe("contact_attribute.special");
  const refused = await api.post(path, { name: "Religion", type: "text", category: "user.name" });
  expect(refused.body).toMatchObject({ kinds: ["religion"] });
  for (const name of [
    "City",
    "Order",
    "Shoe size",
    "Vip",
    "Geburtstag",
    "Lieferadresse",
    "Membership",
    "Profession",
    "مدينة",
  ])
    expect([name, await declare(api, name)]).toEqual([name, 201]);
  // every word of the lists is one that is caught
  for (const [language, kinds] of Object.entries(specialWords))
    for (const [kind, words] of Object.entries(kinds))
      for (const word of words)
        expect([language, word, specialKindsIn(word.replaceAll("*", ""))]).toEqual([
          ...[language, word],
          expect.arrayContaining([kind]),
        ]);
});

test("only an owner turns special categories on, by a ground of the closed list; off only once nothing of them is left; both are in the audit trail [MSJ-07]", async () => {
  const { owner, api, id } = await t.given.workspace();
  const admin = (await t.given.member(id, "admin")).api;
  expect((await admin.get(special)).body).toMatchObject({ isEnabled: false, legalBasis: null, canWriteValues: false });
  expect(await declare(admin, "Religion", "special.religion")).toBe("special_category.not_enabled");
  expect(await declare(admin, "Anything", "special.health")).toBe("special_category.not_enabled");
  for (const other of [admin, api, (await t.given.member(id, "agent")).api])
    expect([await enable(other), await codeOf(other.request("DELETE", special))]).toEqual(["forbidden", "forbidden"]);
  for (const legalBasis of ["", "because", undefined])
    expect(await codeOf(owner.api.put(special, { legalBasis }))).toBe("validation_failed");
  expect(await enable(owner.api, "explicit_consent")).toBe(200);
  expect(await enable(owner.api, "explicit_consent")).toBe(200);
  expect(await enable(owner.api)).toBe(200);
  expect(await declare(admin, "Religion")).toBe("contact_attribute.special");
  expect(await declare(admin, "Religion", "special.religion")).toBe(201);
  expect(await declare((await t.given.workspace()).api, "Religion", "special.religion")).toBe(
    "special_category.not_enabled",
  );
  expect(await codeOf(owner.api.request("DELETE", special))).toBe("special_category.in_use");
  const [religion] = (await api.get<{ data: AttributeView[] }>(path)).body.data;
  await api.request("DELETE", `${path}/${religion?.id}`);
  expect(await codeOf(owner.api.request("DELETE", special))).toBe("special_category.in_use");
  await destroyValuesOf(t.app, { workspaceId: id, attributeId: religion?.id ?? "" });
  const known = async (scopes: Permission[]) => {
    const key = (await t.given.apiKey(id, { scopes: ["event:read", "contact:read", ...scopes] })).api;
    return JSON.stringify((await key.get("/v1/events?limit=500")).body).includes("legalBasis");
  };
  expect([await known([]), await known(["workspace:manage"])]).toEqual([false, true]);
  expect(await codeOf(owner.api.request("DELETE", special))).toBe(204);
  expect(await declare(admin, "Religion", "special.religion")).toBe("special_category.not_enabled");
  const { data } = (
    await owner.api.get<{ data: { action: string; detail: object; actor: object }[] }>("/v1/audit-entries")
  ).body;
  const by = { kind: "member", id: owner.memberId };
  expect(
    data
      .filter(({ action }) => action.startsWith("special_category."))
      .map(({ action, detail, actor }) => [action, detail, actor]),
  ).toEqual([
    ["special_category.disabled", {}, by],
    ["special_category.enabled", { legalBasis: "health_care" }, by],
    ["special_category.enabled", { legalBasis: "explicit_consent" }, by],
  ]);
});

test("special values wait until the privacy page that names them counts, are shown to owners, admins and keys with the scope only, and are marked in a copy [MSJ-07]", async () => {
  const { owner, api, id } = await t.given.workspace();
  const agent = await t.given.member(id, "agent");
  const reader = (await t.given.apiKey(id, { scopes: ["contact:read", "contact:write"] })).api;
  expect(await (await fetch(`${t.url}/privacy`)).text()).not.toContain("Special categories");
  await enable(owner.api);
  await declare(owner.api, "Allergies", "special.health");
  await declare(owner.api, "City");
  const attestation = { isLawful: true, basis: "contract" };
  const imported = async (by: ApiClient, attributes: object) => {
    const contacts = [{ phone: "+254722000001", attributes }];
    const { body } = await by.post<{ data: { contactId?: string; problem?: { code: string } }[] }>(
      "/v1/contacts/import",
      { contacts, attestation },
    );
    return body.data[0];
  };
  const contactId = (await imported(api, { City: "Ulm" }))?.contactId ?? "";
  const set = (by: ApiClient, attributes: object) => codeOf(by.patch(`/v1/contacts/${contactId}`, { attributes }));
  const both = { City: "Ulm", Allergies: "nuts" };

  expect(await set(api, both)).toBe("contact_attribute.not_yet");
  await published();
  const valuesFrom = new Date(t.clock.ms() + 14 * DAY_MS).toISOString();
  expect((await api.get<SpecialView>(special)).body).toMatchObject({ canWriteValues: false, valuesFrom });
  t.clock.advance(14 * DAY_MS - 1);
  expect(await set(api, both)).toBe("contact_attribute.not_yet");
  t.clock.advance(1);
  expect((await api.get<SpecialView>(special)).body).toMatchObject({ canWriteValues: true, valuesFrom: null });
  expect(await (await fetch(`${t.url}/privacy`)).text()).toContain("Special categories");
  expect(await set(api, both)).toBe(200);

  // nobody else reads, guesses, writes or removes one
  const later = (await t.given.login(owner)).api;
  for (const other of [(await t.given.login(agent)).api, reader]) {
    expect(await attributesOf(other, contactId)).toEqual({ City: "Ulm" });
    const { body } = await other.get<{ data: ContactDetail[] }>("/v1/contacts");
    expect(JSON.stringify(body)).not.toContain("nuts");
    expect(await set(other, { City: "Ulm", Allergies: "nuts" })).toBe("contact_attribute.restricted");
    expect((await imported(other, { Allergies: "none" }))?.problem?.code).toBe("contact_attribute.restricted");
    expect(await set(other, { City: "Bonn" })).toBe(200);
    expect(await attributesOf(later, contactId)).toEqual({ City: "Bonn", Allergies: "nuts" });
    expect(await set(later, both)).toBe(200);
  }
  const { person } = await readHead(t.app, { workspaceId: id, ids: [contactId] });
  expect(person).toMatchObject({ attributes: both, specialAttributes: ["Allergies"] });
});
