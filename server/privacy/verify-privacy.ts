// `keepword privacy verify`: the part of the proof that harms nothing, on the installation as it is. A workspace is made for it, filled,
// looked at from all sides, erased and removed; nobody else's rows are read.
import { randomBytes } from "node:crypto";
import { statSync } from "node:fs";
import path from "node:path";
import type { PgTable } from "../platform/drizzle.ts";
import type pg from "pg";
import { resolveContacts } from "../contacts/resolve-contacts.ts";
import { openContactName } from "../contacts/contact-view.ts";
import { endWorkspace, removeWorkspace } from "../identity/close-workspace.ts";
import { createPerson } from "../identity/people.ts";
import { createWorkspace } from "../identity/workspaces.ts";
import type { App } from "../platform/context.ts";
import { ownerClient } from "../platform/db.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import { describe } from "../platform/table.ts";
import { declarationProblems } from "./check-declarations.ts";
import { forgetPersonRow } from "./erase-person.ts";
import { missingErasures } from "./ledger.ts";
import { emptyWorkspace } from "./purge-workspace.ts";
import { scanForNeedles } from "./scan-for-needles.ts";

export interface Verified {
  what: string;
  isGood: boolean;
}

interface Input {
  tables: readonly PgTable[];
  ownerUrl: string;
}

/** Every check, in order; one that throws counts as failed. The workspace is removed also then. */
export async function verifyPrivacy(app: App, input: Input): Promise<Verified[]> {
  const results: Verified[] = [];
  const check = async (what: string, look: () => Promise<boolean>) => {
    const isGood = await look().catch((error: unknown) => {
      app.log.error({ err: error }, "a check of privacy failed");
      return false;
    });
    results.push({ what, isGood });
  };
  const client = await ownerClient(input.ownerUrl);
  const made = await makeWorkspace(app);
  const { workspaceId, contactId, needles } = made;
  const scope = { workspaceIds: [workspaceId] };
  const nameOf = () =>
    app.db.tx(scope, async (tx) => {
      const [row] = await tx.query<{ name: Buffer }>("select name from contact where workspace_id = $1", [workspaceId]);
      return row ? openContactName(app.keyring, workspaceId, contactId, row.name) : undefined;
    });
  try {
    await check(
      "what is declared agrees with itself",
      async () => declarationProblems(input.tables.map(describe)).length === 0,
    );
    await check("every table of workspaces has its row policy, forced where it is declared so", () =>
      hasPolicies(client, input.tables),
    );
    await check("a name that was stored is read back", async () => (await nameOf()) === needles[0]);
    await check("it lies in clear in no table, key, file or mail", async () => {
      const finds = await scanForNeedles(app, needles, { workspaceIds: [workspaceId] });
      return finds.length === 0;
    });
    await check("another workspace does not see it", () =>
      app.db.tx({ workspaceIds: ["wsp_00000000000000000000000000"] }, async (tx) => {
        const rows = await tx.query("select 1 from contact where id = $1", [contactId]);
        return rows.length === 0;
      }),
    );
    await check("keyring and root key are for their owner only", async () => areFilesPrivate(app));
    await check(
      "no erasure of the ledger is missing in the database",
      async () => (await missingErasures(app)).length === 0,
    );
    await check("with the key destroyed nothing of it can be read", async () => {
      app.keyring.destroy(`contact:${contactId}`);
      return (await nameOf()) === null;
    });
    await check("and nothing more can be written for it", async () => {
      try {
        app.keyring.ensure([{ subject: `contact:${contactId}`, parent: `workspace:${workspaceId}` }]);
        return false;
      } catch (error) {
        return error instanceof KeyDestroyed;
      }
    });
    await check("the workspace of this check was removed", () => remove(app, client, made));
  } finally {
    await remove(app, client, made).catch(() => false);
    await client.end();
  }
  return results;
}

interface Made {
  workspaceId: string;
  ownerId: string;
  contactId: string;
  needles: string[];
}

async function makeWorkspace(app: App): Promise<Made> {
  const tail = randomBytes(6).toString("hex");
  const name = `Verification ${tail}`;
  const phone = `+1555${String(parseInt(tail.slice(0, 6), 16)).padStart(8, "0")}`;
  const { workspaceId, ownerId } = await app.db.tx({ workspaceIds: [] }, async (tx) => {
    const email = `verify-${tail}@keepword.invalid`;
    const id = await createPerson(app, tx, { email, name: null, passwordHash: null });
    const workspace = await createWorkspace(app, tx, { name: "Privacy check", ownerId: id, acceptedBy: null });
    return { workspaceId: workspace.workspaceId, ownerId: id };
  });
  const contactId = await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const people = [{ workspaceId, name, aliases: [{ kind: "phone" as const, value: phone }] }];
    const { contactIds } = await resolveContacts(app, tx, people);
    return contactIds[0] ?? "";
  });
  return { workspaceId, ownerId, contactId, needles: [name, phone] };
}

/** Whether every table of workspaces has its two policies, switched on and forced where it is declared so. */
export async function hasPolicies(client: pg.ClientBase, tables: readonly PgTable[]): Promise<boolean> {
  const { rows } = await client.query<{ name: string; isOn: boolean; isForced: boolean; policies: number }>(
    `select relname as name, relrowsecurity as "isOn", relforcerowsecurity as "isForced",
       (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
     from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
  );
  const live = new Map(rows.map((row) => [row.name, row]));
  return tables
    .map(describe)
    .filter(({ privacy }) => privacy.scope === "workspace")
    .every(({ name, privacy }) => {
      const row = live.get(name);
      return row?.isOn === true && row.policies === 2 && row.isForced === (privacy.rowSecurity !== "enabled");
    });
}

function areFilesPrivate({ config }: App): boolean {
  if (process.platform === "win32") return true;
  const rootKey = config.rootKey === undefined ? [config.rootKeyFile ?? path.resolve(config.dataDir, "root.key")] : [];
  const others = config.rootKeyFile === undefined ? 0o077 : 0o022; // a mounted secret may be readable
  const isPrivate = (file: string, mask: number) => (statSync(file).mode & mask) === 0;
  return (
    isPrivate(path.resolve(config.dataDir, "keyring", "keyring.db"), 0o077) &&
    rootKey.every((file) => isPrivate(file, others))
  );
}

async function remove(app: App, client: pg.ClientBase, { workspaceId, ownerId }: Made): Promise<boolean> {
  const now = app.clock.now();
  app.keyring.destroy([`workspace:${workspaceId}`, `person:${ownerId}`]);
  await app.db.tx({ workspaceIds: [workspaceId] }, (tx) => endWorkspace(tx, workspaceId, now));
  await emptyWorkspace(app, workspaceId, now);
  await app.db.tx({ workspaceIds: [] }, (tx) => forgetPersonRow(tx, ownerId));
  await app.db.tx({ workspaceIds: [workspaceId] }, (tx) => removeWorkspace(tx, workspaceId));
  const { rows } = await client.query(
    "select 1 from person where id = $1 union all select 1 from contact where workspace_id = $2",
    [ownerId, workspaceId],
  );
  return rows.length === 0;
}
