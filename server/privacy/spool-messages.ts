// Opening a message costs a cipher whose memory only a full collection gives back. A copy says each message three times, so it opens
// them once and keeps them, sealed again in pieces of 64 kB, in a file without a name until its files are made.
import { createSecretKey, randomBytes } from "node:crypto";
import { open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { StringDecoder } from "node:string_decoder";
import { createBlobStore, randomBlobName, type BlobDriver } from "../platform/blob.ts";
import type { ExportedMessage } from "./export-format.ts";
import { inChunks } from "./zip.ts";

export interface MessageSpool extends AsyncDisposable {
  /** From the first; as often as wanted, one after another. */
  messages: () => AsyncGenerator<ExportedMessage>;
}

/** Reads `source` to its end. Neither a crash nor a full disk leaves anything: the file is unlinked as soon as it is open, its key is in memory only. */
export async function spoolMessages(source: AsyncIterable<ExportedMessage>): Promise<MessageSpool> {
  await using stack = new AsyncDisposableStack();
  const file = path.join(tmpdir(), `keepword-${randomBytes(12).toString("hex")}`);
  const handle = stack.adopt(await open(file, "wx+", 0o600), (one) => one.close());
  await rm(file);
  const store = createBlobStore(driverOf(handle));
  const name = randomBlobName();
  const key = createSecretKey(randomBytes(32));
  async function* lines(): AsyncGenerator<string> {
    for await (const message of source) yield `${JSON.stringify(message)}\n`;
  }
  async function* bytes(): AsyncGenerator<Buffer> {
    for await (const chunk of inChunks(lines())) yield Buffer.from(chunk);
  }
  await store.put(name, bytes(), key);
  const parts = stack.move();
  return {
    async *messages() {
      for await (const line of linesOf((await store.get(name, key)).stream)) yield JSON.parse(line) as ExportedMessage;
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** One blob in one open file. */
const driverOf = (handle: FileHandle): BlobDriver => ({
  async write(_name, chunks) {
    for await (const chunk of chunks) await handle.appendFile(chunk);
  },
  read: async (_name, start, end) => handle.createReadStream({ start, end: end - 1, autoClose: false }),
  size: async () => (await handle.stat()).size,
  remove: async () => {},
});

// node:readline would break a message at U+2028, which JSON leaves as it is
async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + decoder.write(chunk)).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}
