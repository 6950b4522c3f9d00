import { describe, expect, test } from "vitest";
import { fillReply, mentionedIn, tokenAt } from "../src/screens/inbox/composer/completion.ts";

describe("what is being typed", () => {
  test.each([
    ["/", "/", { query: "", from: 0, to: 1 }],
    ["hi /ho", "/", { query: "ho", from: 3, to: 6 }],
    ["and/or", "/", null],
    ["/ho now", "/", null],
    ["https://a.example/ho", "/", null],
    ["me@example.com", "@", null],
    ["line\n@be", "@", { query: "be", from: 5, to: 8 }],
  ] as const)("%j", (text, sign, token) => expect(tokenAt(text, text.length, sign)).toEqual(token));
});

test.each([
  ["Hello {{firstName}}, hi {{name}}!", "Ana  Ruiz", "Hello Ana, hi Ana  Ruiz!"],
  ["Hello {{ firstName }}, welcome", null, "Hello, welcome"],
  ["{{price}} stays", "Ana", "{{price}} stays"],
])("a reply is filled: %j for %j", (text, name, filled) => expect(fillReply(text, name)).toBe(filled));

test("of two names that begin alike the one that is written is mentioned", () => {
  const members = [
    { id: "short", name: "Ana" },
    { id: "long", name: "Ana Ruiz" },
  ];
  expect(mentionedIn("@Ana Ruiz please", members)).toEqual(["long"]);
  expect(mentionedIn("@Ana and @Ana Ruiz", members).toSorted()).toEqual(["long", "short"]);
  expect(mentionedIn("ana@Ana.example, @Anabel", members)).toEqual([]);
});
