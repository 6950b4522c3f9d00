// Phone numbers as people write them down: with a country, or as numbers of the country that was chosen for those without one.
import type { ProblemDeclaration } from "../platform/problem.ts";
import { isAssigned, planOfCountry, planOfNumber, type NumberingPlan } from "./numbering-plans.ts";
import {
  phoneAmbiguous,
  phoneCountryUnknown,
  phoneHasLetters,
  phoneHasSigns,
  phoneNotInternational,
  phoneNotOfCountry,
  phoneRounded,
  phoneTooLong,
  phoneTooShort,
} from "./phone-problems.ts";

/** E.164, or why it cannot be. */
export type ReadPhone = { phone: string } | { wrong: ProblemDeclaration };

// of E.164: with the country's code
const MIN_DIGITS = 7;
const MAX_DIGITS = 15;
/** Without a country's code: nothing shorter is anybody's number that can be called from abroad. */
const MIN_WITHOUT_CODE = 6;

/** Digits of other scripts as ours; without marks of direction, which come along from right-to-left pages; any dash is one. */
export const plainDigits = (text: string): string =>
  text
    .normalize("NFKC")
    .replaceAll(/\p{Cf}/gu, "")
    .replaceAll(/[\u0660-\u0669\u06F0-\u06F9]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 15))
    .replaceAll(/[\u2010-\u2015\u2212]/g, "-")
    .trim();

/** The digits behind `+` or `00`; null where the number does not say its country. */
function internationalDigits(text: string): string | null {
  const digits = text.replaceAll(/\D/g, "");
  if (text.startsWith("+")) return digits;
  return digits.startsWith("00") ? digits.slice(2) : null;
}

/** Reads a number; `country` is that of numbers which say none, where one was chosen. */
export function readPhone(cell: string, country: string | null): ReadPhone {
  const text = plainDigits(cell);
  if (/^\d(?:[.,]\d+)?e\+?\d{1,2}$/i.test(text)) return { wrong: phoneRounded };
  if (/\p{L}/u.test(text)) return { wrong: phoneHasLetters };
  if (!/^\(?\+?[\d\s()./-]*$/.test(text)) return { wrong: phoneHasSigns };
  const bare = text.replace(/^\(/, "");
  const international = internationalDigits(bare);
  return international === null ? readNational(bare.replaceAll(/\D/g, ""), country) : readInternational(international);
}

function readInternational(digits: string): ReadPhone {
  if (digits.length < MIN_DIGITS) return { wrong: phoneTooShort };
  if (!isAssigned(digits)) return { wrong: phoneCountryUnknown };
  const plan = planOfNumber(digits);
  // +49 (0)711 …: the zero is for calls within the country
  const phone = plan ? withCode(plan, digits.slice(plan.code.length)) : digits;
  if (phone.length > MAX_DIGITS) return { wrong: phoneTooLong };
  return phone.length < MIN_DIGITS ? { wrong: phoneTooShort } : { phone: `+${phone}` };
}

const withCode = ({ code, trunk }: NumberingPlan, digits: string): string =>
  `${code}${trunk === "0" ? digits.replace(/^0/, "") : digits}`;

function readNational(digits: string, country: string | null): ReadPhone {
  const plan = country === null ? undefined : planOfCountry(country);
  if (!plan) {
    if (digits.length < MIN_WITHOUT_CODE) return { wrong: phoneTooShort };
    return { wrong: digits.length > MAX_DIGITS ? phoneTooLong : phoneNotInternational };
  }
  const [phone, other] = readingsOf(plan, digits);
  if (other !== undefined) return { wrong: phoneAmbiguous };
  if (phone !== undefined) return { phone: `+${phone}` };
  if (digits.length < Math.min(...plan.lengths)) return { wrong: phoneTooShort };
  return { wrong: digits.length > Math.max(...plan.lengths) ? phoneTooLong : phoneNotOfCountry };
}

/** All numbers that it can be: with or without what is dialled before it, with or without the country's code. */
function readingsOf(plan: NumberingPlan, digits: string): string[] {
  const { code, trunk, lengths, form } = plan;
  const fits = (number: string): boolean =>
    form ? form.test(number) : lengths.has(number.length) && !(trunk === "0" && number.startsWith("0"));
  const found = [digits];
  if (trunk !== "" && digits.startsWith(trunk)) found.push(digits.slice(trunk.length));
  if (digits.startsWith(code)) found.push(withCode(plan, digits.slice(code.length)).slice(code.length));
  return [...new Set(found.filter(fits))].map((number) => `${code}${number}`);
}

/** For a suggestion: which country a number says, `none` for one that says none and may be one, null for anything else. */
export function countryOf(cell: string): string | null {
  const read = readPhone(cell, null);
  if ("wrong" in read) return read.wrong === phoneNotInternational ? "none" : null;
  return planOfNumber(read.phone.slice(1))?.countries[0] ?? null;
}
