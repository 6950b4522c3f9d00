import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { problem, type ProblemDeclaration, type ProblemError } from "../platform/problem.ts";
import { seal, tryOpenText } from "../platform/seal.ts";
import type { Address } from "../providers/address.ts";
import { attestImport, importAttestation } from "./attest-import.ts";
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
      z.object({ isImported: z.literal(true), contactId: z.string(), isNew: z.boolean() }),
      z.object({
        isImported: z.literal(false),
        problem: z.object({ code: z.string(), title: z.string(), detail: z.string().optional() }),
      }),
    ]),
  ),
});

interface Wanted {
  at: number;
  row: ImportRow;
  aliases: Address[];
}

/** Each row is taken or refused for itself; the answer keeps the order. The same file twice changes nothing the second time. */
export async function importContacts(
  ctx: Ctx,
  input: z.output<typeof contactImport>,
): Promise<z.output<typeof importView>> {
  const data: z.output<typeof importView>["data"] = [];
  const refuse = (at: number, { code, title }: ProblemDeclaration, detail?: string): void => {
    data[at] = { isImported: false, problem: { code, title, ...(detail === undefined ? {} : { detail }) } };
  };
  const judge = await judgeAttributes(
    ctx,
    input.contacts.flatMap((row) => Object.keys(row.attributes ?? {})),
  );
  const valid = input.contacts.flatMap((row, at): Wanted[] => {
    const aliases = addressesOf(row);
    const wrong = firstWrong(judge, row);
    if (aliases && !wrong) return [{ at, row, aliases }];
    refuse(at, aliases && wrong ? wrong.declaration : addressInvalid, aliases && wrong?.detail);
    return [];
  });
  const wanted = await keepAgreeing(ctx, valid, ({ at }) => refuse(at, addressesDiffer));
  const people = await resolveContacts(
    ctx,
    ctx.tx,
    wanted.map(({ aliases }) => ref(ctx, aliases)),
  );
  const created = new Set(people.created.map((item) => item.contactId));
  const changes = new Map<string, { name?: string; attributes?: Record<string, string> }>();
  wanted.forEach(({ at, row }, n) => {
    const contactId = people.contactIds[n];
    if (!contactId) return refuse(at, addressInvalid);
    data[at] = { isImported: true, contactId, isNew: created.has(contactId) };
    const known = changes.get(contactId) ?? {};
    if (row.name !== undefined) known.name = row.name;
    if (row.attributes) known.attributes = { ...known.attributes, ...row.attributes };
    changes.set(contactId, known);
  });
  const changed = await writeImported(ctx, changes, input.overwriteNames, people.keys);
  await attestImport(ctx, input.attestation, [...changes.keys()]);
  const item = (contactId: string) => ({ workspaceId: ctx.workspaceId, payload: { contactId } });
  await ctx.emit(ctx.tx, contactCreated, [...created].map(item));
  const updated = new Set([...changed, ...people.updated.map((one) => one.contactId)]);
  await ctx.emit(ctx.tx, contactUpdated, [...updated].filter((id) => !created.has(id)).map(item));
  return { data };
}

function firstWrong(judge: Judge, { attributes: given = {} }: ImportRow): ProblemError | null {
  for (const [name, value] of Object.entries(given)) {
    const wrong = judge(name, value);
    if (wrong) return wrong;
  }
  return null;
}

const ref = (ctx: Ctx, aliases: readonly Address[], isOnlyKnown = false): PersonRef => ({
  workspaceId: ctx.workspaceId,
  aliases,
  isOnlyKnown,
});

function addressesOf({ phone, userId }: ImportRow): Address[] | undefined {
  const compact = phone?.replaceAll(/[\s().-]/g, "");
  const isPhone = compact === undefined || /^\+[1-9]\d{6,14}$/.test(compact);
  // WhatsApp's user ids: a country, a dot, letters and digits
  const isUserId = userId === undefined || /^[A-Z]{2}\.[0-9A-Za-z]{1,128}$/.test(userId);
  if (!isPhone || !isUserId || (compact === undefined && userId === undefined)) return undefined;
  return [
    ...(compact === undefined ? [] : [{ kind: "phone" as const, value: compact }]),
    ...(userId === undefined ? [] : [{ kind: "wa_user_id" as const, value: userId }]),
  ];
}

/** A list must not make one person of two who are known apart: it may be wrong, and a merge cannot be undone. */
async function keepAgreeing(
  ctx: Ctx,
  rows: readonly Wanted[],
  refuse: (row: Wanted) => void,
): Promise<readonly Wanted[]> {
  const ownerOf = new Map<string, string>();
  const doubtful = rows.filter(({ aliases }) => aliases.length > 1);
  if (doubtful.length === 0) return rows;
  const singles = rows.flatMap(({ aliases }) => aliases);
  const known = await resolveContacts(
    ctx,
    ctx.tx,
    singles.map((alias) => ref(ctx, [alias], true)),
  );
  const keyOf = (alias: Address): string => `${alias.kind}/${alias.value}`;
  singles.forEach((alias, n) => {
    const owner = known.contactIds[n];
    if (owner) ownerOf.set(keyOf(alias), owner);
  });
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

/** Writes names and attributes; returns the contacts that became different. */
async function writeImported(
  ctx: Ctx,
  changes: ReadonlyMap<string, { name?: string; attributes?: Record<string, string> }>,
  overwriteNames: boolean,
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
  if (writes.length === 0) return [];
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
