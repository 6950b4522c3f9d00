import { startWhatsAppCloudSim, type Says } from "@keepword/sim/whatsapp-cloud";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { catchHooks, type HookCatcher } from "../catch-hooks.ts";
import { hook } from "./hook.ts";

// What only WhatsApp people do; what all networks share is in the conformance tests.

let sim: Awaited<ReturnType<typeof startWhatsAppCloudSim>>;
let catcher: HookCatcher;
beforeAll(async () => {
  sim = await startWhatsAppCloudSim({});
  const { accessToken, appSecret, verifyToken } = sim;
  catcher = await catchHooks(hook, { accessToken, appSecret, verifyToken });
  await sim.setWebhook({ url: catcher.url });
});
afterAll(async () => {
  await sim[Symbol.asyncDispose]();
  await catcher[Symbol.asyncDispose]();
});

async function eventsDuring(action: () => Promise<unknown>) {
  const from = catcher.bodies.length;
  await action();
  await sim.settled();
  return catcher.bodies.slice(from).flatMap(({ raw }) => hook.parse(raw).parts.flatMap((part) => [...part.events]));
}

const received = (content: object, more: object = {}) => ({ type: "message_received", content, ...more });
const cases: [string, Says, object][] = [
  [
    "a button",
    { buttonReply: { id: "yes", title: "Yes" } },
    received({ kind: "interactive_reply", reply: { kind: "button", id: "yes", title: "Yes" } }),
  ],
  [
    "a list row",
    { listReply: { id: "r2", title: "Thursday", description: "after ten" } },
    received({ kind: "interactive_reply", reply: { kind: "list", id: "r2", description: "after ten" } }),
  ],
  [
    "a form",
    { flowReply: { response: { size: "L" } } },
    received({ kind: "interactive_reply", reply: { kind: "flow", fields: { size: "L" } } }),
  ],
  [
    "a template's button",
    { templateReply: { payload: "p", text: "Talk to us" } },
    received({ kind: "template_button", text: "Talk to us", payload: "p" }),
  ],
  ["an order", { order: true }, received({ kind: "order", items: [{ quantity: expect.any(Number) }] })],
  ["a withheld kind", { unsupported: true }, received({ kind: "unsupported" })],
  ["an advertisement", { text: "Hi", referral: true }, received({ kind: "text" }, { referral: expect.any(Object) })],
  [
    "a forwarded text",
    { text: "Hi", frequentlyForwarded: true },
    received({ kind: "text" }, { context: { isForwarded: true, isFrequentlyForwarded: true } }),
  ],
  [
    "a group",
    { text: "Hi", groupId: "GRP-1" },
    received({ kind: "text" }, { group: { kind: "group", value: "GRP-1" } }),
  ],
  [
    "a parent user id",
    { person: "ines", text: "Hi" },
    received(
      { kind: "text" },
      {
        sender: {
          aliases: [
            { kind: "wa_user_id", value: "PT.71004400105" },
            { kind: "wa_parent_user_id", value: "PT.ENT.9910044001" },
          ],
        },
      },
    ),
  ],
  [
    "a kind of the future",
    { raw: { type: "hologram", hologram: { id: "1" } } },
    received({ kind: "unsupported", providerKind: "hologram" }),
  ],
  [
    "a new number",
    { person: "layla", changesNumber: { phone: "+962790000999" } },
    {
      type: "contact_changed",
      change: "number",
      current: expect.arrayContaining([{ kind: "phone", value: "+962790000999" }]),
    },
  ],
  [
    "a new user id",
    { person: "mei", changesUserId: { userId: "JP.71004400999" } },
    { type: "contact_changed", change: "user_id", current: [{ kind: "wa_user_id", value: "JP.71004400999" }] },
  ],
];

test.each(cases)("a person can answer with %s and the adapter understands [ONE-16]", async (_name, says, expected) => {
  expect(await eventsDuring(() => sim.says(says))).toMatchObject([expected]);
});

describe("beside messages", () => {
  test("a stop of marketing names the person", async () => {
    const events = await eventsDuring(() => sim.marketing({ person: "wanjiru", value: "stop" }));
    expect(events).toMatchObject([{ type: "preference_changed", value: "stop", category: "marketing_messages" }]);
  });

  test("a template's review is told", async () => {
    const events = await eventsDuring(() =>
      sim.templateStatus({ name: "order_update", language: "de", status: "PAUSED" }),
    );
    expect(events).toMatchObject([
      { type: "template_changed", name: "order_update", language: "de", status: "paused" },
    ]);
  });

  test("a hundred messages in one body are a hundred events in their order", async () => {
    sim.hold();
    for (let at = 0; at < 100; at += 1) await sim.says({ text: `line ${at}`, wait: "none" });
    const events = await eventsDuring(() => sim.release({ packing: "messages" }));
    expect(
      events.map((event) => event.type === "message_received" && event.content.kind === "text" && event.content.text),
    ).toEqual(Array.from({ length: 100 }, (_, at) => `line ${at}`));
  });
});
