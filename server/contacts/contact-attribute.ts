// What a workspace notes about its contacts: attributes are declared, with a type and a category, before a value can be written.
import { z } from "zod";
import { actedBy, actedBySchema } from "../identity/identity-events.ts";
import type { Ctx } from "../platform/context.ts";
import { sqlState } from "../platform/db-errors.ts";
import { event } from "../platform/event.ts";
import { newId } from "../platform/ids.ts";
import { notFound, problem } from "../platform/problem.ts";
import { skeletonOf, specialKindsIn } from "./attribute-names.ts";
import { assertSpecialAllowed } from "./special-category.ts";
import { specialKinds, type SpecialKind } from "./special-words.ts";

export const contactAttributeChanged = event({
  type: "contact_attribute.changed",
  doc: "Emitted when an attribute of contacts was declared, changed or removed, and again when the last of its values is destroyed.",
  payload: z.object({
    attributeId: z.string(),
    action: z.enum(["created", "changed", "removed", "destroyed"]),
    by: actedBySchema,
  }),
});

export const attributeTaken = problem({
  code: "contact_attribute.name_taken",
  status: 409,
  title: "There is an attribute of that name already, or of one that looks the same.",
  fix: "Use the existing one, or choose a name that differs by more than case, accents, spaces or look-alike letters.",
});

export const tooManyAttributes = problem({
  code: "contact_attribute.too_many",
  status: 409,
  title: "A workspace has 1,000 attributes at most.",
  fix: "Remove one that nobody uses any more.",
});

export const attributeTellsSpecial = problem({
  code: "contact_attribute.special",
  status: 409,
  title: "By its name or label the attribute holds a special category of data (GDPR Art. 9 or 10).",
  fix: "Declare it with one of the `special.` categories, which an owner has to turn on first; or name it so that it says what else it is.",
  extra: { kinds: z.array(z.enum(specialKinds)) },
});

const MAX_ATTRIBUTES = 1000;

export const attributeTypes = ["text", "number", "date", "boolean", "choice"] as const;
export type AttributeType = (typeof attributeTypes)[number];

/** Categories of the data map that fit what is noted about a contact, and the special ones. */
export const attributeCategories = [
  ...(["user.content", "user.name", "user.contact.email", "user.contact.phone_number"] as const),
  ...(["user.unique_id", "user.behavior"] as const),
  ...specialKinds.map((kind): `special.${SpecialKind}` => `special.${kind}`),
] as const;

export const isSpecial = (category: string): boolean => category.startsWith("special.");

// Letters that are not shown, or that turn the direction, would make two names of one. An object has a `__proto__` of its own.
const name = z
  .string()
  .trim()
  .normalize("NFC")
  .min(1)
  .max(60)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, "may hold no invisible letters")
  .refine((text) => text !== "__proto__" && skeletonOf(text) !== "", "needs a letter or a digit");
const label = z
  .string()
  .trim()
  .normalize("NFC")
  .min(1)
  .max(60)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, "may hold no invisible letters");
const option = z.string().trim().normalize("NFC").min(1).max(100);
const options = z
  .array(option)
  .max(100)
  .refine((list) => new Set(list).size === list.length, "may hold each option once")
  .describe("`choice`: what can be chosen, in this order. Empty for every other type.");

const isComplete = ({ type, options: list }: { type: string; options: readonly string[] }): boolean =>
  (type === "choice") === list.length > 0;

export const newAttribute = z
  .object({
    name: name.describe("The key under which values are written; it cannot be changed."),
    label: label.optional().describe("What people read; the name when left out."),
    type: z.enum(attributeTypes),
    options: options.default([]),
    category: z.enum(attributeCategories).describe("What kind of personal data the values are; it cannot be changed."),
  })
  .refine(isComplete, { path: ["options"], message: "are for a choice, which needs at least one" });

export const attributePatch = z.object({
  label: label.optional(),
  options: options.optional().describe("Values that were chosen before stay as they are until they are changed."),
});

export const attributeView = z
  .object({
    id: z.string(),
    name: z.string(),
    label: z.string(),
    type: z.enum(attributeTypes),
    options: z.array(z.string()),
    category: z.enum(attributeCategories),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    removedAt: z.iso
      .datetime()
      .nullable()
      .describe("It is being removed, with its values: nothing is written any more."),
  })
  .meta({ id: "ContactAttribute" });
export type AttributeView = z.output<typeof attributeView>;

interface Row extends Omit<AttributeView, "createdAt" | "updatedAt" | "removedAt"> {
  createdAt: Date;
  updatedAt: Date;
  removedAt: Date | null;
}

const columns = `id, name, label, type, options, category, created_at as "createdAt", updated_at as "updatedAt", removed_at as "removedAt"`;

const view = (row: Row): AttributeView => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  removedAt: row.removedAt?.toISOString() ?? null,
});

type ReadCtx = Pick<Ctx, "tx" | "workspaceId">;

/** Every attribute of the workspace, by label. */
export async function listAttributes({ tx, workspaceId }: ReadCtx): Promise<AttributeView[]> {
  const rows = await tx.named<Row>(
    "contact_attribute.list",
    `select ${columns} from contact_attribute where workspace_id = $1 order by label, id`,
    [workspaceId],
  );
  return rows.map(view);
}

/** @throws not_found */
export async function readAttribute({ tx, workspaceId }: ReadCtx, id: string): Promise<AttributeView> {
  const [row] = await tx.query<Row>(`select ${columns} from contact_attribute where workspace_id = $1 and id = $2`, [
    workspaceId,
    id,
  ]);
  if (!row) throw notFound();
  return view(row);
}

function assertNamedRight(category: string, texts: readonly string[]): void {
  if (isSpecial(category)) return;
  const kinds = [...new Set(texts.flatMap(specialKindsIn))];
  if (kinds.length > 0) throw attributeTellsSpecial({ kinds });
}

/**
 * @throws contact_attribute.name_taken · contact_attribute.too_many · contact_attribute.special · special_category.not_enabled
 */
export async function createAttribute(ctx: Ctx, input: z.output<typeof newAttribute>): Promise<AttributeView> {
  const { tx, workspaceId } = ctx;
  const text = input.label ?? input.name;
  assertNamedRight(input.category, [input.name, text]);
  if (isSpecial(input.category)) await assertSpecialAllowed(ctx);
  const [made] = await tx
    .query<Row>(
      `insert into contact_attribute (workspace_id, id, name, skeleton, label, type, options, category, created_at, updated_at)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9, $9
       where (select count(*) from contact_attribute where workspace_id = $1) < $10 returning ${columns}`,
      [
        ...[workspaceId, newId("cat", ctx.clock.ms()), input.name, skeletonOf(input.name), text, input.type],
        ...[input.options, input.category, ctx.clock.now(), MAX_ATTRIBUTES],
      ],
    )
    .catch((error: unknown) => {
      if (sqlState(error) === "23505") throw attributeTaken();
      throw error;
    });
  if (!made) throw tooManyAttributes();
  await tellAttributeChanged(ctx, made.id, "created");
  return view(made);
}

/** @throws not_found · contact_attribute.special · validation_failed */
export async function updateAttribute(
  ctx: Ctx,
  id: string,
  patch: z.output<typeof attributePatch>,
): Promise<AttributeView> {
  const before = await readAttribute(ctx, id);
  if (before.removedAt !== null) throw notFound();
  if (patch.label !== undefined) assertNamedRight(before.category, [patch.label]);
  if (!isComplete({ type: before.type, options: patch.options ?? before.options })) throw optionsNotFitting();
  const [row] = await ctx.tx.query<Row>(
    `update contact_attribute set label = coalesce($3, label), options = coalesce($4, options), updated_at = $5
     where workspace_id = $1 and id = $2 and removed_at is null returning ${columns}`,
    [ctx.workspaceId, id, patch.label ?? null, patch.options ?? null, ctx.clock.now()],
  );
  if (!row) throw notFound();
  await tellAttributeChanged(ctx, id, "changed");
  return view(row);
}

export const optionsNotFitting = problem({
  code: "contact_attribute.options",
  status: 400,
  title: "Options are for an attribute of the type `choice`, which needs at least one.",
});

export async function tellAttributeChanged(
  ctx: Pick<Ctx, "emit" | "tx" | "workspaceId" | "actor">,
  attributeId: string,
  action: "created" | "changed" | "removed" | "destroyed",
): Promise<void> {
  const payload = { attributeId, action, by: actedBy(ctx.actor) };
  await ctx.emit(ctx.tx, contactAttributeChanged, [{ workspaceId: ctx.workspaceId, payload }]);
}
