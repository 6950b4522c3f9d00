// What laws ask, as data with its source: how long an answer may take, and from which age somebody decides for themselves.

export interface Jurisdiction {
  id: string;
  name: string;
  /** to answer any request; a law that counts in months is taken as its shortest month */
  answerDays: number;
  /** to acknowledge a complaint */
  complaintDays: number;
  /** from which age someone agrees for themselves */
  consentAge: number;
  source: string;
}

export const jurisdictions: readonly Jurisdiction[] = [
  {
    ...{ id: "eu", name: "GDPR", answerDays: 28, complaintDays: 28, consentAge: 16 },
    source: "Regulation (EU) 2016/679, Art. 12(3): one month",
  },
  {
    ...{ id: "uk", name: "UK GDPR", answerDays: 28, complaintDays: 30, consentAge: 13 },
    source: "UK GDPR Art. 12(3); Data (Use and Access) Act 2025: complaints acknowledged in 30 days",
  },
  {
    ...{ id: "us-ca", name: "CCPA", answerDays: 45, complaintDays: 45, consentAge: 16 },
    source: "Cal. Civ. Code § 1798.130(a)(2): 45 days",
  },
  {
    ...{ id: "my", name: "PDPA (Malaysia)", answerDays: 21, complaintDays: 21, consentAge: 18 },
    source: "Personal Data Protection Act 2010, s. 31 and 35: 21 days",
  },
  {
    ...{ id: "br", name: "LGPD", answerDays: 15, complaintDays: 15, consentAge: 18 },
    source: "Lei 13.709/2018, Art. 19 II: 15 days",
  },
];

/** From which age somebody may have an account here: the strictest of what policies promise, whatever the law allows. */
export const ACCOUNT_AGE = 18;

/** The age from which a contact agrees for themselves, where a workspace chose none: the GDPR's own (Art. 8(1)), which the others may only lower. */
export const defaultConsentAge = jurisdictions.find(({ id }) => id === "eu")?.consentAge ?? ACCOUNT_AGE;

/** When the answer is due at the latest. An unknown or absent jurisdiction gets the strictest of all. */
export function dueDate(type: string, receivedAt: Date, jurisdictionId?: string): Date {
  const known = jurisdictions.filter(({ id }) => id === jurisdictionId);
  const days = (known.length > 0 ? known : jurisdictions).map((one) =>
    type === "complaint" ? one.complaintDays : one.answerDays,
  );
  return new Date(receivedAt.getTime() + Math.min(...days) * 86_400_000);
}
