// Which column of a file is what: guessed from the header, decided by whoever imports.
import { z } from "zod";
import { isUserId, type contactImport } from "../contacts/import-contacts.ts";
import { problem, type ProblemDeclaration } from "../platform/problem.ts";
import { phoneProblems, userIdInvalid } from "./phone-problems.ts";
import { readDate, type DateOrder } from "./read-date.ts";
import { plainDigits, readPhone } from "./read-phone.ts";

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

export const dateAmbiguous = problem({
  code: "contact_import.date_ambiguous",
  status: 422,
  title: "The date can be read in two ways, and it was not said whether the day or the month comes first.",
});

export const rowProblems = [rowTooLong, cellTooLong, addressMissing, ...phoneProblems, dateAmbiguous];

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

/** Why a row was not taken; `isLeftOut`: why it was taken without the value of the column. */
export interface Refusal {
  row: number;
  column: number | null;
  code: string;
  isLeftOut: boolean;
}

/** How cells are read that can be read in several ways. */
export interface Reading {
  defaultCountry: string | null;
  dateOrder: DateOrder | null;
  /** Names of the attributes that are days. */
  dates: ReadonlySet<string>;
}

const limits = { name: 256, phone: 40, userId: 200, attribute: 1000 };

/** A row as the import takes it, with what it leaves out; or why it cannot be one. A bad address refuses it, any other bad value does not. */
export function contactOf(
  { row, cells }: { row: number; cells: readonly string[] },
  mapping: ColumnMapping,
  columnCount: number,
  reading: Reading,
): { contact: ImportedContact; leftOut: Refusal[] } | Refusal {
  const say = ({ code }: ProblemDeclaration, at: number | null, isLeftOut = false): Refusal => ({
    ...{ row, column: at, code, isLeftOut },
  });
  const extra = cells.findIndex((cell, at) => at >= columnCount && cell.trim() !== "");
  if (extra !== -1) return say(rowTooLong, extra + 1);
  const names: string[] = [];
  const contact: ImportedContact = {};
  const leftOut: Refusal[] = [];
  const attributes: Record<string, string> = Object.create(null);
  for (const one of mapping) {
    const text = (cells[one.column - 1] ?? "").trim();
    if (text === "") continue;
    const wrong = text.length > limits[one.to] ? cellTooLong : readInto(contact, names, attributes, one, text, reading);
    if (wrong === null) continue;
    if (one.to === "phone" || one.to === "userId") return say(wrong, one.column);
    leftOut.push(say(wrong, one.column, true));
  }
  const name = names.join(" ");
  if (name.length > limits.name) leftOut.push(say(cellTooLong, columnOf(mapping, "name"), true));
  else if (name !== "") contact.name = name;
  if (Object.keys(attributes).length > 0) contact.attributes = { ...attributes };
  if (contact.phone === undefined && contact.userId === undefined) return say(addressMissing, addressColumn(mapping));
  return { contact, leftOut };
}

/** Null: the cell was taken. */
function readInto(
  contact: ImportedContact,
  names: string[],
  attributes: Record<string, string>,
  target: ColumnMapping[number],
  text: string,
  { defaultCountry, dateOrder, dates }: Reading,
): ProblemDeclaration | null {
  switch (target.to) {
    case "name":
      names.push(text);
      return null;
    case "phone": {
      const read = readPhone(text, defaultCountry);
      if ("wrong" in read) return read.wrong;
      contact.phone = read.phone;
      return null;
    }
    case "userId":
      contact.userId = plainDigits(text);
      return isUserId(contact.userId) ? null : userIdInvalid;
    case "attribute": {
      const read = dates.has(target.attribute) ? readDate(text, dateOrder) : "none";
      if (read === "ambiguous") return dateAmbiguous;
      // what is no day is judged, and told, as any value that is not of its type
      attributes[target.attribute] = read === "none" ? text : read.iso;
      return null;
    }
  }
}

const columnOf = (mapping: ColumnMapping, to: Target): number | null =>
  mapping.find((one) => one.to === to)?.column ?? null;

export const attributeColumn = (mapping: ColumnMapping, name: string): number | null =>
  mapping.find((one) => one.to === "attribute" && one.attribute === name)?.column ?? null;

/** Where it stands who a row is about. */
export const addressColumn = (mapping: ColumnMapping): number | null =>
  columnOf(mapping, "phone") ?? columnOf(mapping, "userId");
