import { LRUCache } from "lru-cache";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import type { DataKey } from "../platform/keyring.ts";
import { seal, tryOpenText } from "../platform/seal.ts";
import type { Address } from "../providers/address.ts";
import { contactPlace, identityPlace } from "./contact-places.ts";

export interface Profile {
  workspaceId: string;
  contactId: string;
  isNew: boolean;
  isGroup: boolean;
  /** addresses that are new for this contact */
  aliases: readonly (Address & { index: Buffer })[];
  name: string | undefined;
  username: (Address & { index: Buffer }) | undefined;
  /** what the row holds now */
  stored: { name: Buffer | null; nameSource: string } | undefined;
}

type WriteApp = Pick<App, "keyring" | "clock">;

// Opening a name to compare it costs more than all else about a known person: only when this process has not just done it.
const seenProfiles = new LRUCache<string, string>({ max: 50_000, ttl: 600_000, ttlAutopurge: false });

/** After a rollback: what was noted as written was not. */
export function forgetSeenProfiles(): void {
  seenProfiles.clear();
}

/** A name or user name that was wrong is not kept here any longer. */
export function forgetSeenProfile(contactId: string): void {
  seenProfiles.delete(contactId);
}

/** What of the told name and user name is to be written. A name given by the team is never overwritten. */
export function newsOf(app: WriteApp, profile: Profile): { name: boolean; username: boolean } {
  const told = `${profile.name ?? ""}\0${profile.username?.value ?? ""}`;
  if (told === "\0" || seenProfiles.get(profile.contactId) === told) return { name: false, username: false };
  seenProfiles.set(profile.contactId, told);
  return { name: isNewName(app, profile), username: profile.username !== undefined };
}

function isNewName(app: WriteApp, { name, isNew, stored, workspaceId, contactId }: Profile): boolean {
  if (name === undefined || isNew) return isNew;
  if (stored?.nameSource !== "provider") return false;
  return (
    stored.name === null || tryOpenText(app.keyring, contactPlace(workspaceId, contactId, "name"), stored.name) !== name
  );
}

/** Writes new contacts, new addresses and new names. `keys` holds the key of every contact. */
export async function writeContacts(
  app: WriteApp,
  tx: Tx,
  profiles: readonly Profile[],
  keys: ReadonlyMap<string, DataKey>,
): Promise<void> {
  if (profiles.length === 0) return;
  const now = app.clock.now();
  const keyOf = (contactId: string): DataKey => {
    const key = keys.get(`contact:${contactId}`);
    if (!key) throw new Error("a contact without a key cannot be written");
    return key;
  };
  const sealName = (item: Profile): Buffer | null =>
    item.name === undefined
      ? null
      : seal(keyOf(item.contactId), contactPlace(item.workspaceId, item.contactId, "name"), item.name);
  const fresh = profiles.filter((item) => item.isNew);
  const renamed = profiles
    .filter((item) => !item.isNew && item.name !== undefined)
    .toSorted((a, b) => (a.contactId < b.contactId ? -1 : 1));
  const identities = profiles.flatMap((item) =>
    [...item.aliases, ...(item.username ? [item.username] : [])].map((alias) => ({ item, alias, id: newId("cid") })),
  );
  // pipelined: the statements leave together and run in this order
  const work: Promise<unknown>[] = [];
  if (fresh.length > 0) {
    work.push(
      tx.named(
        "contact.insert",
        `insert into contact (workspace_id, id, name, is_group, created_at, updated_at)
         select w, i, n, g, $5, $5 from unnest($1::text[], $2::text[], $3::bytea[], $4::boolean[]) as x (w, i, n, g)`,
        [
          fresh.map((item) => item.workspaceId),
          fresh.map((item) => item.contactId),
          fresh.map(sealName),
          fresh.map((item) => item.isGroup),
          now,
        ],
      ),
    );
  }
  if (identities.length > 0) {
    // A conflict means: the owner was erased, or a user name changed hands.
    work.push(
      tx.named(
        "contact_identity.insert",
        `insert into contact_identity (workspace_id, id, contact_id, kind, address, address_index, created_at)
         select w, i, c, k, a, x, $7 from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bytea[])
           as item (w, i, c, k, a, x) order by w, k, x
         on conflict (workspace_id, kind, address_index) do update
           set id = excluded.id, contact_id = excluded.contact_id, address = excluded.address
           where contact_identity.contact_id <> excluded.contact_id`,
        [
          identities.map(({ item }) => item.workspaceId),
          identities.map(({ id }) => id),
          identities.map(({ item }) => item.contactId),
          identities.map(({ alias }) => alias.kind),
          identities.map(({ item, alias, id }) =>
            seal(keyOf(item.contactId), identityPlace(item.workspaceId, id), alias.value),
          ),
          identities.map(({ alias }) => alias.index),
          now,
        ],
      ),
    );
  }
  if (renamed.length > 0) {
    work.push(
      tx.named(
        "contact.rename",
        `update contact c set name = x.n, updated_at = $4 from unnest($1::text[], $2::text[], $3::bytea[]) as x (w, i, n)
         where c.workspace_id = x.w and c.id = x.i and c.name_source = 'provider'`,
        [renamed.map((item) => item.workspaceId), renamed.map((item) => item.contactId), renamed.map(sealName), now],
      ),
    );
  }
  await Promise.all(work);
}
