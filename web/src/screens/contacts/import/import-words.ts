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
