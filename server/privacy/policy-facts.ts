// What the privacy page says, as data: read from the declarations and the configuration, never written by hand.
import type { Config } from "../platform/config.ts";
import { sha256 } from "../platform/crypto.ts";
import type { Kept, ProcessorDeclaration, StoreDeclaration } from "../platform/store.ts";
import { handlingOf, retentionsOf, type TableDeclaration } from "../platform/table.ts";
import { measuresSet } from "./measures.ts";
import { basisOfStore, purposes } from "./purposes.ts";
import type { Registry } from "./registry.ts";
import { entryOf, registerRow, type RegisterRow } from "./transfers.ts";

/** One kind of data in one place. */
export interface HeldData {
  place: string;
  category: string;
  purpose: string;
  /** versions from before it was said do not have it */
  basis?: string;
  role: string;
  protect: string;
  /** the optional feature without which it is not held; versions from before there were some have none */
  feature?: string;
  /** the longest it may stay; null: until the row, the workspace or the account goes */
  days: number | null;
}

/** A row of the register of those who receive data. Versions from before it was kept have the first lines only. */
export interface Recipient extends Partial<RegisterRow> {
  id: string;
  name: string;
  does: string;
  role: string;
  country: string;
  categories: string[];
  when: string;
  purpose?: string;
  /** named by the operator: no translation of the declaration's country fits */
  isNamed?: boolean;
  /** how long it keeps a copy of its own */
  keeps?: string | null;
  /** of the page in force: what the numbers here have set for that copy */
  storages?: string[];
  /** receives nothing before somebody connects a channel of this provider */
  provider?: string | null;
}

export interface PolicyFacts {
  operator: { name: string; contact: string; region: string };
  held: HeldData[];
  recipients: Recipient[];
  cookies: { name: string; holds: string; kept: string; necessity: string }[];
  rights: string[];
  /** security measures that the settings turn on; versions from before they were told have none */
  measures?: string[];
}

/** What everyone may do, wherever they live; a jurisdiction changes clocks, never the list. */
const rights = [
  ...["access", "portability", "rectify", "erase", "restrict", "object", "withdraw", "complaint", "human_review"],
] as const;

const isPersonal = (category: string): boolean => category !== "system" && category !== "index.blind";

/** `enabled`: what workspaces here turned on, of the categories that columns hold only then. */
export function policyFacts(registry: Registry, config: Config, enabled: readonly string[] = []): PolicyFacts {
  return {
    operator: { name: config.operatorName, contact: config.privacyContact, region: config.region },
    held: [
      ...registry.tables.flatMap((one) => heldInTable(registry, one, enabled)),
      ...registry.stores.flatMap((one) => heldInStore(registry, one)),
    ].toSorted(byText),
    recipients: registry
      .processorsOn(config)
      .map((one) => recipient(one, config))
      .toSorted(byText),
    cookies: registry
      .storesOn(config)
      .filter(({ kind }) => kind === "cookie" || kind === "browser")
      .map(({ name, holds, kept, necessity = "strictly_necessary" }) => ({
        name,
        holds,
        kept: keptText(kept),
        necessity,
      }))
      .toSorted(byText),
    rights: [...rights],
    measures: measuresSet(config),
  };
}

const byText = (a: object, b: object): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

const ofFeature = (registry: Registry, ...places: string[]): Pick<HeldData, "feature"> => {
  const [id] = places.flatMap((place) => registry.featureOf({ place })?.id ?? []);
  return id === undefined ? {} : { feature: id };
};

function heldInTable(
  registry: Registry,
  { name, privacy, columns }: TableDeclaration,
  enabled: readonly string[],
): HeldData[] {
  const days = retentionsOf(privacy).map((one) => (typeof one.days === "number" ? one.days : one.days.max));
  const longest = days.length === 0 ? null : Math.max(...days);
  const { purpose, role } = privacy;
  const found = new Map<string, HeldData>();
  for (const [key, one] of Object.entries(columns)) {
    if (!isPersonal(one.category)) continue;
    const { protect } = handlingOf(one);
    const { feature } = ofFeature(registry, name, `${name}.${key}`);
    const more = one.ifEnabled !== undefined && enabled.includes(one.ifEnabled) ? [one.ifEnabled] : [];
    for (const category of [one.category, ...more])
      found.set(`${category} ${protect} ${feature}`, {
        place: name,
        category,
        purpose,
        basis: purposes[purpose].basis,
        role,
        protect,
        days: longest,
        ...(feature !== undefined && { feature }),
      });
  }
  return [...found.values()];
}

function heldInStore(registry: Registry, one: StoreDeclaration): HeldData[] {
  const { kind, name, categories, purpose, role, protect, kept } = one;
  const basis = basisOfStore(one);
  const days = typeof kept === "object" ? ("days" in kept ? kept.days : 1) : kept === "in-memory" ? 1 : null;
  return categories.filter(isPersonal).map((category) => {
    const place = `${kind}:${name}`;
    return { place, category, purpose, basis, role, protect, days, ...ofFeature(registry, place) };
  });
}

function recipient(one: ProcessorDeclaration, config: Config): Recipient {
  const { id, name, does, role, country, categories, when, purpose, keeps = null, provider = null } = one;
  const entry = entryOf(one, config);
  const row = registerRow(one, config);
  return {
    ...{ id, does, role, categories: [...categories], when, purpose, keeps, provider, ...row },
    name: entry && !entry.isOwn ? `${name}: ${entry.name}` : name,
    country: entry ? entry.countries.join(", ") : country,
    isNamed: entry !== undefined,
  };
}

function keptText(kept: Kept): string {
  if (typeof kept === "string")
    return {
      "with-row": "with what it belongs to",
      "in-memory": "until the process ends",
      "until-removed": "until it is removed",
    }[kept];
  return "days" in kept ? `${kept.days} days` : `${kept.minutes} min`;
}

export function hashFacts(facts: PolicyFacts): string {
  return sha256(JSON.stringify(facts)).toString("hex");
}
