// Who receives data by an optional feature is reached by this server only while some workspace has the feature on.
import { FEATURE_CHANGED_TOPIC } from "../identity/features.ts";
import type { App } from "../platform/context.ts";
import type { ProcessorDeclaration } from "../platform/store.ts";
import type { Registry } from "./registry.ts";

export interface FeatureGate extends Disposable {
  readonly isOpen: (one: Pick<ProcessorDeclaration, "id">) => boolean;
}

declare module "../platform/context.ts" {
  interface App {
    featureGate: FeatureGate;
  }
}

export async function openFeatureGate(
  app: Pick<App, "db" | "bus" | "log">,
  { features }: Pick<Registry, "features">,
): Promise<FeatureGate> {
  let on = new Set<string>();
  // one after the other: an older answer never replaces a newer one
  let reading = Promise.resolve();
  const reread = async (): Promise<void> => void (on = await featuresUsed(app));
  const rereadSoon = (): void => {
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
    [Symbol.dispose]: () => stops.forEach((stop) => stop()),
  };
}

/** The ids of features that are on anywhere, and the names of their tables that hold anything. */
export async function featuresUsed(app: Pick<App, "db">): Promise<Set<string>> {
  const rows = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.query<{ name: string }>("select name from kw.features_used() as name"),
  );
  return new Set(rows.map(({ name }) => name));
}
