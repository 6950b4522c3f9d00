import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import type { InboundEvent } from "../inbound-event.ts";
import { parse } from "./parse.ts";

type Case = { name: string; field: string; value: object; expect: object[] };

const metadata = { display_phone_number: "15550107711", phone_number_id: "551100220033" };
const accountFields = /^(message_template|template_|account_|business_|phone_number_|security|flows)/;

function wrap(field: string, value: object): object {
  const inNumber = accountFields.test(field) ? value : { messaging_product: "whatsapp", metadata, ...value };
  const changes = [{ field, value: inNumber }];
  return { object: "whatsapp_business_account", entry: [{ id: "880011002200", time: 1_795_165_260, changes }] };
}

const read = (body: unknown) => parse(Buffer.from(typeof body === "string" ? body : JSON.stringify(body)));
const eventsOf = (body: unknown): InboundEvent[] => read(body).parts.flatMap((part) => [...part.events]);
/** As it will be stored: dates as text, undefined keys gone. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const files = ["messages", "people", "statuses", "account", "coexistence"];
const casesOf = (file: string) =>
  JSON.parse(readFileSync(new URL(`fixtures/${file}.json`, import.meta.url), "utf8")) as Case[];

for (const file of files) {
  const cases = casesOf(file);
  describe(`the adapter reads ${file}`, () => {
    test.each(cases)("$name", ({ field, value, expect: expected }) => {
      const events = eventsOf(wrap(field, value));
      expect(plain(events)).toMatchObject(expected);
      expect(events).toHaveLength(expected.length);
    });

    test.each(cases)("a redelivery has the same keys, other items have others: $name", ({ field, value }) => {
      const keys = eventsOf(wrap(field, value)).map((event) => event.dedupeKey);
      expect(eventsOf(wrap(field, value)).map((event) => event.dedupeKey)).toEqual(keys);
      expect(new Set(keys).size).toBe(keys.length);
    });
  });
}

function text(id: string, extra: object = {}): object {
  return { from: "2348030000117", id, timestamp: "1795165200", type: "text", text: { body: id }, ...extra };
}

describe("routing", () => {
  test("a number's events carry its id, the account's carry the account's", () => {
    const parts = [
      ...read(wrap("messages", { messages: [text("wamid.1")] })).parts,
      ...read(wrap("account_update", { event: "PARTNER_ADDED" })).parts,
    ];
    expect(parts).toMatchObject([
      { routeId: "551100220033", routeKind: "channel", field: "messages" },
      { routeId: "880011002200", routeKind: "account", field: "account_update" },
    ]);
  });

  test("several entries, changes, messages and statuses keep their order [GEN-16]", () => {
    const one = wrap("messages", { messages: [text("a"), text("b")] }) as { entry: object[] };
    const two = wrap("messages", { messages: [text("c")], statuses: [{ id: "d", status: "sent" }] }) as typeof one;
    const body = { object: "whatsapp_business_account", entry: [...one.entry, ...two.entry] };
    expect(eventsOf(body).map((event) => event.dedupeKey)).toEqual([
      "message:a",
      "message:b",
      "message:c",
      "status:d:sent",
    ]);
  });

  test("a change that lost its field name is read by what it holds", () => {
    const value = { metadata, messages: [text("wamid.1")] };
    expect(eventsOf({ object: "whatsapp_business_account", entry: [{ changes: [{ value }] }] })).toHaveLength(1);
  });
});

describe("a poisoned part leaves its neighbours alone", () => {
  const good = { field: "messages", value: { metadata, messages: [text("wamid.good")] } };

  test.each([
    ["a change that is null", null],
    ["a change without a value", { field: "messages" }],
    ["a change whose value is a list", { field: "messages", value: [1] }],
    ["a change that names nothing", {}],
  ])("%s", (_name, poison) => {
    const body = { object: "whatsapp_business_account", entry: [{ id: "1", changes: [poison, good] }] };
    const { parts } = read(body);
    expect(parts[0]).toMatchObject({ events: [], error: { code: "change_unreadable" } });
    expect(parts[1]?.events).toHaveLength(1);
    const again = read(parts[0]?.error?.raw).parts;
    expect(again).toEqual([parts[0]]);
  });

  test.each([
    ["null", null],
    ["a number", 7],
    ["no id", { from: "2348030000117", type: "text", text: { body: "x" } }],
    ["no sender", { id: "wamid.x", type: "text", text: { body: "x" } }],
    ["a reaction to nothing", text("wamid.x", { type: "reaction", reaction: {} })],
    ["an edit of nothing", text("wamid.x", { type: "edit", edit: {} })],
    ["a withdrawal of nothing", text("wamid.x", { type: "revoke" })],
    ["an id that is too long to be one", text("w".repeat(600))],
  ])("a message that is unreadable (%s) is kept beside one that is not", (_name, poison) => {
    const events = eventsOf(wrap("messages", { messages: [poison, text("wamid.good")] }));
    expect(events.map((event) => event.type)).toEqual(["unknown", "message_received"]);
    const [kept] = events;
    // What is kept is a body of its own: reading it again gives the same event.
    if (kept?.type === "unknown") expect(plain(eventsOf(kept.raw))).toEqual(plain([kept]));
  });

  test.each([
    ["no JSON", "{", "not_json"],
    ["nothing", "", "not_json"],
    ["a list", "[]", "not_an_object"],
    ["another product's object", '{"object":"page","entry":[]}', "foreign_object"],
    ["no entries", '{"object":"whatsapp_business_account","entry":[]}', "no_entries"],
    ["entries that are text", '{"object":"whatsapp_business_account","entry":["x"]}', "entry_unreadable"],
    ["an entry without changes", '{"object":"whatsapp_business_account","entry":[{"id":"1"}]}', "no_changes"],
  ])("a body with %s is one part with an error", (_name, body, code) => {
    expect(read(body).parts).toMatchObject([{ events: [], error: { code } }]);
  });
});

describe("values that do not fit", () => {
  const first = (value: object) => eventsOf(wrap("messages", value))[0];

  test("too long ones are cut between characters and marked", () => {
    const location = { latitude: 1, longitude: 2, name: `${"n".repeat(254)}😀`, address: "a".repeat(5000) };
    const event = first({ messages: [text("wamid.1", { type: "location", location })] });
    expect(event).toMatchObject({
      isCut: true,
      content: { kind: "location", name: "n".repeat(254), address: "a".repeat(1024) },
    });
  });

  test("a huge text is kept to its first 65,536 units", () => {
    const event = first({ messages: [text("wamid.1", { text: { body: "x".repeat(70_000) } })] });
    expect(event?.type === "message_received" && event.content.kind === "text" && event.content.text.length).toBe(
      65_536,
    );
    expect(event).toMatchObject({ isCut: true });
  });

  test("a place off the globe is a placeholder", () => {
    const event = first({
      messages: [text("wamid.1", { type: "location", location: { latitude: 91, longitude: 0 } })],
    });
    expect(event).toMatchObject({ content: { kind: "unsupported", providerKind: "location" } });
  });

  test("an unreadable time reads as the entry's time", () => {
    const event = first({ messages: [text("wamid.1", { timestamp: "yesterday" })] });
    expect(event?.occurredAt).toEqual(new Date(1_795_165_260_000));
  });

  test("names from object prototypes are ordinary values", () => {
    const body = JSON.stringify(wrap("messages", { messages: [text("wamid.1", { type: "constructor" })] }));
    expect(eventsOf(body.replace('"text":{', '"__proto__":{"polluted":1},"text":{'))).toMatchObject([
      { content: { kind: "unsupported", providerKind: "constructor" } },
    ]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test("a template id beyond 2^53 keeps every digit", () => {
    const body = JSON.stringify(wrap("message_template_status_update", { event: "APPROVED", message_template_id: 1 }));
    const long = body.replace('"message_template_id":1', '"message_template_id":92233720368547758');
    expect(eventsOf(long)).toMatchObject([{ providerTemplateId: "92233720368547758" }]);
  });

  test("raw control characters inside text do not cost the message", () => {
    const body = JSON.stringify(wrap("messages", { messages: [text("wamid.1", { text: { body: "a@b" } })] }));
    expect(eventsOf(body.replace("a@b", "a\u0001b"))).toMatchObject([{ content: { text: "a b" } }]);
  });

  test("a body nested ten thousand deep is kept without a crash", () => {
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    const body = JSON.stringify(wrap("never_heard_of", { deep: 0 })).replace('"deep":0', `"deep":${deep}`);
    expect(eventsOf(body)).toMatchObject([{ type: "unknown", field: "never_heard_of" }]);
  });
});

describe("rubbish in any place", () => {
  const rubbish = [
    null,
    true,
    -1,
    1e308,
    2 ** 53,
    "",
    "\u0000",
    "\ud800x",
    "x".repeat(2000),
    [],
    {},
    [[null]],
    { a: 1 },
  ];

  /** Every copy of `value` in which one node is replaced. */
  function* spoiled(value: unknown): Generator<unknown> {
    yield* rubbish;
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      for (const other of spoiled(inner)) {
        yield Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
      }
    }
  }

  const isUnstorable = (value: unknown): boolean => {
    if (typeof value === "string") return value.includes("\0") || !value.isWellFormed();
    if (value instanceof Date) return Number.isNaN(value.getTime());
    if (typeof value === "number") return !Number.isFinite(value);
    if (typeof value !== "object" || value === null) return false;
    return Object.entries(value).some(([key, inner]) => isUnstorable(key) || isUnstorable(inner));
  };

  test.each(files)("%s: every part gives events or an error, and all of it can be stored", (file) => {
    for (const { field, value } of casesOf(file)) {
      for (const body of spoiled(wrap(field, value))) {
        const { parts } = read(body);
        const isAccounted = parts.every((part) => part.events.length > 0 || part.error !== undefined);
        if (parts.length === 0 || !isAccounted || isUnstorable(parts)) expect.fail(JSON.stringify(body));
      }
    }
  });
});
