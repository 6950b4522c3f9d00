import type { ContactImport } from "../../../admin-api.ts";
import type { ApiError } from "../../../api.ts";
import { locale, t, type TextKey } from "../../../text.ts";
import type { Tone } from "../../../ui/badge.tsx";
import { problemText } from "../../shell/problem-text.ts";

export const figure = (n: number): string => new Intl.NumberFormat(locale()).format(n);

/** Why a file was not taken, or an import does not go on. */
const problems: Record<string, TextKey> = {
  "contact_import.not_csv": "import.problem.notCsv",
  "contact_import.encoding_mixed": "import.problem.mixed",
  "contact_import.empty": "import.problem.empty",
  "contact_import.too_big": "import.problem.tooBig",
  payload_too_large: "import.problem.tooBig",
  "contact_import.not_ready": "import.problem.notReady",
};

export function importProblem(error: InstanceType<typeof ApiError>): string {
  const key = problems[error.code];
  return key ? t(key) : problemText(error);
}

const refused: Record<string, TextKey> = {
  "contact.address_invalid": "import.refused.addressInvalid",
  "contact.addresses_differ": "import.refused.addressesDiffer",
  "contact_import.row_too_long": "import.refused.rowTooLong",
  "contact_import.cell_too_long": "import.refused.cellTooLong",
  "contact_import.address_missing": "import.refused.addressMissing",
  "contact_import.phone_not_international": "import.refused.noCountry",
  "contact_attribute.unknown": "import.refused.fieldUnknown",
  "contact_attribute.value_invalid": "import.refused.fieldInvalid",
  "contact_attribute.restricted": "import.refused.fieldRestricted",
  "contact_attribute.not_yet": "import.refused.fieldNotYet",
};

/** Why a row is not taken: our own words where we have them, else the server's. */
export const refusalText = (code: string, title: string): string => {
  const key = refused[code];
  return key ? t(key) : title;
};

const tones: Partial<Record<NonNullable<ContactImport["outcome"]>, Tone>> = { done: "success", canceled: "plain" };

/** Where an import stands, in a word or two. */
export function endOf({ state, outcome }: ContactImport): { label: string; tone: Tone } {
  if (state === "running") return { label: t("import.state.running"), tone: "ink" };
  if (outcome === null) return { label: t("import.state.ready"), tone: "plain" };
  return { label: t(`import.outcome.${outcome}`), tone: tones[outcome] ?? "warning" };
}

/** `A`, `B` … `AA`: how spreadsheets name a column. */
export function columnName(column: number): string {
  const rest = Math.floor((column - 1) / 26);
  return `${rest > 0 ? columnName(rest) : ""}${String.fromCharCode(65 + ((column - 1) % 26))}`;
}
