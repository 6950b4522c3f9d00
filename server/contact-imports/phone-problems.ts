// Why what stands for a phone number is none.
import { problem } from "../platform/problem.ts";

export const phoneTooShort = problem({
  code: "contact_import.phone_too_short",
  status: 422,
  title: "The phone number has too few digits.",
});

export const phoneTooLong = problem({
  code: "contact_import.phone_too_long",
  status: 422,
  title: "The phone number has too many digits; a cell may hold one number only.",
});

export const phoneHasLetters = problem({
  code: "contact_import.phone_has_letters",
  status: 422,
  title: "There are letters in the phone number.",
});

export const phoneHasSigns = problem({
  code: "contact_import.phone_has_signs",
  status: 422,
  title: "There are characters in the phone number that none has; a cell may hold one number only.",
});

export const phoneRounded = problem({
  code: "contact_import.phone_rounded",
  status: 422,
  title: "A spreadsheet program wrote the phone number as a power of ten, and its digits are lost: `2.54711E+11`.",
  fix: "Format the column as text, enter the numbers anew, and save the list again.",
});

export const phoneNotInternational = problem({
  code: "contact_import.phone_not_international",
  status: 422,
  title: "The phone number has no country: it has to begin with `+` and the country's code.",
  fix: "Or say with `defaultCountry` from which country numbers without one are.",
});

export const phoneCountryUnknown = problem({
  code: "contact_import.phone_country_unknown",
  status: 422,
  title: "The phone number begins with a code that no country has.",
});

export const phoneNotOfCountry = problem({
  code: "contact_import.phone_not_of_country",
  status: 422,
  title: "The phone number has no country, and is not written as numbers of the chosen country are.",
});

export const phoneAmbiguous = problem({
  code: "contact_import.phone_ambiguous",
  status: 422,
  title: "The phone number may begin with the chosen country's code, or not: it has to begin with `+` and the code.",
});

export const userIdInvalid = problem({
  code: "contact_import.user_id_invalid",
  status: 422,
  title: "This is no user id of WhatsApp: a country, a dot, letters and digits.",
});

export const phoneProblems = [
  ...[phoneTooShort, phoneTooLong, phoneHasLetters, phoneHasSigns, phoneRounded],
  ...[phoneNotInternational, phoneCountryUnknown, phoneNotOfCountry, phoneAmbiguous, userIdInvalid],
];
