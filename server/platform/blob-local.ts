import { randomBytes } from "node:crypto";
import { createReadStream, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BlobError, type BlobDriver } from "./blob.ts";

const draftLifeMs = 24 * 3_600_000;

/** Blobs as files in a folder of this machine: written aside, flushed, then renamed, so a crash leaves none half-written. */
export function localBlobDriver(dir: string): BlobDriver {
  const drafts = join(dir, "drafts");
  mkdirSync(drafts, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(drafts)) {
    const file = join(drafts, name);
    // File times are the machine's own. Younger ones may belong to another process.
    if (Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > draftLifeMs)
      rmSync(file, { force: true });
  }
  const fileOf = (name: string) => join(dir, name.slice(0, 2), name);

  return {
    async write(name, source) {
      const draft = join(drafts, randomBytes(12).toString("hex"));
      const handle = await open(draft, "wx", 0o600);
      try {
        try {
          for await (const chunk of source) await handle.appendFile(chunk);
          await handle.sync();
        } finally {
          await handle.close();
        }
        const target = fileOf(name);
        const made = await mkdir(dirname(target), { recursive: true, mode: 0o700 });
        await rename(draft, target);
        await flushFolder(dirname(target));
        if (made) await flushFolder(dir);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },

    async read(name, start, end) {
      const file = fileOf(name);
      const stream = createReadStream(file, { start, end: end - 1, highWaterMark: 131_072 });
      await new Promise<void>((done, fail) => {
        stream.once("open", () => done());
        stream.once("error", (cause) => fail(isMissing(cause) ? new BlobError("missing", { cause }) : cause));
      });
      return stream;
    },

    async size(name) {
      try {
        return (await stat(fileOf(name))).size;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },

    remove: (name) => rm(fileOf(name), { force: true }),
  };
}

// A rename is durable only once its folder is flushed. Windows cannot open folders and does not need it.
async function flushFolder(dir: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
