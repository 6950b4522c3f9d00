import { text } from "../platform/drizzle.ts";
import { expect, test } from "vitest";
import { bytea, column, table } from "../platform/table.ts";
import { allTables } from "../schema.ts";
import { compileSubjectGraph } from "./subject-graph.ts";

const graph = compileSubjectGraph(allTables);

test("every table with personal columns leads to a person, or says that it is the workspace's own [GEN-32]", () => {
  expect(graph.unreachable).toEqual([]);
});

test("a personal table that leads to nobody is found out [GEN-32]", () => {
  const stray = table(
    "stray",
    { scope: "workspace", purpose: "inbox", role: "processor", retention: "with-workspace" },
    { workspaceId: column("system", text().notNull()), words: column("user.content", bytea()) },
  );
  expect(compileSubjectGraph([...allTables, stray]).unreachable).toEqual(["stray"]);
});

test("rows that are found by other rows are deleted before those", () => {
  const at = (name: string) => graph.contact.findLastIndex(({ table: t, as }) => t === name && as === "about");
  for (const [child, parent] of [
    ["early_status", "message"],
    ["reaction", "message"],
    ["message", "conversation"],
    ["note", "conversation"],
    ["inbound_event", "contact_identity"],
    ["delivery_attempt", "conversation"],
    ["contact_identity", "contact"],
    ["consent_event", "contact"],
  ] as const)
    expect([child, at(child) >= 0 && at(child) < graph.contact.findIndex(({ table: t }) => t === parent)]).toEqual([
      child,
      true,
    ]);
});

test("what a person said among others is cleared, not deleted with the others' conversation", () => {
  const authored = graph.contact.filter(({ as }) => as === "authored");
  expect(authored).toEqual([
    expect.objectContaining({ table: "message", where: "t.sender_contact_id = any ($2::text[])", isDated: true }),
  ]);
  expect(authored[0]?.personal).toEqual([
    ...["content", "provider_message_id", "provider_message_index", "reply_to_index"],
  ]);
});
