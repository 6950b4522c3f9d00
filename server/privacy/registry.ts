// What is declared, in one view: tables, stores, who outside receives data, and which hosts may be reached.
import type { PgTable } from "../platform/drizzle.ts";
import type { Config } from "../platform/config.ts";
import { hostsOf, type ProcessorDeclaration, type StoreDeclaration } from "../platform/store.ts";
import { describe, type TableDeclaration } from "../platform/table.ts";

export interface Registry {
  readonly tables: readonly TableDeclaration[];
  readonly stores: readonly StoreDeclaration[];
  readonly processors: readonly ProcessorDeclaration[];
  /** Those that receive data under this configuration. */
  processorsOn(config: Config): readonly ProcessorDeclaration[];
  /** Stores outside the tables that are there under this configuration. */
  storesOn(config: Config): readonly StoreDeclaration[];
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
  providers: Readonly<Record<string, { readonly hosts: readonly string[] } | undefined>>;
}): Registry {
  const { stores, processors, providers } = declared;
  const on = (config: Config): ProcessorDeclaration[] => processors.filter(({ isOn }) => isOn(config));
  return {
    ...{ stores, processors, processorsOn: on },
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
