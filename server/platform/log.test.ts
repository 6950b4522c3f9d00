import { expect, test } from "vitest";
import { createLog } from "./log.ts";

function capture(): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = [];
  return { lines, log: createLog({ level: "debug", destination: { write: (line) => void lines.push(line) } }) };
}

test("ids, codes, counts and times are logged", () => {
  const { lines, log } = capture();
  log.info({ messageId: "msg_01abc", status: 202, route: "message.send", at: new Date(0), ids: ["a", "b"] }, "sent");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: "info",
    messageId: "msg_01abc",
    status: 202,
    message: "sent",
    ids: ["a", "b"],
  });
});

test("text, addresses, numbers and tokens that slip into a log call are withheld", () => {
  const { lines, log } = capture();
  log.info(
    {
      text: "hush",
      note: "call me later",
      to: "Anna",
      contact: { phone: "x1", value: "+4915112345678" },
      email: "a@b.c",
    },
    "oops",
  );
  expect(lines[0]).not.toMatch(/hush|call me|Anna|x1|4915112345678|a@b\.c/);
});

test("an error keeps its type, code and frames, and loses the input that its message quotes [ONE-12]", () => {
  const { lines, log } = capture();
  const cause = Object.assign(new Error('invalid input syntax for type integer: "canary one"'), { code: "22P02" });
  log.error({ err: new SyntaxError(`Unexpected token 'h', "hello canary" is not valid JSON`, { cause }) }, "failed");
  log.error(new Error("no route to a@canary.example or +49 151 1234567"));
  expect(lines.join("")).not.toMatch(/canary|1234567/);
  expect(JSON.parse(lines[0] ?? "").err).toMatchObject({ type: "SyntaxError", cause: { code: "22P02" } });
  expect(JSON.parse(lines[0] ?? "").err.stack[0]).toContain("log.test.ts");
});
