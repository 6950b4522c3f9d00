import { createSecretKey, randomBytes, type KeyObject } from "node:crypto";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";
import { endImports, sweepImports } from "./end-imports.ts";
import { runImport } from "./run-import.ts";
import { attestation, importsOf } from "../test/imports.ts";

const t = createTestApp();
const { uploaded, act, read, check, download, blobOf } = importsOf(t);

const HOUR = 3_600_000;

const byMobile = { column: 2, to: "phone" };
const named = [{ column: 1, to: "name" }, byMobile];

test("a crash while the refused rows are put away, and an erasure meanwhile, leave nothing that nobody names [GEN-04]", async () => {
  const workspace = await t.given.workspace();
  const { api, id: workspaceId } = workspace;
  const prepared = async (): Promise<string> => {
    const id = (await uploaded(api, "Name,Mobile\nAnn,+254711000221\nBen,12\n")).id;
    await check(api, id, { mapping: named });
    expect((await act(api, id, "start", { attestation })).status).toBe(202);
    return id;
  };
  const written: string[] = [];
  const during = (happens: () => Promise<unknown>, isBefore = false) =>
    ({
      ...t.app,
      blobs: {
        ...t.app.blobs,
        put: async (name: string, content: Readable, key: KeyObject) => {
          const read = await buffer(content);
          if (isBefore) await happens();
          const result = await t.app.blobs.put(name, read, key);
          written.push(name);
          if (!isBefore) await happens();
          return result;
        },
      },
    }) as typeof t.app;
  const crashed = await prepared();
  const failing = during(() => Promise.reject(new Error("the process ends here")));
  await expect(runImport(failing, { workspaceId, importId: crashed })).rejects.toThrow("the process ends here");
  expect((await read(api, crashed)).state).toBe("running");
  await runImport(t.app, { workspaceId, importId: crashed });
  expect([await read(api, crashed), await download(api, crashed)]).toEqual([
    expect.objectContaining({ outcome: "done", counts: expect.objectContaining({ new: 1, refused: 1 }) }),
    expect.stringContaining("Ben;12".replace(";", ",")),
  ]);
  for (const isBefore of [true, false]) {
    const id = await prepared();
    const erasing = during(() => endImports(t.app, workspaceId, "person_erased"), isBefore);
    await runImport(erasing, { workspaceId, importId: id });
    expect(await read(api, id)).toMatchObject({ outcome: "person_erased", refusedUntil: null });
  }
  expect(written).toHaveLength(3);
  for (const name of written) expect(await t.app.blobs.exists(name)).toBe(false);

  // an erasure while they are written, and the process ends before it can look again
  const both = await prepared();
  const erasing = during(() => endImports(t.app, workspaceId, "person_erased"), true);
  const put: typeof t.app.blobs.put = async (...given) => {
    await erasing.blobs.put(...given);
    throw new Error("the process ends here");
  };
  const dying = { ...erasing, blobs: { ...erasing.blobs, put } };
  await expect(runImport(dying, { workspaceId, importId: both })).rejects.toThrow("the process ends here");
  const late = written.at(-1) ?? "";
  expect([await t.app.blobs.exists(late), await blobOf(both)]).toEqual([true, late]);
  await sweepImports(t.app);
  expect(await t.app.blobs.exists(late)).toBe(false);
  t.clock.advance(1.1 * HOUR);
  await sweepImports(t.app);
  expect(await blobOf(both)).toBeNull();
});

test("bytes of a file that arrive after an erasure ended its import, from a process that dies then, are removed too [GEN-04]", async () => {
  const { api, id: workspaceId } = await t.given.workspace();
  const id = (await uploaded(api, "Name,Mobile\nAnn,12\n")).id;
  await t.admin.query("update contact_import set state = 'receiving', encoding = null where id = $1", [id]);
  const nameOf = async (): Promise<string | null> => {
    const { rows } = await t.admin.query<{ name: string | null }>(
      "select blob_name as name from contact_import where id = $1",
      [id],
    );
    return rows[0]?.name ?? null;
  };
  await endImports(t.app, workspaceId, "person_erased");
  const name = (await nameOf()) ?? "";
  expect([name !== "", await t.app.blobs.exists(name)]).toEqual([true, false]);
  await t.app.blobs.put(name, Buffer.from("late"), createSecretKey(randomBytes(32)));
  await sweepImports(t.app);
  expect(await t.app.blobs.exists(name)).toBe(false);
  t.clock.advance(1.1 * HOUR);
  await sweepImports(t.app);
  expect(await nameOf()).toBeNull();
});
