// What changed between two versions of the privacy page, and whether people have to be told before it counts.
import { hostOf, isPlaceholderName } from "../platform/config.ts";
import type { HeldData, PolicyFacts } from "./policy-facts.ts";

const materialKinds = [
  "new_controller",
  "new_category",
  "new_purpose",
  "new_recipient",
  "new_country",
  "longer_retention",
  "weaker_protection",
  "lost_right",
] as const;
type MaterialKind = (typeof materialKinds)[number];

export interface PolicyChange {
  kind: MaterialKind | "other";
  what: string;
}

const NOTICE_DAYS = 14;
/** a recipient or a country more: the workspaces may object first (GDPR 28(2)); somebody else who answers: they may leave first */
const RECIPIENT_NOTICE_DAYS = 30;
const waitsLong: ReadonlySet<string> = new Set<MaterialKind>(["new_recipient", "new_country", "new_controller"]);

/** The changes from one version to the next; an empty list when both say the same. */
export function comparePolicies(before: PolicyFacts, after: PolicyFacts): PolicyChange[] {
  const material = [
    ...newController(before, after),
    ...added(before.held, after.held, (one) => one.category, "new_category"),
    ...added(before.held, after.held, (one) => `${one.category} for ${one.purpose}`, "new_purpose"),
    ...added(before.recipients, after.recipients, (one) => one.id, "new_recipient"),
    ...recipientCategories(before, after),
    ...added(countriesOf(before), countriesOf(withKnownPast(before, after)), (one) => one, "new_country").filter(
      ({ what }) => !textCountries(before).includes(what),
    ),
    ...heldChanges(before.held, after.held),
    ...keptLonger(before, after),
    ...(after.measures === undefined ? [] : lostMeasures(before.measures ?? [], after.measures)),
    ...before.rights
      .filter((right) => !after.rights.includes(right))
      .map((what): PolicyChange => ({ kind: "lost_right", what })),
  ];
  if (material.length > 0) return unique(material);
  return JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [{ kind: "other", what: "wording or less than before" }];
}

/** Who answers, without the postal address after the first comma. */
const controllerOf = ({ operator }: PolicyFacts): string =>
  (operator.name.split(",", 1)[0] ?? "").trim().replaceAll(/\s+/g, " ").toLowerCase();

/** Another spelling or address is nobody else, and who is named for the first time replaces nobody. */
function newController(before: PolicyFacts, after: PolicyFacts): PolicyChange[] {
  if (isPlaceholderName(before.operator.name) || controllerOf(before) === controllerOf(after)) return [];
  return [{ kind: "new_controller", what: after.operator.name || "—" }];
}

/** Without the region, and the operator's own machines, of which the version before did not say the country: it is said now, not changed. */
function withKnownPast(before: PolicyFacts, after: PolicyFacts): PolicyFacts {
  const silent = new Set(
    before.recipients.flatMap(({ id, role, countries = [] }) =>
      role === "operator" && countries.length === 0 ? [id] : [],
    ),
  );
  const region = hostOf(before.operator.region) ? after.operator.region : "";
  return {
    ...after,
    operator: { ...after.operator, region },
    recipients: after.recipients.filter(({ id }) => !silent.has(id)),
  };
}

/** By their codes; a recipient, or a region, that has none by its words. */
function countriesOf({ recipients, operator }: PolicyFacts): string[] {
  const hosted = hostOf(operator.region);
  const own = hosted === undefined ? operator.region : hosted.country;
  return [
    ...recipients.flatMap(({ countries = [], country }) => (countries.length > 0 ? countries : [country])),
    ...(own === null || own === "" ? [] : [own]),
  ];
}

/** A version from before there were codes said the same in words: it is no news that they have some now. */
function textCountries({ recipients }: PolicyFacts): string[] {
  const words = recipients.flatMap(({ countries, country }) => (countries === undefined ? [country] : [])).join(" ");
  return [...(words.includes("Ireland") ? ["IE"] : []), ...(words.includes("United States") ? ["US"] : [])];
}

function added<V>(
  before: readonly V[],
  after: readonly V[],
  read: (one: V) => string,
  kind: MaterialKind,
): PolicyChange[] {
  const known = new Set(before.map(read));
  return after
    .map(read)
    .filter((what) => !known.has(what))
    .map((what) => ({ kind, what }));
}

function recipientCategories(before: PolicyFacts, after: PolicyFacts): PolicyChange[] {
  const pairs = (facts: PolicyFacts) =>
    facts.recipients.flatMap(({ id, categories }) => categories.map((one) => ({ id, text: `${one} to ${id}` })));
  const old = new Set(before.recipients.map(({ id }) => id));
  return added(
    pairs(before),
    pairs(after).filter(({ id }) => old.has(id)),
    ({ text }) => text,
    "new_recipient",
  );
}

const strength: Record<string, number> = { plain: 0, "blind-index": 1, sealed: 2, hash: 3 };

function heldChanges(before: readonly HeldData[], after: readonly HeldData[]): PolicyChange[] {
  const keyOf = (one: HeldData): string => `${one.category} in ${one.place}`;
  const old = new Map(before.map((one) => [keyOf(one), one]));
  return after.flatMap((one): PolicyChange[] => {
    const was = old.get(keyOf(one));
    if (!was) return [];
    const what = keyOf(one);
    const isLonger = (one.days ?? Infinity) > (was.days ?? Infinity);
    const isWeaker = (strength[one.protect] ?? 0) < (strength[was.protect] ?? 0);
    return [
      ...(isLonger ? [{ kind: "longer_retention" as const, what }] : []),
      ...(isWeaker ? [{ kind: "weaker_protection" as const, what }] : []),
    ];
  });
}

/** By somebody outside; what is stated for the first time is said now, not changed. */
function keptLonger(before: PolicyFacts, after: PolicyFacts): PolicyChange[] {
  const months = new Map(before.recipients.map(({ id, keptMonths }) => [id, keptMonths ?? Infinity]));
  return after.recipients
    .filter(({ id, keptMonths = 0 }) => keptMonths > (months.get(id) ?? Infinity))
    .map(({ id }) => ({ kind: "longer_retention", what: id }));
}

const lostMeasures = (before: readonly string[], after: readonly string[]): PolicyChange[] =>
  before.filter((one) => !after.includes(one)).map((what) => ({ kind: "weaker_protection", what }));

const unique = (changes: readonly PolicyChange[]): PolicyChange[] => [
  ...new Map(changes.map((one) => [`${one.kind} ${one.what}`, one])).values(),
];

export function isMaterial(changes: readonly PolicyChange[]): boolean {
  return changes.some(({ kind }) => kind !== "other");
}

/** How many days before it counts a version must be told. */
export function noticeDaysOf(changes: readonly PolicyChange[]): number {
  if (!isMaterial(changes)) return 0;
  return changes.some(({ kind }) => waitsLong.has(kind)) ? RECIPIENT_NOTICE_DAYS : NOTICE_DAYS;
}
