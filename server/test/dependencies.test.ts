import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  license?: string;
  link?: boolean;
  hasInstallScript?: boolean;
}
const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, Locked> };
const manifest = JSON.parse(read("package.json")) as { allowScripts: Record<string, boolean>; workspaces: string[] };
const foreign = Object.entries(packages).filter(([at, { link }]) => at.includes("node_modules/") && link !== true);
const nameOf = (at: string): string => at.slice(at.lastIndexOf("node_modules/") + "node_modules/".length);

/** Licences that may be part of an AGPL-3.0-or-later work, or of the tools that make it. */
const licences =
  /^\(?((MIT|MIT-0|0BSD|ISC|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|CC0-1\.0|Unlicense|Python-2\.0|OFL-1\.1|MPL-2\.0|LGPL-3\.0-or-later|GPL-3\.0)( (AND|OR) |\)?$))+/;

/** They name none in the field for it; read in their files: all MIT. */
const unnamed = ["busboy", "humanize-number", "only", "streamsearch"];

test("each package is locked to its bytes, comes from the registry and from nowhere else, and has a licence that we may use [MSJ-36]", () => {
  expect(foreign.length).toBeGreaterThan(100);
  for (const [at, { integrity, resolved, license }] of foreign) {
    expect([at, (integrity ?? "").startsWith("sha512-")]).toEqual([at, true]);
    // an address stands there only where it is not the registry's
    expect([at, resolved]).toEqual([at, undefined]);
    if (!unnamed.includes(nameOf(at))) expect([at, licences.test(license ?? "")]).toEqual([at, true]);
  }
  const npmrc = read(".npmrc");
  expect(npmrc).toContain("omit-lockfile-registry-resolved=true");
  expect(npmrc).not.toMatch(/registry\s*=\s*http/);
});

test("no package runs a script of its own when it is installed [MSJ-36]", () => {
  const withScripts = new Set(foreign.filter(([, { hasInstallScript }]) => hasInstallScript).map(([at]) => nameOf(at)));
  expect([...withScripts].filter((name) => manifest.allowScripts[name] !== false)).toEqual([]);
});

test("every dependency of ours is pinned to one version [MSJ-36]", () => {
  for (const folder of [".", ...manifest.workspaces]) {
    const own = JSON.parse(read(path.join(folder, "package.json"))) as Record<string, Record<string, string>>;
    const kinds = ["dependencies", "devDependencies", "optionalDependencies"].flatMap((k) =>
      Object.entries(own[k] ?? {}),
    );
    const loose = kinds.filter(
      ([name, range]) => !name.startsWith("@keepword/") && !/^\d+\.\d+\.\d+[\w.-]*$/.test(range),
    );
    expect([folder, loose]).toEqual([folder, []]);
  }
});
