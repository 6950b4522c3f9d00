// Who outside processes, under which agreement and in which country: the declaration, and what the operator wrote down about it. What is
// missing there keeps the server from starting.
import { isOwnHost, type OperatorEntry, type Transfer } from "../platform/operator-register.ts";
import { hostOf, type Config } from "../platform/config.ts";
import { hostsOf, type ProcessorDeclaration } from "../platform/store.ts";
import type { Registry } from "./registry.ts";

export const eea: readonly string[] = [
  ...["AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU"],
  ...["MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO"],
];

export interface RegisterRow {
  countries: string[];
  policy: string | null;
  agreement: { url: string; signedAt: string | null; instructions: string } | null;
  isConfidential: boolean;
  transfer: (Omit<Transfer, "assessedAt"> & { assessedAt: string | null }) | null;
  /** as the operator set it there; undefined where nobody is asked */
  keptMonths?: number;
}

/** What is known of one who is on; the operator's words win over the vendor's published ones. */
export function registerRow(one: ProcessorDeclaration, config: Config): RegisterRow {
  const { countries = [], policy = null, agreement = null, transfer = null } = one;
  const entry = entryOf(one, config);
  if (entry === undefined)
    return {
      ...{ countries: [...countries], policy, agreement, isConfidential: agreement !== null },
      transfer: transfer && { ...transfer, assessedAt: null },
    };
  const rented = entry.isOwn ? null : entry;
  return {
    countries: entry.countries,
    policy: rented?.policy ?? policy,
    agreement: rented?.agreement ?? null,
    isConfidential: rented?.isConfidential ?? false,
    transfer: entry.transfer ?? null,
    ...(entry.keptMonths === undefined ? {} : { keptMonths: entry.keptMonths }),
  };
}

export const entryOf = ({ id }: { id: string }, { operatorRegister }: Config): OperatorEntry | undefined =>
  operatorRegister?.processors[id];

/** Where data may be without anything more: the EEA and the server's own country, unless the operator names others. */
export function allowedCountries(config: Config): string[] {
  const own = hostOf(config.region)?.country ?? null;
  const named = config.operatorRegister?.allowedCountries ?? ["EEA", ...(own === null ? [] : [own])];
  return named.flatMap((one) => (one === "EEA" ? eea : [one]));
}

/** A machine in the operator's own network, by the hosts that are reached for it. */
function isInOwnNetwork(one: ProcessorDeclaration, config: Config): boolean {
  const hosts = hostsOf(one, config, {});
  return one.role === "operator" && hosts.length > 0 && hosts.every(isOwnHost);
}

/** What keeps the server from starting, in sentences for the operator; empty when all is said. `day` is today as `2026-01-31`. */
export function registerProblems(registry: Pick<Registry, "processors">, config: Config, day: string): string[] {
  const ids = new Set(registry.processors.map(({ id }) => id));
  const unknown = Object.keys(config.operatorRegister?.processors ?? {}).filter((id) => !ids.has(id));
  return [
    ...unknown.map((id) => `KEEPWORD_PROCESSORS: ${id} is nobody who receives data; known are ${[...ids].join(", ")}`),
    ...registry.processors.filter((one) => one.isOn(config)).flatMap((one) => problemsOf(one, config, day)),
  ];
}

function problemsOf(one: ProcessorDeclaration, config: Config, day: string): string[] {
  const { id, name } = one;
  const entry = entryOf(one, config);
  // a channel's network has its agreement with the workspace that connects it
  if (entry === undefined && one.provider === undefined && !isInOwnNetwork(one, config))
    return [
      `${name} lies outside your own network (${one.when.replace(/\.$/, "")}), and KEEPWORD_PROCESSORS says nothing of "${id}": who it is, where, under which agreement. See docs/operations.md, "Who processes for you"`,
    ];
  return [...keepingProblems(one, entry), ...transferProblems(one, config, day)];
}

/** A time that is set there and not here is stated, and not longer than is allowed. */
function keepingProblems({ id, name, mostMonths }: ProcessorDeclaration, entry: OperatorEntry | undefined): string[] {
  const { keptMonths } = entry ?? {};
  if (mostMonths === undefined || (keptMonths !== undefined && keptMonths <= mostMonths)) return [];
  const said = keptMonths === undefined ? "says nothing of how long" : `says that ${keptMonths} months long`;
  return [
    `KEEPWORD_PROCESSORS ${said} ${name} keeps what it receives, and ${mostMonths} months are the most: set the retention there, then "keptMonths": ${mostMonths} in "${id}"`,
  ];
}

function transferProblems(one: ProcessorDeclaration, config: Config, day: string): string[] {
  const { id, name } = one;
  const allowed = allowedCountries(config);
  const { countries, transfer } = registerRow(one, config);
  const outside = countries.filter((country) => !allowed.includes(country));
  if (outside.length === 0) return [];
  const where = `${name} receives data in ${outside.join(", ")}, outside the countries that are allowed (${allowed.join(", ")})`;
  if (transfer === null)
    return [`${where}, and no transfer mechanism is recorded: add "transfer" to "${id}" in KEEPWORD_PROCESSORS`];
  if (transfer.expiresAt !== undefined && transfer.expiresAt < day)
    return [
      `${where}, and the mechanism for it ended on ${transfer.expiresAt}: renew "transfer" of "${id}" in KEEPWORD_PROCESSORS`,
    ];
  return [];
}

export interface Expiring {
  id: string;
  name: string;
  expiresAt: string;
  daysLeft: number;
}

const DAY_MS = 86_400_000;

/** Mechanisms that end within so many days, or have ended. */
export function expiringTransfers(registry: Registry, config: Config, at: Date, days: number): Expiring[] {
  return registry.processorsOn(config).flatMap((one) => {
    const expiresAt = registerRow(one, config).transfer?.expiresAt;
    if (expiresAt === undefined) return [];
    const today = Date.parse(at.toISOString().slice(0, 10));
    const daysLeft = Math.round((Date.parse(expiresAt) - today) / DAY_MS);
    return daysLeft <= days ? [{ id: one.id, name: one.name, expiresAt, daysLeft }] : [];
  });
}
