import { expect, test } from "vitest";
import { startWhatsAppCloudSim } from "./server.ts";
import type { SimOptions } from "./state.ts";
import { startBusiness } from "./test-business.ts";

async function startAll(options: SimOptions = {}) {
  const sim = await startWhatsAppCloudSim({ deliveredAfterMs: 0, ...options });
  const business = await startBusiness(sim.appSecret, sim.verifyToken);
  await sim.setWebhook({ url: business.url });
  return { sim, business };
}

async function send(sim: { url: string; phoneNumberId: string; accessToken: string }, body: object) {
  return fetch(`${sim.url}/v26.0/${sim.phoneNumberId}/messages`, {
    method: "POST",
    headers: { authorization: `Bearer ${sim.accessToken}`, "content-type": "application/json" },
    body: JSON.stringify({ messaging_product: "whatsapp", type: "text", ...body }),
  });
}

const to = "+254700000101";

test("a callback URL that fails the handshake is refused", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  await expect(sim.setWebhook({ url: business.url, verifyToken: "wrong" })).rejects.toThrow("handshake");
});

test("bodies are signed over their raw bytes, with escaped unicode and slashes", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  await sim.says({ person: "layla", text: "مرحبا a/b" });
  const [received] = business.received;
  expect(received?.isSigned).toBe(true);
  expect(received?.raw.toString()).toContain(String.raw`\u0645\u0631`);
  expect(received?.raw.toString()).toContain(String.raw`a\/b`);
  expect(business.items("messages")[0]).toMatchObject({ text: { body: "مرحبا a/b" }, from: "962790000104" });
});

test("anything but 200 is retried until it is answered, and the log keeps every attempt", async () => {
  const { sim, business } = await startAll({ delivery: { retryFirstMs: 1 } });
  await using _sim = sim;
  await using _business = business;
  business.answers.push(503, 202, 200);
  const said = await sim.says({ text: "Hello" });
  expect(said.delivery?.attempts.map((attempt) => attempt.status)).toEqual([503, 202, 200]);
  expect(new Set(business.received.map((one) => one.raw.toString())).size).toBe(1);
});

test("a delivery is given up after its attempts, and says() can return after the first", async () => {
  const { sim, business } = await startAll({ delivery: { retryFirstMs: 60_000, attempts: 2 } });
  await using _sim = sim;
  await using _business = business;
  business.answers.push(500, 500);
  const said = await sim.says({ text: "Hello", wait: "first" });
  expect(said.delivery).toMatchObject({ state: "waiting", attempts: [{ status: 500 }] });
  sim.retryNow();
  await sim.settled();
  expect(said.delivery?.state).toBe("gave_up");
});

test("duplicates repeat the same signed body", async () => {
  const { sim, business } = await startAll({ delivery: { duplicates: 2 } });
  await using _sim = sim;
  await using _business = business;
  await sim.says({ text: "Once" });
  expect(business.received).toHaveLength(3);
  expect(new Set(business.items("messages").map((message) => message.id)).size).toBe(1);
});

test("held webhooks leave reversed, and packed as entries, changes or messages of one body", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  const texts = () => business.items("messages").map((message) => (message.text as { body: string }).body);
  const sayThree = async () => {
    sim.hold();
    for (const text of ["a", "b", "c"]) await sim.says({ text });
    business.received.length = 0;
  };
  await sayThree();
  await sim.release({ order: "reverse" });
  expect(texts()).toEqual(["c", "b", "a"]);
  for (const packing of ["entries", "changes", "messages"] as const) {
    await sayThree();
    await sim.release({ packing, copies: 1 });
    expect(business.received).toHaveLength(2);
    expect(texts()).toEqual(["a", "b", "c", "a", "b", "c"]);
  }
  expect(business.values()[0]?.contacts).toHaveLength(1);
});

test("under load updates are gathered into few bodies and none is lost", async () => {
  const { sim, business } = await startAll({ delivery: { coalesceMs: 20 } });
  await using _sim = sim;
  await using _business = business;
  await Promise.all(Array.from({ length: 40 }, (_, index) => sim.says({ text: `n${index}` })));
  expect(business.items("messages")).toHaveLength(40);
  expect(business.received.length).toBeLessThan(40);
});

test("statuses come as sent, delivered, read and played; contacts and prices where Meta puts them", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  await send(sim, { to, text: { body: "Hi" }, biz_opaque_callback_data: "k1" });
  const message = await sim.waitForMessage({ callbackData: "k1", status: "delivered" });
  await sim.settled();
  await sim.reads({ person: "wanjiru" });
  await sim.plays({ messageId: message.id });
  const statuses = business.items("statuses");
  expect(statuses.map((one) => one.status)).toEqual(["sent", "delivered", "read", "played"]);
  expect(statuses.map((one) => one.pricing !== undefined)).toEqual([true, true, false, false]);
  expect(statuses.every((one) => one.recipient_id === "254700000101" && one.biz_opaque_callback_data === "k1")).toBe(
    true,
  );
  expect(business.values()[0]).toMatchObject({ contacts: [{ wa_id: "254700000101", user_id: "KE.71004400101" }] });
});

test("sentinels fail at once by text or number, later by text, number or recipient, or stay silent", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  for (const body of [
    { to, text: { body: "x #error:131047" } },
    { to: "+9990131047", text: { body: "x" } },
  ]) {
    const refused = await send(sim, body);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { code: 131047, fbtrace_id: expect.any(String) } });
  }
  sim.failRecipient({ person: "pavel", code: 131049, times: 1 });
  await send(sim, { to, text: { body: "x #fail:131026" } });
  await send(sim, { to: "+9991131026", text: { body: "x" } });
  await send(sim, { to: "+359880000102", text: { body: "x" } });
  await send(sim, { to: "+359880000102", text: { body: "#silent" } });
  await sim.settled();
  const codes = business.items("statuses").map((one) => (one.errors as { code: number }[] | undefined)?.[0]?.code);
  expect(codes.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual([131026, 131026, 131049]);
  expect(business.values()[0]?.contacts).toBeUndefined();
});

test("a cut connection may still have taken the message: once, with its status", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  sim.fault({ kind: "close" });
  await expect(send(sim, { to, text: { body: "taken" }, biz_opaque_callback_data: "k1" })).rejects.toThrow();
  sim.fault({ kind: "close", accept: false });
  await expect(send(sim, { to, text: { body: "lost" }, biz_opaque_callback_data: "k2" })).rejects.toThrow();
  await sim.settled();
  expect(sim.countsByCallbackData()).toEqual({ k1: 1 });
  expect(business.items("statuses").map((one) => one.biz_opaque_callback_data)).toEqual(["k1", "k1"]);
});

test("faults answer bare HTTP errors, Graph errors, late, or after the statuses, for matching sends only", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  sim.fault({ kind: "http", http: 502, match: { text: "now" } });
  sim.fault({ kind: "error", code: 131016, match: { text: "now" } });
  expect((await send(sim, { to, text: { body: "other" } })).status).toBe(200);
  expect((await send(sim, { to, text: { body: "now" } })).headers.get("content-type")).toContain("text/html");
  expect((await send(sim, { to, text: { body: "now" } })).status).toBe(500);
  await sim.settled();
  business.received.length = 0;
  sim.fault({ kind: "status_first" });
  const early = send(sim, { to, text: { body: "early" } }).then(() => business.items("statuses").length);
  expect(await early).toBe(2);
});

test("raw() signs any bytes; a wrong or missing signature can be asked for", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  await sim.raw({ body: '{"object":"whatsapp_business_account","entry":[]}' });
  await sim.raw({ body: { entry: [] }, signature: "sha256=00" });
  await sim.raw({ body: { entry: [] }, signature: null });
  expect(business.received.map((one) => one.isSigned)).toEqual([true, false, false]);
  expect(business.received[2]?.signature).toBeUndefined();
});

test("the control API does over HTTP what the functions do", async () => {
  const { sim, business } = await startAll();
  await using _sim = sim;
  await using _business = business;
  const control = async (name: string, body: object) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${sim.url}/control/${name}`, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  expect((await control("says", { person: "mei", text: "Hi" })).body).toMatchObject({
    delivery: { state: "delivered" },
  });
  expect(await control("says", { person: "nobody", text: "Hi" })).toMatchObject({
    status: 400,
    body: { error: /nobody/ },
  });
  expect((await control("nothing", {})).status).toBe(404);
  const foreign = { method: "POST", headers: { origin: "https://elsewhere.example" } };
  expect((await fetch(`${sim.url}/control/retryNow`, foreign)).status).toBe(403);
  expect(business.items("messages")).toHaveLength(1);
});
