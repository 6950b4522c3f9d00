// What is declared, in one view: tables, stores, who outside receives data, and which hosts may be reached.
import type { PgTable } from "../platform/drizzle.ts";
import type { Config } from "../platform/config.ts";
import type { FeatureDeclaration } from "../platform/feature.ts";
import { hostsOf, type ProcessorDeclaration, type StoreDeclaration } from "../platform/store.ts";
import { describe, type TableDeclaration } from "../platform/table.ts";

export interface Registry {
  readonly tables: readonly TableDeclaration[];
  readonly stores: readonly StoreDeclaration[];
  readonly processors: readonly ProcessorDeclaration[];
  readonly features: readonly FeatureDeclaration[];
  /** Those that receive data under this configuration. */
  processorsOn(config: Config): readonly ProcessorDeclaration[];
  /** Stores outside the tables that are there under this configuration. */
  storesOn(config: Config): readonly StoreDeclaration[];
  /** The optional feature without which nothing would be in a table, a column (`table.column`) or a store (`kind:name`), or sent by a provider. */
  featureOf(one: { place: string } | { provider: string }): FeatureDeclaration | undefined;
  /** The tables, columns and stores that only a feature fills. */
  placesOf(one: FeatureDeclaration): string[];
  /** Every host that the server may open a connection to; webhooks go where their owner says, beside this list. */
  hostsFor(config: Config, isOpen?: (one: ProcessorDeclaration) => boolean): readonly string[];
}

declare module "../platform/context.ts" {
  interface App {
    registry: Registry;
  }
}

export function compileRegistry(declared: {
  tables: readonly PgTable[];
  stores: readonly StoreDeclaration[];
  processors: readonly ProcessorDeclaration[];
  features: readonly FeatureDeclaration[];
  providers: Readonly<Record<string, { readonly hosts: readonly string[] } | undefined>>;
}): Registry {
  const { stores, processors, providers, features } = declared;
  const byPlace = new Map(features.flatMap((one) => placesOf(one).map((place) => [place, one])));
  const on = (config: Config): ProcessorDeclaration[] => processors.filter(({ isOn }) => isOn(config));
  return {
    ...{ stores, processors, features, processorsOn: on, placesOf },
    featureOf: (one) => {
      if ("place" in one) return byPlace.get(one.place);
      const ids = processors.flatMap(({ id, provider }) => (provider === one.provider ? [id] : []));
      return features.find((each) => each.processors?.some((id) => ids.includes(id)));
    },
    storesOn: (config) => {
      const ids = new Set(on(config).map(({ id }) => id));
      return stores.filter((one) => one.processor === undefined || ids.has(one.processor));
    },
    tables: declared.tables.map(describe),
    hostsFor: (config, isOpen = () => true) => [
      ...new Set(
        on(config)
          .filter(isOpen)
          .flatMap((one) => hostsOf(one, config, providers)),
      ),
    ],
  };
}

const placesOf = ({ tables = [], columns = [], stores = [] }: FeatureDeclaration): string[] => [
  ...tables.map((made) => describe(made).name),
  ...columns,
  ...stores,
];
