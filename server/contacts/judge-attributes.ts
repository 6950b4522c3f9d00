// Whether a value may be written: its attribute is declared, it is of its type, and whoever writes may.
import { z } from "zod";
import type { Ctx } from "../platform/context.ts";
import { problem, type ProblemError } from "../platform/problem.ts";
import { isSpecial, type AttributeType } from "./contact-attribute.ts";
import { maySeeSpecial } from "./special-category.ts";

export const attributeUnknown = problem({
  code: "contact_attribute.unknown",
  status: 400,
  title: "There is no attribute of that name in this workspace.",
  fix: "Declare it under Settings → Contact fields or with `POST /v1/contact-attributes`, with its type and category.",
});

export const attributeInvalid = problem({
  code: "contact_attribute.value_invalid",
  status: 400,
  title: "The value is not of the attribute's type.",
  fix: "number: `-12.5` · date: `2026-01-31` · boolean: `true` or `false` · choice: one of its options.",
});

export const attributeRestricted = problem({
  code: "contact_attribute.restricted",
  status: 403,
  title: "Values of special categories are for owners, admins, and keys with the scope `contact:special`.",
});

export const attributeNotYet = problem({
  code: "contact_attribute.not_yet",
  status: 409,
  title: "The privacy page in force does not say yet that special categories of data are held.",
  fix: "Wait until its new version counts: `GET /v1/special-categories` says when.",
});

export const attributeProblems = [attributeUnknown, attributeInvalid, attributeRestricted, attributeNotYet];

const forms: Record<Exclude<AttributeType, "choice">, z.ZodType> = {
  text: z.string(),
  number: z.string().regex(/^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$/),
  date: z.iso.date(),
  boolean: z.enum(["true", "false"]),
};

/** Null: it may be written. */
export type Judge = (name: string, value: string) => ProblemError | null;

/**
 * Reads the attributes of these names, and keeps them from being removed until the transaction ends, so that no value outlives its
 * attribute.
 */
export async function judgeAttributes(ctx: Ctx, names: readonly string[]): Promise<Judge> {
  const distinct = [...new Set(names)];
  const rows =
    distinct.length === 0
      ? []
      : await ctx.tx.named<{ name: string; type: AttributeType; options: string[]; category: string }>(
          "contact_attribute.judge",
          `select name, type, options, category from contact_attribute
           where workspace_id = $1 and name = any ($2::text[]) and removed_at is null order by id for share`,
          [ctx.workspaceId, distinct],
        );
  const known = new Map(rows.map((row) => [row.name, row]));
  return (name, value) => {
    const found = known.get(name);
    if (!found) return attributeUnknown({ detail: `“${name}” is not declared.` });
    const { type, options, category } = found;
    if (isSpecial(category)) {
      if (!maySeeSpecial(ctx.actor)) return attributeRestricted();
      if (ctx.policyGate.unheldUntil("user.special") !== undefined) return attributeNotYet();
    }
    const isRight = type === "choice" ? options.includes(value) : forms[type].safeParse(value).success;
    return isRight ? null : attributeInvalid({ detail: `“${name}” is of the type ${type}.` });
  };
}

/** Names of attributes whose values the actor is not shown. */
export async function hiddenAttributes(ctx: Ctx): Promise<ReadonlySet<string>> {
  return maySeeSpecial(ctx.actor) ? new Set() : specialNames(ctx);
}

/** Names of the attributes of special categories. */
export async function specialNames({ tx, workspaceId }: Pick<Ctx, "tx" | "workspaceId">): Promise<ReadonlySet<string>> {
  const rows = await tx.named<{ name: string }>(
    "contact_attribute.special",
    "select name from contact_attribute where workspace_id = $1 and category like 'special.%'",
    [workspaceId],
  );
  return new Set(rows.map(({ name }) => name));
}

/**
 * How a contact's attributes are written. `strict`: they replace all that the actor is shown, and one that may not be written ends it.
 * In the others it is refused for itself, its stored value stays, and special values go only where they are named:
 * `copy` of a person from elsewhere · `correction` by the person, whom no missing declaration keeps from what is held about them ·
 * `rest` of a correction, which leaves what it does not name.
 */
export type Manner = "strict" | "copy" | "correction" | "rest";

/**
 * What a contact's attributes become, and which were refused. A value that stays as it was is not judged again: those from before attributes
 * were declared, of an option that is gone or of another type stay readable, and can be removed. What the actor is not shown stays untouched.
 */
export async function nextAttributes(
  ctx: Ctx,
  stored: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
  manner: Manner = "strict",
): Promise<{ next: Record<string, string>; refused: Map<string, ProblemError> }> {
  const special = await specialNames(ctx);
  const mayNot = maySeeSpecial(ctx.actor) ? new Set<string>() : special;
  const old = new Map(Object.entries(stored));
  const isCorrection = manner === "correction" || manner === "rest";
  const isSame = ([name, value]: [string, string]): boolean => old.get(name) === value && !mayNot.has(name);
  const entries = Object.entries(wanted);
  const judge = await judgeAttributes(
    ctx,
    entries.filter((entry) => !isSame(entry)).map(([name]) => name),
  );
  const refused = new Map<string, ProblemError>();
  for (const [name, value] of entries) {
    const wrong = isSame([name, value]) ? null : judge(name, value);
    const isHeld = isCorrection && old.has(name) && wrong?.declaration.code === attributeUnknown.code;
    if (wrong && !isHeld) refused.set(name, wrong);
  }
  const [first] = refused.values();
  if (manner === "strict" && first) throw first;
  const stays = (name: string): boolean =>
    mayNot.has(name) ||
    refused.has(name) ||
    (!Object.hasOwn(wanted, name) && (manner === "rest" || (manner !== "strict" && special.has(name))));
  const kept = Object.entries(stored).filter(([name]) => stays(name));
  const taken = entries.filter(([name]) => !refused.has(name));
  return { next: Object.fromEntries([...kept, ...taken]), refused };
}
