import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { routes } from "../app.ts";
import { readConfig, settings } from "../platform/config.ts";
import type { FeatureDeclaration } from "../platform/feature.ts";
import { describe } from "../platform/table.ts";
import { allFeatures, allProcessors, allStores, allTables } from "../schema.ts";
import { createTestApp } from "../test/app.ts";
import { publishPolicy } from "./publish-policy.ts";
import { policyPage } from "../test/policy-page.ts";

const t = createTestApp();

const { page, linesOf } = policyPage(t);

const dayMs = 86_400_000;
const declared = allTables.map(describe);
const processorsOf = ({ processors = [] }: FeatureDeclaration) =>
  allProcessors.filter(({ id }) => processors.includes(id));

test("each optional feature says what it keeps and who gets data by it; nothing is of two, and whatever receives data or can be switched on is of one, or named here with its reason [ONE-24]", () => {
  const stores = allStores.map(({ kind, name }) => `${kind}:${name}`);
  const columns = declared.flatMap((one) => Object.keys(one.columns).map((key) => `${one.name}.${key}`));
  const places = [...declared.map(({ name }) => name), ...stores, ...columns];
  const own = allFeatures.flatMap((one) => t.app.registry.placesOf(one));
  expect(own.filter((place) => !places.includes(place))).toEqual([]);
  expect(new Set(own).size).toBe(own.length);
  const ids = allFeatures.map(({ id }) => id);
  expect(new Set([...ids, ...declared.map(({ name }) => name)]).size).toBe(ids.length + declared.length);
  for (const one of allFeatures) {
    expect([one.id, processorsOf(one).length]).toEqual([one.id, one.processors?.length ?? 0]);
    expect([one.id, (one.fills ?? []).length + t.app.registry.placesOf(one).length > 0]).toEqual([one.id, true]);
  }
  // whoever receives data does so by a feature; a machine of the operator keeps what is kept anyway
  const unasked = allProcessors.filter(
    ({ id, role }) => role !== "operator" && !allFeatures.some(({ processors }) => processors?.includes(id)),
  );
  // a workspace that connects a number came for nothing else
  expect(unasked.map(({ id }) => id)).toEqual(["meta_whatsapp_cloud"]);
  // what is there for one of them alone is its feature's: tables and memory of the linked phones, cookies
  const files = globSync("sessions/*.table.ts", { cwd: path.resolve(import.meta.dirname, "..") });
  const ofSessions = files.flatMap((file) =>
    [...readFileSync(path.resolve(import.meta.dirname, "..", file), "utf8").matchAll(/table\(\s*"(\w+)"/g)].map(
      ([, name = ""]) => name,
    ),
  );
  expect(ofSessions.length).toBeGreaterThan(4);
  for (const name of ofSessions)
    expect([name, t.app.registry.featureOf({ place: name })?.id]).toEqual([name, "linked_phones"]);
  for (const { kind, name, processor, heldBy } of allStores) {
    const feature = t.app.registry.featureOf({ place: `${kind}:${name}` });
    if (processor !== undefined)
      expect([name, feature?.processors]).toEqual([name, expect.arrayContaining([processor])]);
    if (heldBy?.some((file) => file.startsWith("providers/whatsapp-linked/")))
      expect(feature?.id).toBe("linked_phones");
  }
  // a setting of the operator that lets somebody receive data is the flag of their feature
  const quiet = { S3_ACCESS_KEY_ID: "a", S3_SECRET_ACCESS_KEY: "s" };
  const onWith = (env: Record<string, string>) =>
    allProcessors.filter(({ role, isOn }) => role !== "operator" && isOn(readConfig(env))).map(({ id }) => id);
  const byDefault = onWith(quiet);
  for (const [name, { env, example, default: none }] of Object.entries(settings)) {
    if (example === undefined || none !== undefined || name === "operatorRegister") continue;
    const flags = allFeatures.filter(({ flag }) => flag.by === "operator" && flag.setting === name);
    const more = onWith({ ...quiet, [env]: example }).filter((id) => !byDefault.includes(id));
    expect([name, more]).toEqual([name, flags.flatMap(({ processors = [] }) => processors)]);
  }
});

/** Yes or no in a body of the API: each is a feature's flag, or says here why it keeps or passes on nothing more. */
const switches: Readonly<Record<string, string>> = {
  "feature.update isOn": "the flag of the owner's features",
  ...{ "sign_up.create isAdult": "a statement", "sign_up.create acceptsAgreements": "a statement" },
  ...{ "workspace.create acceptsAgreements": "a statement", "contact.import attestation.isLawful": "a statement" },
  ...{ "conversation.update_many isRead": "a mark", "saved_view.create isShared": "who of the team sees a view" },
  ...{
    "contact.import overwriteNames": "which of two names stays",
    "contact_import.check overwriteNames": "which of two names stays",
    "contact_import.start attestation.isLawful": "a statement",
  },
  "consent_rule.set needsConfirmation": "asks people once more: less happens without it",
  ...{ "subject_request.create detail.isLifted": "a right", "subject_request.create isIdentityProved": "a right" },
  ...{ "webhook_endpoint.create ordered": "an order", "webhook_endpoint.update ordered": "an order" },
  "webhook_endpoint.replay isFailedOnly": "a choice of what is sent again",
  ...{ "notification_preference.update byMail": "to oneself", "notification_preference.update inApp": "to oneself" },
};

test("every switch of the API is a feature's, or is named here with what it does instead of keeping more [ONE-24]", () => {
  const found = routes.flatMap(({ id, method, ...route }) => {
    const body = "body" in route ? route.body : undefined;
    if (method === "GET" || !(body instanceof z.ZodType)) return [];
    return [...new Set(booleansIn(z.toJSONSchema(body, { io: "input", unrepresentable: "any" }), ""))].map(
      (at) => `${id} ${at}`,
    );
  });
  expect(found.toSorted()).toEqual(Object.keys(switches).toSorted());
});

function booleansIn(schema: object, at: string): string[] {
  const {
    type,
    properties = {},
    items,
    anyOf = [],
    oneOf = [],
    allOf = [],
  } = schema as {
    type?: string;
    properties?: Record<string, object>;
    items?: object;
    anyOf?: object[];
    oneOf?: object[];
    allOf?: object[];
  };
  return [
    ...(type === "boolean" ? [at] : []),
    ...Object.entries(properties).flatMap(([key, value]) => booleansIn(value, at === "" ? key : `${at}.${key}`)),
    ...[...anyOf, ...oneOf, ...allOf].flatMap((value) => booleansIn(value, at)),
    ...(items === undefined ? [] : booleansIn(items, `${at}[]`)),
  ];
}

test("webhooks, a profile's phone number and analytics add their lines to the page with the first use, and take them away with the last; no line of a feature is there before [ONE-24 M24-04]", async () => {
  const byId = (id: string): string[] => linesOf(allFeatures.find((one) => one.id === id) as FeatureDeclaration);
  const shown = async (id: string): Promise<string[]> => {
    const { held } = await page();
    return byId(id).filter((line) => held.includes(line));
  };
  const { owner, api } = await t.given.workspace();
  for (const id of ["webhooks", "profile_phone", "visitor_analytics"]) {
    expect([id, byId(id).length > 0]).toEqual([id, true]);
    expect([id, await shown(id)]).toEqual([id, []]);
  }
  const url = "https://shop.example.com/hook";
  const hook = await api.post<{ id: string }>("/v1/webhook-endpoints", { url, eventTypes: ["template.changed"] });
  expect(hook.status).toBe(201);
  expect(await shown("webhooks")).toEqual(byId("webhooks"));
  expect((await api.delete(`/v1/webhook-endpoints/${hook.body.id}`)).status).toBeLessThan(300);
  expect(await shown("webhooks")).toEqual([]);
  expect((await owner.api.patch("/v1/me", { phone: "+393331112222" })).status).toBe(200);
  expect(await shown("profile_phone")).toEqual(byId("profile_phone"));
  expect((await owner.api.patch("/v1/me", { phone: null })).status).toBe(200);
  expect(await shown("profile_phone")).toEqual([]);
  // a new recipient is told 30 days ahead, and its cookies are on the page from the day on which it counts
  const config = { ...t.app.config, googleAnalyticsId: "G-AB12CD34EF" };
  await publishPolicy({ ...t.app, config });
  expect(await shown("visitor_analytics")).toEqual([]);
  t.clock.advance(30 * dayMs);
  expect(await shown("visitor_analytics")).toEqual(byId("visitor_analytics"));
  await publishPolicy(t.app);
  expect(await shown("visitor_analytics")).toEqual([]);
});
