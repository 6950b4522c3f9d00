// A new version of the product: told once to everyone who did not turn such notices off, with what the changelog says of it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { App } from "../platform/context.ts";
import { notify } from "./notify.ts";

/** The job itself is in notification.jobs.ts. A version is no person's data. */
export const sayVersion = { name: "notification.announce_version", payload: z.object({ version: z.string() }) };

const root = path.resolve(import.meta.dirname, "../..");
const maxChars = 4_000;
const PAGE = 500;

export const productVersion = (): string =>
  z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"))).version;

/** What the changelog says of a version; empty where it says nothing. */
export function changesOf(version: string): string {
  const sections = readFileSync(path.join(root, "CHANGELOG.md"), "utf8").split(/^## /m);
  const text = sections.find((section) => section.split(/\s/, 1)[0] === version) ?? "";
  return text.slice(text.indexOf("\n") + 1, maxChars).trim();
}

/** At every start: a version that never ran here is announced, but not the first one of an installation. */
export async function noteVersion(
  app: Pick<App, "db" | "clock" | "enqueue">,
  version = productVersion(),
): Promise<void> {
  await app.db.tx({ workspaceIds: [] }, async (tx) => {
    const [known] = await tx.query<{ version: string }>("select version from product_version limit 1");
    const added = await tx.query(
      "insert into product_version (version, first_run_at) values ($1, $2) on conflict do nothing returning version",
      [version, app.clock.now()],
    );
    if (known && added.length > 0) await app.enqueue(tx, sayVersion, { version });
  });
}

/** In pages; whoever was told before a break is not told again. */
export async function announceVersion(app: Pick<App, "db" | "clock" | "enqueue">, version: string): Promise<void> {
  for (let after = ""; ;) {
    const people = await app.db.tx({ workspaceIds: [] }, async (tx) => {
      const found = await tx.query<{ id: string; isTold: boolean }>(
        `select p.id, exists (select 1 from notification n where n.person_id = p.id and n.topic = 'new_version' and n.target = $2)
           as "isTold" from person p where p.id > $1 order by p.id limit ${PAGE}`,
        [after, version],
      );
      const personIds = found.flatMap(({ id, isTold }) => (isTold ? [] : [id]));
      await notify(app, tx, { personIds, topic: "new_version", target: version });
      return found;
    });
    after = people.at(-1)?.id ?? after;
    if (people.length < PAGE) return;
  }
}
