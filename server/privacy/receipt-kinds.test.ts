import { expect, test } from "vitest";
import { allTables } from "../schema.ts";
import { countKinds, receiptKindOf } from "./receipt-kinds.ts";
import { compileSubjectGraph } from "./subject-graph.ts";

test("whatever an erasure deletes has a kind that people know, and counts add up by it", () => {
  const tables = compileSubjectGraph(allTables)
    .contact.filter(({ erase, table }) => erase !== "keep" && table !== "subject_request")
    .map(({ table }) => table);
  expect(tables.filter((table) => receiptKindOf(table) === "other")).toEqual([]);
  const deleted = [
    { what: "reaction", count: 1 },
    { what: "contact", count: 1 },
    { what: "message", count: 2 },
    { what: "constructor", count: 4 },
  ];
  expect(countKinds(deleted)).toEqual([
    { kind: "messages", count: 3 },
    { kind: "person", count: 1 },
    { kind: "other", count: 4 },
  ]);
});
