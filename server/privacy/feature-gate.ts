// Who receives data by an optional feature is reached by this server only while some workspace has the feature on.
import { FEATURE_CHANGED_TOPIC } from "../identity/features.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { ProcessorDeclaration } from "../platform/store.ts";
import type { Registry } from "./registry.ts";

const IN_USE_MS = 5_000;

export interface FeatureGate extends Disposable {
  readonly isOpen: (one: Pick<ProcessorDeclaration, "id">) => boolean;
  /** `featuresUsed` of some seconds ago at most: for what anybody may ask for, as often as they like. */
  inUse(): Promise<ReadonlySet<string>>;
}

declare module "../platform/context.ts" {
  interface App {
    featureGate: FeatureGate;
  }
}

export async function openFeatureGate(
  app: Pick<App, "db" | "bus" | "log" | "clock">,
  { features }: Pick<Registry, "features">,
): Promise<FeatureGate> {
  let on = new Set<string>();
  // one after the other: an older answer never replaces a newer one
  let reading = Promise.resolve();
  const read = () => app.db.tx({ workspaceIds: [] }, featuresUsed);
  const reread = async (): Promise<void> => void (on = await read());
  let known: { at: number; names: Promise<ReadonlySet<string>> } | undefined;
  const rereadSoon = (): void => {
    known = undefined;
    reading = reading
      .then(reread)
      .catch((error: unknown) => app.log.warn({ err: error }, "which features are on could not be read"));
  };
  const stops = [
    app.bus.subscribe(FEATURE_CHANGED_TOPIC, (payload) => {
      // on is on at once, for what follows it on the bus; off is so only where no other workspace has it
      const [id = "", state] = payload.split(" ");
      if (state === "on") on.add(id);
      rereadSoon();
    }),
    app.bus.onGap(rereadSoon),
  ];
  await reread();
  return {
    isOpen: ({ id }) =>
      features.every(
        ({ id: own, flag, processors }) => flag.by !== "owner" || !processors?.includes(id) || on.has(own),
      ),
    inUse: () => {
      const now = app.clock.now().getTime();
      if (known !== undefined && Math.abs(now - known.at) < IN_USE_MS) return known.names;
      const names = read();
      known = { at: now, names };
      names.catch(() => (known = undefined));
      return names;
    },
    [Symbol.dispose]: () => stops.forEach((stop) => stop()),
  };
}

/** The ids of features that are on anywhere, and the names of their tables that hold anything. */
export async function featuresUsed(tx: Tx): Promise<Set<string>> {
  const rows = await tx.query<{ name: string }>("select name from kw.features_used() as name");
  return new Set(rows.map(({ name }) => name));
}
