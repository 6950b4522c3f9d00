// Which column of a file is what: guessed from the header, decided by whoever imports.
import { z } from "zod";
import type { contactImport } from "../contacts/import-contacts.ts";
import { problem, type ProblemDeclaration } from "../platform/problem.ts";

export type ImportedContact = z.output<typeof contactImport>["contacts"][number];

const column = z.int().min(1).max(200).describe("The first column is 1.");
export const columnMapping = z
  .array(
    z.discriminatedUnion("to", [
      z.object({ column, to: z.literal("name") }),
      z.object({ column, to: z.literal("phone") }),
      z.object({ column, to: z.literal("userId") }),
      z.object({ column, to: z.literal("attribute"), attribute: z.string().trim().min(1).max(60) }),
    ]),
  )
  .min(1)
  .max(200)
  .describe("What is not named here is not taken. Several columns of a name are joined by spaces.")
  .superRefine((mapping, check) => {
    const wrong = (message: string): void => check.addIssue({ code: "custom", message });
    const isTwice = (values: readonly unknown[]): boolean => new Set(values).size < values.length;
    const of = (to: string) => mapping.filter((one) => one.to === to);
    if (isTwice(mapping.map((one) => one.column))) wrong("a column is one thing");
    if (of("phone").length > 1 || of("userId").length > 1)
      wrong("only one column is the phone number, one the user id");
    if (of("phone").length + of("userId").length === 0) wrong("a column has to be the phone number or the user id");
    if (isTwice(mapping.flatMap((one) => (one.to === "attribute" ? [one.attribute] : []))))
      wrong("an attribute comes from one column");
  });
export type ColumnMapping = z.output<typeof columnMapping>;
export type Target = "name" | "phone" | "userId";

export const rowTooLong = problem({
  code: "contact_import.row_too_long",
  status: 422,
  title: "The row has more cells than the header has columns; often a quote is missing.",
});

export const cellTooLong = problem({
  code: "contact_import.cell_too_long",
  status: 422,
  title:
    "The cell is longer than what it is for: a name has 256 letters at most, a phone number 40, a user id 200, an attribute 1,000.",
});

export const addressMissing = problem({
  code: "contact_import.address_missing",
  status: 422,
  title: "The row has neither a phone number nor a user id.",
});

export const phoneNotInternational = problem({
  code: "contact_import.phone_not_international",
  status: 422,
  title: "The phone number has no country: it has to begin with `+` and the country's code.",
});

export const rowProblems = [rowTooLong, cellTooLong, addressMissing, phoneNotInternational];

// words of a header in the seven languages of the product, without accents, spaces and punctuation
const words: Readonly<Record<Target, RegExp>> = {
  phone:
    /^(phone|phonenumber|phone1value|mobile|mobilephone|mobilenumber|cell|cellphone|tel|telephone|whatsapp|whatsappnumber|telefon|telefonnummer|handy|handynummer|mobil|mobilnummer|mobiltelefon|rufnummer|portable|numerodetelephone|telephoneportable|telefono|numerodetelefono|movil|telefonomovil|celular|telefone|numerodetelefone|telemovel|notelefon|nombortelefon|nomtelefon|telefonbimbit|notel|الهاتف|هاتف|رقمالهاتف|رقمهاتف|الجوال|جوال|رقمالجوال|موبايل|الموبايل|واتساب)$/,
  userId:
    /^(userid|whatsappid|whatsappuserid|waid|wauserid|bsuid|benutzerid|idutilisateur|iddeusuario|idusuario|idpengguna)$/,
  name: /^(name|names|fullname|contactname|displayname|firstname|givenname|middlename|lastname|surname|familyname|customername|vorname|nachname|familienname|kunde|kontakt|nom|prenom|nomcomplet|nombre|nombrecompleto|apellido|apellidos|nome|nomecompleto|sobrenome|apelido|nama|namapenuh|الاسم|اسم|الاسمالكامل|الاسمالاول|اسمالعائلة)$/,
};

const bare = (header: string): string =>
  header
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");

export interface Guess {
  guess: Target | "attribute" | null;
  attribute: string | null;
}

/** What each column probably is, by its words or as a declared attribute; null: nothing is taken that nobody chose. */
export function guessTargets(
  headers: readonly string[],
  declared: readonly { name: string; label: string }[],
): Guess[] {
  const taken = new Set<string>();
  const once = (key: string): boolean => !taken.has(key) && Boolean(taken.add(key));
  return headers.map((header): Guess => {
    const word = bare(header);
    const attribute = declared.find(({ name, label }) => word !== "" && [bare(name), bare(label)].includes(word))?.name;
    if (attribute !== undefined && once(`attribute ${attribute}`)) return { guess: "attribute", attribute };
    const guess = (["phone", "userId", "name"] as const).find((one) => words[one].test(word)) ?? null;
    return { guess: guess === "name" || (guess !== null && once(guess)) ? guess : null, attribute: null };
  });
}

export interface Refusal {
  row: number;
  column: number | null;
  code: string;
}

const limits = { name: 256, phone: 40, userId: 200, attribute: 1000 };

/** A row as the import takes it, or why it cannot be one. */
export function contactOf(
  { row, cells }: { row: number; cells: readonly string[] },
  mapping: ColumnMapping,
  columnCount: number,
): ImportedContact | Refusal {
  const refuse = ({ code }: ProblemDeclaration, at: number | null): Refusal => ({ row, column: at, code });
  const extra = cells.findIndex((cell, at) => at >= columnCount && cell.trim() !== "");
  if (extra !== -1) return refuse(rowTooLong, extra + 1);
  const names: string[] = [];
  const contact: ImportedContact = {};
  const attributes: Record<string, string> = Object.create(null);
  for (const one of mapping) {
    const text = (cells[one.column - 1] ?? "").trim();
    if (text === "") continue;
    if (text.length > limits[one.to]) return refuse(cellTooLong, one.column);
    if (one.to === "name") names.push(text);
    else if (one.to === "attribute") attributes[one.attribute] = text;
    // marks of writing direction come along when a number is copied from a right-to-left page
    else contact[one.to] = text.replaceAll(/\p{Cf}/gu, "").replaceAll("\u00A0", " ");
  }
  const name = names.join(" ");
  if (name.length > limits.name) return refuse(cellTooLong, columnOf(mapping, "name"));
  if (name !== "") contact.name = name;
  if (Object.keys(attributes).length > 0) contact.attributes = { ...attributes };
  if (contact.phone === undefined && contact.userId === undefined)
    return refuse(addressMissing, addressColumn(mapping));
  if (contact.phone !== undefined && /^[\d\s().-]+$/.test(contact.phone))
    return refuse(phoneNotInternational, columnOf(mapping, "phone"));
  return contact;
}

const columnOf = (mapping: ColumnMapping, to: Target): number | null =>
  mapping.find((one) => one.to === to)?.column ?? null;

export const attributeColumn = (mapping: ColumnMapping, name: string): number | null =>
  mapping.find((one) => one.to === "attribute" && one.attribute === name)?.column ?? null;

/** Where it stands who a row is about. */
export const addressColumn = (mapping: ColumnMapping): number | null =>
  columnOf(mapping, "phone") ?? columnOf(mapping, "userId");
