import { describe, expect, test } from "vitest";
import type { Message, Note } from "../src/api.ts";
import { matchScore } from "../src/screens/shell/match-score.ts";
import { threadItems } from "../src/screens/inbox/thread/thread-items.ts";

const at = (minute: number, day = 2): string => new Date(Date.UTC(2026, 2, day, 12, minute)).toISOString();

function message(id: string, sortAt: string, part: Partial<Message> = {}): Message {
  return {
    id,
    conversationId: "cnv_1",
    channelId: "chn_1",
    contactId: "con_1",
    direction: "inbound",
    type: "text",
    text: id,
    attachments: [],
    reactions: [],
    status: "received",
    providerMessageId: null,
    sentAt: sortAt,
    receivedAt: sortAt,
    sortAt,
    ...part,
  };
}

const shape = (items: ReturnType<typeof threadItems>): string[] =>
  items.map((item) =>
    item.kind === "message"
      ? `${item.message.id}${item.opens ? " opens" : ""}${item.closes ? " closes" : ""}`
      : item.kind,
  );

describe("a thread", () => {
  test("joins messages of one sender within five minutes, and nobody else's", () => {
    const items = threadItems(
      [message("d", at(11)), message("c", at(3), { direction: "outbound" }), message("b", at(2)), message("a", at(0))],
      [],
      [],
      null,
    );
    expect(shape(items)).toEqual(["day", "a opens", "b closes", "c opens closes", "d opens closes"]);
  });

  test("draws a line where a day begins, and one above what is new", () => {
    const items = threadItems([message("c", at(1, 3)), message("b", at(0, 3)), message("a", at(0, 2))], [], [], "b");
    expect(shape(items)).toEqual(["day", "a opens closes", "day", "b opens", "new", "c closes"]);
  });

  test("places a note by its time, hides it before the loaded part, and breaks a run", () => {
    const note = (id: string, createdAt: string): Note => ({
      id,
      conversationId: "cnv_1",
      authorId: null,
      mentionedIds: [],
      text: id,
      createdAt,
    });
    const items = threadItems(
      [message("b", at(2)), message("a", at(0))],
      [note("n", at(1)), note("old", at(0, 1))],
      [],
      null,
    );
    expect(shape(items)).toEqual(["day", "a opens closes", "note", "b opens closes"]);
  });

  test("leaves reactions out and shows system messages as lines", () => {
    const items = threadItems(
      [message("b", at(1), { type: "system" }), message("a", at(0), { type: "reaction" })],
      [],
      [],
      null,
    );
    expect(shape(items)).toEqual(["day", "line"]);
  });
});

describe("the palette", () => {
  test("prefers what begins with the letters, and drops what lacks them", () => {
    expect(matchScore("Assign to me", "as")).toBe(3);
    expect(matchScore("Assign to me", "me")).toBe(2);
    expect(matchScore("Assign to me", "atm")).toBe(1);
    expect(matchScore("Assign to me", "xyz")).toBeNull();
  });
});
