import { expect, test } from "vitest";
import { startWhatsAppCloudSim } from "./server.ts";
import type { WhatsAppCloudSim } from "./server.ts";
import type { Obj } from "./state.ts";
import { startBusiness } from "./test-business.ts";

async function graph(sim: WhatsAppCloudSim, method: string, path: string, body?: object, token = sim.accessToken) {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (body) headers["content-type"] = "application/json";
  const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  const response = await fetch(`${sim.url}/v26.0/${path}`, init);
  return { status: response.status, body: (await response.json()) as Obj };
}

const send = (sim: WhatsAppCloudSim, body: object) =>
  graph(sim, "POST", `${sim.phoneNumberId}/messages`, { messaging_product: "whatsapp", to: "+254700000101", ...body });

const codeOf = async (answer: Promise<{ status: number; body: Obj }>) => {
  const { status, body } = await answer;
  return [status, (body.error as { code: number } | undefined)?.code];
};

test("a wrong or missing token is 401 code 190, an unknown object 400 code 100 subcode 33", async () => {
  await using sim = await startWhatsAppCloudSim();
  expect(await codeOf(graph(sim, "GET", sim.phoneNumberId, undefined, "wrong"))).toEqual([401, 190]);
  expect((await fetch(`${sim.url}/v26.0/${sim.phoneNumberId}`)).status).toBe(401);
  expect((await graph(sim, "GET", "1234")).body.error).toMatchObject({ code: 100, error_subcode: 33 });
  sim.configure({ accessTokens: ["new-token"] });
  expect(await codeOf(graph(sim, "GET", sim.phoneNumberId))).toEqual([401, 190]);
});

test("every limit of a send is answered with its Graph error", async () => {
  await using sim = await startWhatsAppCloudSim();
  const buttons = (count: number, title = "Yes") => ({
    type: "interactive",
    interactive: {
      type: "button",
      body: { text: "Which?" },
      action: {
        buttons: Array.from({ length: count }, (_, id) => ({ type: "reply", reply: { id: `b${id}`, title } })),
      },
    },
  });
  const rows = Array.from({ length: 11 }, (_, id) => ({ id: `r${id}`, title: `Row ${id}` }));
  const list = { type: "list", body: { text: "x" }, action: { button: "Open", sections: [{ title: "A", rows }] } };
  const refused: [object, number][] = [
    [{ type: "text", text: {} }, 131008],
    [{ type: "text", text: { body: "x".repeat(4097) } }, 100],
    [{ type: "poem", poem: {} }, 100],
    [{ type: "image", image: { id: "404" } }, 100],
    [{ type: "image", image: {} }, 131008],
    [{ type: "sticker", sticker: { link: "https://a.example/s.webp", caption: "no" } }, 100],
    [{ type: "document", document: { link: "https://a.example/a.pdf", caption: "x".repeat(1025) } }, 100],
    [{ type: "location", location: { latitude: 91, longitude: 0 } }, 100],
    [{ type: "contacts", contacts: [{ name: { formatted_name: "Mei" } }] }, 100],
    [{ type: "reaction", reaction: { message_id: "wamid.x", emoji: "no" } }, 131009],
    [buttons(4), 100],
    [buttons(1, "A title of more than twenty characters"), 100],
    [{ type: "interactive", interactive: list }, 100],
    [{ type: "text", text: { body: "x" }, biz_opaque_callback_data: "x".repeat(513) }, 100],
    [{ type: "text", text: { body: "x" }, to: "12" }, 100],
    [{ type: "text", text: { body: "x" }, to: sim.displayPhoneNumber }, 131021],
    [{ status: "read", message_id: "wamid.unknown" }, 131009],
  ];
  for (const [body, code] of refused) expect(await codeOf(send(sim, body)), JSON.stringify(body)).toEqual([400, code]);
  expect(sim.messages()).toEqual([]);
  expect((await send(sim, buttons(3))).status).toBe(200);
});

test("numbers may carry + - ( ) and spaces; without + the business's country code comes first", async () => {
  await using sim = await startWhatsAppCloudSim({ displayPhoneNumber: "+49 1555 0100199" });
  const waIdFor = async (to: string) =>
    ((await send(sim, { to, type: "text", text: { body: "x" } })).body.contacts as { wa_id: string }[])[0]?.wa_id;
  expect(await waIdFor("+254 (700) 000-101")).toBe("254700000101");
  expect(await waIdFor("254700000101")).toBe("254700000101");
  expect(await waIdFor("1 (631) 555-1234")).toBe("4916315551234");
});

test("a user id is answered without wa_id, and to wins over recipient", async () => {
  await using sim = await startWhatsAppCloudSim();
  const text = { type: "text", text: { body: "x" } };
  const byId = await send(sim, { ...text, to: undefined, recipient: "JP.71004400103" });
  expect(byId.body.contacts).toEqual([{ input: "JP.71004400103", user_id: "JP.71004400103" }]);
  const both = await send(sim, { ...text, recipient: "JP.71004400103" });
  expect(both.body.contacts).toEqual([{ input: "+254700000101", wa_id: "254700000101" }]);
});

test("throughput and pair limits answer 130429 and 131056, and refill with time", async () => {
  let at = 0;
  await using sim = await startWhatsAppCloudSim({ rateNow: () => at });
  const text = { type: "text", text: { body: "x" } };
  const burst = async (count: number, body: (index: number) => object) => {
    const answers = [];
    for (let index = 0; index < count; index++) answers.push(await codeOf(send(sim, { ...text, ...body(index) })));
    return answers.filter(([status]) => status !== 200);
  };
  expect(await burst(46, () => ({}))).toEqual([[400, 131056]]);
  at += 6000;
  expect(await burst(2, () => ({}))).toEqual([[400, 131056]]);
  at += 1000;
  expect(await burst(81, (index) => ({ to: `+15550200${100 + index}` }))).toEqual([[400, 130429]]);
  sim.configure({ throughput: 1000, pairLimit: false });
  expect(await burst(90, () => ({}))).toEqual([]);
});

test("templates are checked against their definition", async () => {
  await using sim = await startWhatsAppCloudSim();
  const template = (name: string, code: string, components: object[] = []) =>
    codeOf(send(sim, { type: "template", template: { name, language: { code }, components } }));
  const body = (...texts: string[]) => ({ type: "body", parameters: texts.map((text) => ({ type: "text", text })) });
  const named = (values: Record<string, string>) => ({
    type: "body",
    parameters: Object.entries(values).map(([parameter_name, text]) => ({ type: "text", parameter_name, text })),
  });
  expect(await template("hello_world", "en_US")).toEqual([200, undefined]);
  expect(await template("hello_world", "fr")).toEqual([404, 132001]);
  expect(await template("order_update", "de", [body("Mei")])).toEqual([400, 132000]);
  expect(await template("order_update", "de", [body("Mei", "a\nb")])).toEqual([400, 132018]);
  expect(await template("order_update", "en_US", [body("Mei", "1042")])).toEqual([400, 131008]);
  expect(await template("paused_offer", "en")).toEqual([400, 132015]);
  expect(await template("new_collection", "en", [body("Mei")])).toEqual([400, 132012]);
  const values = { customer_name: "Mei", day: "Friday", time: "10:30" };
  expect(await template("appointment_reminder", "en", [named(values)])).toEqual([200, undefined]);
  expect(await template("appointment_reminder", "en", [body("a", "b", "c")])).toEqual([400, 100]);
  expect(sim.messages({ text: "on Friday at 10:30" })).toHaveLength(1);
});

test("templates can be listed by page, made, reviewed, edited and deleted", async () => {
  await using sim = await startWhatsAppCloudSim();
  await using business = await startBusiness(sim.appSecret, sim.verifyToken);
  await sim.setWebhook({ url: business.url });
  const list = `${sim.wabaId}/message_templates`;
  const names: string[] = [];
  let next: string | undefined = `${sim.url}/v26.0/${list}?limit=3&status=APPROVED&access_token=${sim.accessToken}`;
  while (next) {
    const page = (await (await fetch(next)).json()) as { data: { name: string }[]; paging: { next?: string } };
    names.push(...page.data.map((template) => template.name));
    next = page.paging.next;
  }
  expect(names).toHaveLength(6);
  const draft = {
    name: "thanks",
    language: "en",
    category: "UTILITY",
    components: [{ type: "body", text: "Thank you." }],
  };
  const made = await graph(sim, "POST", list, draft);
  expect(made.body).toMatchObject({ status: "PENDING", category: "UTILITY" });
  expect((await graph(sim, "POST", list, draft)).body.error).toMatchObject({ code: 100, error_subcode: 2388024 });
  await sim.templateStatus({ name: "thanks", status: "APPROVED" });
  expect(business.values()).toMatchObject([{ event: "APPROVED", message_template_name: "thanks" }]);
  const id = String(made.body.id);
  expect((await graph(sim, "GET", `${id}?fields=status`)).body).toEqual({ status: "APPROVED", id });
  expect((await graph(sim, "POST", id, { components: [{ type: "BODY", text: "Thanks." }] })).body.success).toBe(true);
  expect((await graph(sim, "DELETE", `${list}?name=thanks`)).body).toEqual({ success: true });
  expect((await graph(sim, "GET", `${list}?name=thanks`)).body.data).toEqual([]);
});

test("numbers, profile, registration, health and subscriptions answer as Graph does", async () => {
  await using sim = await startWhatsAppCloudSim();
  const phone = sim.phoneNumberId;
  const node = await graph(sim, "GET", `${phone}?fields=display_phone_number,quality_rating,health_status`);
  expect(node.body).toMatchObject({
    id: phone,
    quality_rating: "GREEN",
    health_status: { can_send_message: "AVAILABLE" },
  });
  expect((await graph(sim, "GET", `${phone}?fields=throughput{level},status`)).body).toEqual({
    id: phone,
    status: "CONNECTED",
    throughput: { level: "STANDARD" },
  });
  expect(await codeOf(graph(sim, "GET", `${phone}?fields=colour`))).toEqual([400, 100]);
  expect((await graph(sim, "GET", `${sim.wabaId}/phone_numbers`)).body.data).toHaveLength(1);
  await graph(sim, "POST", `${phone}/whatsapp_business_profile`, { messaging_product: "whatsapp", about: "New" });
  expect((await graph(sim, "GET", `${phone}/whatsapp_business_profile`)).body.data).toMatchObject([{ about: "New" }]);
  await graph(sim, "POST", `${phone}/deregister`, {});
  expect(await codeOf(send(sim, { type: "text", text: { body: "x" } }))).toEqual([400, 133010]);
  expect(await codeOf(graph(sim, "POST", `${phone}/register`, { pin: "12" }))).toEqual([400, 100]);
  expect((await graph(sim, "POST", `${phone}/register`, { pin: "123456" })).status).toBe(200);
  expect((await graph(sim, "DELETE", `${sim.wabaId}/subscribed_apps`)).body).toEqual({ success: true });
  expect((await graph(sim, "GET", `${sim.wabaId}/subscribed_apps`)).body.data).toEqual([]);
});

test("an override URL is verified and takes the messages of its number; other webhooks stay with the app", async () => {
  await using sim = await startWhatsAppCloudSim();
  await using app = await startBusiness(sim.appSecret, sim.verifyToken);
  await using own = await startBusiness(sim.appSecret, "own-token");
  await sim.setWebhook({ url: app.url });
  const override = (verify_token: string) => ({
    webhook_configuration: { override_callback_uri: own.url, verify_token },
  });
  expect((await graph(sim, "POST", sim.phoneNumberId, override("wrong"))).status).toBe(400);
  expect((await graph(sim, "POST", sim.phoneNumberId, override("own-token"))).status).toBe(200);
  await sim.says({ text: "Hi" });
  await sim.emit({ field: "account_update", value: { event: "PARTNER_ADDED" } });
  expect([own.received.length, app.received.length]).toEqual([1, 1]);
});

test("uploads of refused types and sizes fail at once, files of the wrong family later", async () => {
  await using sim = await startWhatsAppCloudSim({ deliveredAfterMs: 0 });
  const upload = async (type: string, bytes: Uint8Array<ArrayBuffer>) => {
    const form = new FormData();
    form.set("messaging_product", "whatsapp");
    form.set("file", new Blob([bytes], { type }), "f");
    const headers = { authorization: `Bearer ${sim.accessToken}` };
    const response = await fetch(`${sim.url}/v26.0/${sim.phoneNumberId}/media`, {
      method: "POST",
      headers,
      body: form,
    });
    return { status: response.status, id: ((await response.json()) as { id?: string }).id };
  };
  expect((await upload("model/gltf", new Uint8Array(3))).status).toBe(400);
  expect((await upload("image/png", new Uint8Array(5 * 1024 * 1024 + 1))).status).toBe(400);
  const { id } = await upload("application/pdf", new Uint8Array(3));
  await send(sim, { type: "sticker", sticker: { id } });
  await send(sim, { type: "reaction", reaction: { message_id: "wamid.gone", emoji: "👍" } });
  await sim.settled();
  expect(sim.messages().map((message) => message.errorCode)).toEqual([131053, 131009]);
});

test("with enforceWindow a free-form message outside 24 hours fails later with 131047", async () => {
  let at = 1_790_000_000_000;
  await using sim = await startWhatsAppCloudSim({ enforceWindow: true, now: () => at, deliveredAfterMs: 0 });
  await sim.says({ text: "Hi" });
  await send(sim, { type: "text", text: { body: "inside" } });
  at += 86_400_000;
  await send(sim, { type: "text", text: { body: "outside" } });
  await send(sim, { type: "template", template: { name: "hello_world", language: { code: "en_US" } } });
  await sim.settled();
  expect(sim.messages().map((message) => message.errorCode)).toEqual([undefined, 131047, undefined]);
});

test("who stopped marketing gets none of it (131050); codes are not for user ids (131062)", async () => {
  await using sim = await startWhatsAppCloudSim({ deliveredAfterMs: 0 });
  const header = { type: "header", parameters: [{ type: "image", image: { link: "https://a.example/a.jpg" } }] };
  const body = { type: "body", parameters: [{ type: "text", text: "1" }] };
  const button = { type: "button", sub_type: "url", index: "0", parameters: [{ type: "text", text: "1" }] };
  const template = (name: string, components: object[]) => ({ name, language: { code: "en" }, components });
  const offer = { type: "template", template: template("new_collection", [header, body]) };
  await sim.marketing({ value: "stop" });
  await send(sim, offer);
  await sim.marketing({ value: "resume" });
  await send(sim, offer);
  await sim.settled();
  expect(sim.messages({ person: "+254 700 000 101" }).map((message) => message.errorCode)).toEqual([131050, undefined]);
  const code = { type: "template", template: template("sign_in_code", [body, button]) };
  expect((await send(sim, code)).status).toBe(200);
  expect(await codeOf(send(sim, { ...code, to: undefined, recipient: "KE.71004400101" }))).toEqual([400, 131062]);
});

test("several numbers share one account and keep their messages apart", async () => {
  await using sim = await startWhatsAppCloudSim();
  const second = sim.addPhoneNumber();
  await graph(sim, "POST", `${second.id}/messages`, {
    messaging_product: "whatsapp",
    to: "+254700000101",
    type: "text",
    text: { body: "From the second" },
  });
  const said = await sim.says({ text: "To the second", phoneNumberId: second.id });
  expect(sim.messages({ phoneNumberId: second.id })).toHaveLength(1);
  expect(await codeOf(send(sim, { status: "read", message_id: said.messageId }))).toEqual([400, 131009]);
});

test("the resumable upload gives the handle for a template's sample", async () => {
  await using sim = await startWhatsAppCloudSim();
  const started = await graph(sim, "POST", `${sim.appId}/uploads?file_name=a.png&file_length=4&file_type=image/png`);
  const headers = { authorization: `OAuth ${sim.accessToken}`, file_offset: "0" };
  const url = `${sim.url}/v26.0/${String(started.body.id)}`;
  const done = await fetch(url, { method: "POST", headers, body: new Uint8Array(4) });
  expect(await done.json()).toMatchObject({ h: expect.stringMatching(/^4::/) });
  expect(await codeOf(graph(sim, "POST", `${sim.appId}/uploads?file_length=4&file_type=text/html`))).toEqual([
    400, 100,
  ]);
});
