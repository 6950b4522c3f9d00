import fs from "node:fs";
import os from "node:os";
import { createDeflateRaw } from "node:zlib";
import { expect, test } from "vitest";
import type { ExportedMessage } from "./export-format.ts";
import { spoolMessages } from "./spool-messages.ts";
import { through, zipOf } from "./zip.ts";

const message = (id: string, text: string): ExportedMessage => ({
  ...{ id, conversationId: "cnv_1", providerMessageId: null, sender: "person", type: "text", status: "received", text },
  ...{ at: "2026-11-20T10:00:00.000Z", attachments: [], reactions: [] },
});

async function* broken(): AsyncGenerator<never> {
  yield await Promise.reject(new Error("the database is gone"));
}

const own = (): string[] => fs.readdirSync(os.tmpdir()).filter((name) => /^keepword-[0-9a-f]{24}$/.test(name));

test("what a copy says is read back whole and as often as wanted, and lies nowhere under a name", async () => {
  const all = Array.from({ length: 300 }, (_, n) =>
    message(`msg_${n}`, `Zeile ${n}\u2028"é" 🙂\n${"x".repeat(n * 5)}`),
  );
  const before = own();
  await using spool = await spoolMessages(
    (async function* () {
      yield* all;
    })(),
  );
  for (let pass = 0; pass < 2; pass++) expect(await Array.fromAsync(spool.messages())).toEqual(all);
  expect(own()).toEqual(before);
});

test("what cannot be read ends the copy with its own error, wherever it is met", async () => {
  await expect(spoolMessages(broken())).rejects.toThrow("the database is gone");
  await expect(Array.fromAsync(through(broken(), createDeflateRaw()))).rejects.toThrow("the database is gone");
  async function* files() {
    yield { name: "a.txt", bytes: broken() };
  }
  const archive = zipOf(files(), () => ({ name: "manifest.json", bytes: broken() }));
  await expect(Array.fromAsync(archive)).rejects.toThrow("the database is gone");
});
