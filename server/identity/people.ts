// People: who they are, how they are found, what they may change about themselves.
import { z } from "zod";
import { contactOf } from "../platform/config.ts";
import type { App, Ctx, Role } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { deliveryOf, mailDelivery } from "../platform/mail.ts";
import { problem, unauthorized } from "../platform/problem.ts";
import { everyChannelAccess, isAllowed, permissions, type Access, type Permission } from "../platform/route.ts";
import { roleSchema } from "./identity-events.ts";
import { suspensionReasons, type SuspensionReason } from "./suspend-workspace.ts";
import { blindIndex, openText, seal } from "../platform/seal.ts";

export const emailTaken = problem({
  code: "person.email_taken",
  status: 409,
  title: "Somebody uses this e-mail address already.",
  fix: "Sign in with it, or reset its password.",
});

export const wrongPassword = problem({
  code: "person.wrong_password",
  status: 403,
  title: "The password is wrong.",
  fix: "Enter the password you sign in with, or reset it by mail.",
});

/** Addresses are compared without case and surrounding space; the part before the @ is kept otherwise as it is. */
export const emailSchema = z
  .string()
  .trim()
  .max(254)
  .transform((text) => text.normalize("NFC").toLowerCase())
  .pipe(z.email("is not an e-mail address"));

/** Length alone decides (NIST SP 800-63B): no composition rules, no rotation. */
export const passwordSchema = z.string().min(12, "has at least 12 characters").max(128, "has at most 128 characters");
/** For checking one that exists: only long enough to be worth a hash. */
export const givenPasswordSchema = z.string().min(1).max(128);
export const personNameSchema = z.string().trim().min(1).max(120);
/** International, with what people put between the digits. */
export const phoneSchema = z
  .string()
  .trim()
  .max(40)
  .transform((text) => text.replaceAll(/[\s().-]/g, ""))
  .pipe(z.string().regex(/^\+[1-9]\d{6,14}$/, "begins with + and the country, like +60 12 345 6789"));

export interface PersonRow {
  id: string;
  email: Buffer;
  name: Buffer | null;
  phone: Buffer | null;
  passwordHash: string | null;
  createdAt: Date;
}

export const personColumns = `id, email, name, phone, password_hash as "passwordHash", created_at as "createdAt"`;

type Keys = Pick<App, "keyring">;

/** By which a person is found: the address itself is sealed. */
export function emailIndex({ keyring }: Keys, email: string): Buffer {
  return blindIndex(keyring.indexKey("installation", "address"), "email", email);
}

type PersonColumn = "email" | "name" | "phone";

/** Where a column of a person is sealed. */
export const personPlace = (id: string, column: PersonColumn) => ({
  table: "person",
  column,
  row: id,
  workspace: "",
});

function sealFor({ keyring }: Keys, id: string, column: PersonColumn, text: string): Buffer {
  const subject = `person:${id}`;
  const key = keyring.ensure([{ subject, parent: null }]).get(subject);
  if (!key) throw new Error("a person has no key");
  return seal(key, personPlace(id, column), text);
}

export function openPerson({ keyring }: Keys, row: Pick<PersonRow, "id" | "email" | "name">) {
  return {
    id: row.id,
    email: openText(keyring, personPlace(row.id, "email"), row.email),
    name: row.name === null ? null : openText(keyring, personPlace(row.id, "name"), row.name),
  };
}

/** The number that they gave for their colleagues; nothing else is done with it. */
export function openPhone({ keyring }: Keys, row: Pick<PersonRow, "id" | "phone">): string | null {
  return row.phone === null ? null : openText(keyring, personPlace(row.id, "phone"), row.phone);
}

export async function findPersonByEmail(ctx: Keys, tx: Tx, email: string): Promise<PersonRow | undefined> {
  const [row] = await tx.query<PersonRow>(`select ${personColumns} from person where email_index = $1`, [
    emailIndex(ctx, email),
  ]);
  return row;
}

export async function findPerson(tx: Tx, id: string): Promise<PersonRow | undefined> {
  const [row] = await tx.query<PersonRow>(`select ${personColumns} from person where id = $1`, [id]);
  return row;
}

export interface NewPerson {
  email: string;
  name: string | null;
  phone?: string | null;
  /** null: can only come in by a link until they choose one */
  passwordHash: string | null;
}

/** Throws `emailTaken`. */
export async function createPerson(ctx: Keys & Pick<App, "clock">, tx: Tx, input: NewPerson): Promise<string> {
  const id = newId("per");
  const [made] = await tx.query<{ id: string }>(
    `insert into person (id, email, email_index, name, phone, password_hash, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (email_index) do nothing returning id`,
    [
      id,
      sealFor(ctx, id, "email", input.email),
      emailIndex(ctx, input.email),
      input.name === null ? null : sealFor(ctx, id, "name", input.name),
      input.phone ? sealFor(ctx, id, "phone", input.phone) : null,
      input.passwordHash,
      ctx.clock.now(),
    ],
  );
  if (!made) throw emailTaken();
  return id;
}

export async function hasPeople(tx: Tx): Promise<boolean> {
  return (await tx.query("select 1 from person limit 1")).length > 0;
}

/** A new password ends the penalty of wrong ones. */
export async function setPassword(ctx: Pick<App, "clock">, tx: Tx, personId: string, hash: string): Promise<void> {
  await tx.query(
    `update person set password_hash = $2, failed_sign_ins = 0, next_sign_in_at = null, updated_at = $3 where id = $1`,
    [personId, hash, ctx.clock.now()],
  );
}

export async function setName(ctx: Keys & Pick<App, "clock">, tx: Tx, id: string, name: string): Promise<void> {
  await tx.query("update person set name = $2, updated_at = $3 where id = $1", [
    id,
    sealFor(ctx, id, "name", name),
    ctx.clock.now(),
  ]);
}

/** `null` forgets it. */
export async function setPhone(
  ctx: Keys & Pick<App, "clock">,
  tx: Tx,
  id: string,
  phone: string | null,
): Promise<void> {
  await tx.query("update person set phone = $2, updated_at = $3 where id = $1", [
    id,
    phone === null ? null : sealFor(ctx, id, "phone", phone),
    ctx.clock.now(),
  ]);
}

/** Throws `emailTaken`. */
export async function setEmail(ctx: Keys & Pick<App, "clock">, tx: Tx, id: string, email: string): Promise<void> {
  const index = emailIndex(ctx, email);
  const taken = await tx.query("select 1 from person where email_index = $1 and id <> $2", [index, id]);
  if (taken.length > 0) throw emailTaken();
  await tx.query("update person set email = $2, email_index = $3, updated_at = $4 where id = $1", [
    id,
    sealFor(ctx, id, "email", email),
    index,
    ctx.clock.now(),
  ]);
}

export interface Membership {
  workspaceId: string;
  workspaceName: string;
  memberId: string;
  role: Role;
  channelIds: string[] | null;
  /** of a closing workspace: its last moment */
  purgeAt: Date | null;
  /** until when it may send without having accepted the agreements in force; null: it has */
  agreementsDueAt: Date | null;
  suspendedReason: SuspensionReason | null;
}

/** In the order of joining; closed workspaces and ended memberships are left out. */
export async function membershipsOf(tx: Pick<Tx, "query">, personId: string): Promise<Membership[]> {
  return tx.query<Membership>(
    `select workspace_id as "workspaceId", workspace_name as "workspaceName", member_id as "memberId", role,
       channel_ids as "channelIds", purge_at as "purgeAt", agreements_due_at as "agreementsDueAt",
       suspended_reason as "suspendedReason" from kw.person_memberships($1)`,
    [personId],
  );
}

export const MeView = z.object({
  delivery: mailDelivery,
  person: z.object({
    id: z.string(),
    email: z.string(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    hasPassword: z.boolean(),
    createdAt: z.iso.datetime(),
  }),
  memberships: z.array(
    z.object({
      workspace: z.object({
        id: z.string(),
        name: z.string(),
        purgeAt: z.iso
          .datetime()
          .nullable()
          .describe("The workspace is closing: until then it can be read, exported and reopened."),
        agreementsDueAt: z.iso
          .datetime()
          .nullable()
          .describe("The agreements are not accepted in their present words: nothing is sent from then on."),
        suspension: z
          .object({ reason: z.enum(suspensionReasons), contact: z.email().nullable().describe("The operator's.") })
          .nullable()
          .describe("The operator stopped its sending."),
      }),
      memberId: z.string(),
      role: roleSchema,
      channelIds: z.array(z.string()).nullable().describe("The channels the member may see; null means all."),
      permissions: z
        .array(z.string())
        .describe("Of the role; and, where `channelIds` is null, what takes every channel (`contact:import`)."),
    }),
  ),
});

export function permissionsOf(role: Role): Permission[] {
  return (Object.keys(permissions) as Permission[]).filter((p) => (permissions[p] as readonly Role[]).includes(role));
}

const accesses = [permissions, everyChannelAccess].flatMap((all) => Object.keys(all) as Access[]);

/** What a member may do, with what takes every channel. */
function accessesOf(personId: string, { memberId, role, channelIds }: Membership): Access[] {
  const actor = { kind: "member", personId, memberId, loginId: "", role, channelIds } as const;
  return accesses.filter((access) => isAllowed(actor, access));
}

/** The person and where they belong. Throws `unauthorized` when the person is gone. */
export async function describeMe(
  ctx: Keys & Pick<App, "config">,
  tx: Tx,
  personId: string,
): Promise<z.input<typeof MeView>> {
  const row = await findPerson(tx, personId);
  if (!row) throw unauthorized();
  const memberships = await membershipsOf(tx, personId);
  return {
    delivery: deliveryOf(ctx.config),
    person: {
      ...openPerson(ctx, row),
      phone: openPhone(ctx, row),
      hasPassword: row.passwordHash !== null,
      createdAt: row.createdAt.toISOString(),
    },
    memberships: memberships.map((m) => ({
      workspace: {
        ...{ id: m.workspaceId, name: m.workspaceName, purgeAt: m.purgeAt?.toISOString() ?? null },
        agreementsDueAt: m.agreementsDueAt?.toISOString() ?? null,
        suspension: m.suspendedReason && { reason: m.suspendedReason, contact: contactOf(ctx.config) },
      },
      memberId: m.memberId,
      role: m.role,
      channelIds: m.channelIds,
      permissions: accessesOf(personId, m),
    })),
  };
}

/** The person behind a signed-in request. Throws `unauthorized` for keys and anonymous callers. */
export function personOf(ctx: Pick<Ctx, "actor">): { personId: string; loginId: string } {
  if (ctx.actor.kind === "member" || ctx.actor.kind === "person") return ctx.actor;
  throw unauthorized();
}
