import type { Provider, ProviderId } from "./provider.ts";

/** A provider whose settings and secrets were checked by its own schemas when the channel was read. */
export type AnyProvider = Provider<unknown, unknown>;

/** The providers of this installation, by id; app.ts lists them. */
export type Providers = Readonly<Partial<Record<ProviderId, AnyProvider>>>;

/** Forgets a provider's own types, so that a list can hold several. */
export function anyProvider<S, K>(provider: Provider<S, K>): AnyProvider {
  return provider as unknown as AnyProvider;
}

declare module "../platform/context.ts" {
  interface App {
    providers: Providers;
  }
}
