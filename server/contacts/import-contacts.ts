import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { problem, type ProblemDeclaration } from "../platform/problem.ts";
import { seal, tryOpenText } from "../platform/seal.ts";
import type { Address } from "../providers/address.ts";
import { attestImport, importAttestation, type ImportAttestation } from "./attest-import.ts";
import { contactCreated, contactUpdated } from "./contact-events.ts";
import { attributes } from "./contact.ts";
import { contactPlace } from "./contact-places.ts";
import { judgeAttributes, type Judge } from "./judge-attributes.ts";
import { resolveContacts, type PersonRef } from "./resolve-contacts.ts";

const addressInvalid = problem({
  code: "contact.address_invalid",
  status: 400,
  title: "A row needs a phone number as E.164 with `+`, or a user id of the provider.",
});

const addressesDiffer = problem({
  code: "contact.addresses_differ",
  status: 409,
  title: "The phone number and the user id of the row belong to two different contacts.",
  fix: "Import them as two rows. Only messages of the person themself join two contacts.",
});

export const importProblems = [addressInvalid, addressesDiffer];

export const contactImport = z.object({
  contacts: z
    .array(
      z.object({
        name: z.string().trim().min(1).max(256).optional(),
        phone: z.string().max(40).optional().describe("E.164 with `+`; spaces and punctuation are ignored."),
        userId: z.string().max(200).optional().describe("The provider's own id of the person."),
        attributes: attributes.optional().describe("Added to those the contact has; the same name replaces."),
      }),
    )
    .min(1)
    .max(1000),
  attestation: importAttestation,
  overwriteNames: z.boolean().default(false).describe("true: also names that the team gave."),
});
type ImportRow = z.output<typeof contactImport>["contacts"][number];

export const importView = z.object({
  data: z.array(
    z.union([
      z.object({
        ...{ isImported: z.literal(true), contactId: z.string(), isNew: z.boolean() },
        isChanged: z.boolean().describe("Of a contact that was known: whether anything became different."),
      }),
      z.object({
        isImported: z.literal(false),
        problem: z.object({
          ...{ code: z.string(), title: z.string(), detail: z.string().optional() },
          attribute: z.string().optional().describe("Whose value it is about."),
        }),
      }),
    ]),
  ),
});

interface Wanted {
  at: number;
  row: ImportRow;
  aliases: Address[];
}

export interface ImportOptions {
  isDryRun?: boolean;
  /** Is told each value without which a row is taken; without it, such a row is refused. */
  leaveOut?: (at: number, value: { attribute: string; code: string }) => void;
}

/**
 * Each row is taken or refused for itself; the answer keeps the order. The same file twice changes nothing the second time. A dry run says
 * what would become of each row and writes nothing; the ids of those who would be new are none.
 */
export async function importContacts(
  ctx: Ctx,
  input: Pick<z.output<typeof contactImport>, "contacts" | "overwriteNames"> & { attestation?: ImportAttestation },
  { isDryRun = false, leaveOut }: ImportOptions = {},
): Promise<z.output<typeof importView>> {
  const data: z.output<typeof importView>["data"] = [];
  const refuse = (
    at: number,
    { code, title }: ProblemDeclaration,
    more: { detail?: string; attribute?: string } = {},
  ) => {
    data[at] = { isImported: false, problem: { code, title, ...more } };
  };
  const judge = await judgeAttributes(
    ctx,
    input.contacts.flatMap((row) => Object.keys(row.attributes ?? {})),
  );
  const valid = input.contacts.flatMap((row, at): Wanted[] => {
    const aliases = addressesOf(row);
    const wrong = wrongValues(judge, row);
    const [first] = wrong;
    if (!aliases) refuse(at, addressInvalid);
    else if (first && !leaveOut) refuse(at, first.declaration, first.more);
    else {
      for (const { attribute, declaration } of wrong) leaveOut?.(at, { attribute, code: declaration.code });
      const names = wrong.map(({ attribute }) => attribute);
      return [{ at, row: names.length === 0 ? row : without(row, names), aliases }];
    }
    return [];
  });
  const wanted = await keepAgreeing(ctx, valid, ({ at }) => refuse(at, addressesDiffer));
  const refs = wanted.map(({ aliases }) => ref(ctx, aliases));
  const people = isDryRun ? await foresee(ctx, wanted) : await resolveContacts(ctx, ctx.tx, refs);
  const created = new Set(people.created.map((item) => item.contactId));
  const changes = new Map<string, { name?: string; attributes?: Record<string, string> }>();
  wanted.forEach(({ at, row }, n) => {
    const contactId = people.contactIds[n];
    if (!contactId) return refuse(at, addressInvalid);
    data[at] = { isImported: true, contactId, isNew: created.has(contactId), isChanged: false };
    const known = changes.get(contactId) ?? {};
    if (row.name !== undefined) known.name = row.name;
    if (row.attributes) known.attributes = { ...known.attributes, ...row.attributes };
    changes.set(contactId, known);
  });
  const changed = await writeImported(ctx, changes, { ...input, isDryRun }, people.keys);
  const updated = new Set([...changed, ...people.updated.map((one) => one.contactId)]);
  for (const row of data) if (row.isImported) row.isChanged = !row.isNew && updated.has(row.contactId);
  if (isDryRun) return { data };
  if (input.attestation) await attestImport(ctx, input.attestation, [...changes.keys()]);
  const item = (contactId: string) => ({ workspaceId: ctx.workspaceId, payload: { contactId } });
  await ctx.emit(ctx.tx, contactCreated, [...created].map(item));
  await ctx.emit(ctx.tx, contactUpdated, [...updated].filter((id) => !created.has(id)).map(item));
  return { data };
}

/** The values of a row that may not be written. */
function wrongValues(judge: Judge, { attributes: given = {} }: ImportRow) {
  return Object.entries(given).flatMap(([attribute, value]) => {
    const wrong = judge(attribute, value);
    if (!wrong) return [];
    const { declaration, detail } = wrong;
    return [{ attribute, declaration, more: { attribute, ...(detail === undefined ? {} : { detail }) } }];
  });
}

function without(row: ImportRow, names: readonly string[]): ImportRow {
  const { attributes: given = {}, ...rest } = row;
  const left = Object.entries(given).filter(([name]) => !names.includes(name));
  return left.length === 0 ? rest : { ...rest, attributes: Object.fromEntries(left) };
}

const ref = (ctx: Ctx, aliases: readonly Address[], isOnlyKnown = false): PersonRef => ({
  workspaceId: ctx.workspaceId,
  aliases,
  isOnlyKnown,
});

/** WhatsApp's user ids: a country, a dot, letters and digits. */
export const isUserId = (text: string): boolean => /^[A-Z]{2}\.[0-9A-Za-z]{1,128}$/.test(text);

/** Who a row is about; undefined where it does not say so rightly. */
export function addressesOf({ phone, userId }: Pick<ImportRow, "phone" | "userId">): Address[] | undefined {
  const compact = phone?.replaceAll(/[\s().-]/g, "");
  const isPhone = compact === undefined || /^\+[1-9]\d{6,14}$/.test(compact);
  if (!isPhone || (userId !== undefined && !isUserId(userId)) || (compact === undefined && userId === undefined))
    return undefined;
  return [
    ...(compact === undefined ? [] : [{ kind: "phone" as const, value: compact }]),
    ...(userId === undefined ? [] : [{ kind: "wa_user_id" as const, value: userId }]),
  ];
}

const keyOf = ({ kind, value }: Address): string => `${kind}/${value}`;

/** Who is known under each of these addresses. Asked for one by one: together, an address that is not known yet would be learned. */
async function findOwners(ctx: Ctx, rows: readonly Wanted[]) {
  const singles = rows.flatMap(({ aliases }) => aliases);
  const refs = singles.map((alias) => ref(ctx, [alias], true));
  const { contactIds, keys } = await resolveContacts(ctx, ctx.tx, refs);
  const ownerOf = new Map<string, string>();
  singles.forEach((alias, n) => {
    const owner = contactIds[n];
    if (owner) ownerOf.set(keyOf(alias), owner);
  });
  return { ownerOf, keys };
}

/** What `resolveContacts` would answer, without making anybody or learning an address. */
async function foresee(ctx: Ctx, rows: readonly Wanted[]): Promise<Awaited<ReturnType<typeof resolveContacts>>> {
  const { ownerOf, keys } = await findOwners(ctx, rows);
  const { workspaceId } = ctx;
  const known = new Set(ownerOf.values());
  const made: string[] = [];
  const learned: string[] = [];
  const contactIds = rows.map(({ aliases }, n) => {
    const owner = aliases.flatMap((alias) => ownerOf.get(keyOf(alias)) ?? [])[0] ?? `new ${n}`;
    if (!known.has(owner)) made.push(owner);
    else if (aliases.some((alias) => !ownerOf.has(keyOf(alias)))) learned.push(owner);
    for (const alias of aliases) ownerOf.set(keyOf(alias), owner);
    return owner;
  });
  const items = (ids: readonly string[]) => [...new Set(ids)].map((contactId) => ({ workspaceId, contactId }));
  return { contactIds, keys, created: items(made), updated: items(learned) };
}

/** A list must not make one person of two who are known apart: it may be wrong, and a merge cannot be undone. */
async function keepAgreeing(
  ctx: Ctx,
  rows: readonly Wanted[],
  refuse: (row: Wanted) => void,
): Promise<readonly Wanted[]> {
  if (rows.every(({ aliases }) => aliases.length < 2)) return rows;
  const { ownerOf } = await findOwners(ctx, rows);
  // rows of the file bind addresses too, in their order
  return rows.filter((row) => {
    const owners = new Set(row.aliases.flatMap((alias) => ownerOf.get(keyOf(alias)) ?? []));
    if (owners.size > 1) {
      refuse(row);
      return false;
    }
    const [owner = `row ${row.at}`] = owners;
    for (const alias of row.aliases) ownerOf.set(keyOf(alias), owner);
    return true;
  });
}

/** Writes names and attributes; returns the contacts that became different, or would. */
async function writeImported(
  ctx: Ctx,
  changes: ReadonlyMap<string, { name?: string; attributes?: Record<string, string> }>,
  { overwriteNames, isDryRun }: { overwriteNames: boolean; isDryRun: boolean },
  keys: Awaited<ReturnType<typeof resolveContacts>>["keys"],
): Promise<string[]> {
  const { workspaceId, keyring, tx } = ctx;
  const ids = [...changes.keys()].toSorted();
  if (ids.length === 0) return [];
  const rows = await tx.named<{
    id: string;
    name: Buffer | null;
    name_source: string;
    attributes: Buffer | null;
  }>(
    "contact.for_import",
    `select id, name, name_source, attributes from contact where workspace_id = $1 and id = any ($2::text[]) order by id for update`,
    [workspaceId, ids],
  );
  const writes = rows.flatMap((row) => {
    const change = changes.get(row.id);
    const key = keys.get(`contact:${row.id}`);
    if (!change || !key) return [];
    const open = (column: "name" | "attributes"): string | null =>
      row[column] && tryOpenText(keyring, contactPlace(workspaceId, row.id, column), row[column]);
    const mayName = row.name_source !== "member" || overwriteNames;
    const name = mayName && change.name !== undefined && change.name !== open("name") ? change.name : null;
    const old = open("attributes") ?? "{}";
    const next = JSON.stringify({ ...(JSON.parse(old) as object), ...change.attributes });
    const place = (column: "name" | "attributes") => contactPlace(workspaceId, row.id, column);
    if (name === null && next === old) return [];
    return [
      {
        id: row.id,
        sealedName: name === null ? null : seal(key, place("name"), name),
        sealedAttributes: next === old ? null : seal(key, place("attributes"), next),
      },
    ];
  });
  if (writes.length === 0 || isDryRun) return writes.map((write) => write.id);
  await tx.named(
    "contact.import",
    `update contact c set name = coalesce(x.n, c.name), name_source = case when x.n is null then c.name_source else 'import' end,
       attributes = coalesce(x.a, c.attributes), updated_at = $5
     from unnest($2::text[], $3::bytea[], $4::bytea[]) as x (i, n, a) where c.workspace_id = $1 and c.id = x.i`,
    [
      workspaceId,
      writes.map((write) => write.id),
      writes.map((write) => write.sealedName),
      writes.map((write) => write.sealedAttributes),
      ctx.clock.now(),
    ],
  );
  return writes.map((write) => write.id);
}
