// One provider on its simulated network, and the calls that the conformance tests make.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect } from "vitest";
import { createSafeFetch, type SafeFetch } from "../platform/safe-fetch.ts";
import type { Address } from "./address.ts";
import type { ConformanceSim, Samples } from "./conformance-sim.ts";
import type { OutboundContent, OutboundMessage } from "./outbound-message.ts";
import { ProviderError, type ProviderFault } from "./provider-error.ts";
import type { Link, Provider, SendReceipt } from "./provider.ts";

export interface Bench<S, K> {
  readonly provider: Provider<S, K>;
  readonly samples: Samples;
  /** There from the first test on. */
  readonly sim: ConformanceSim<S, K>;
  readonly link: (secrets?: K) => Link<S, K>;
  /** Sends to the person, and waits until the network has it. */
  readonly send: (
    content: OutboundContent,
    more?: Pick<OutboundMessage, "replyTo" | "callbackData" | "refersTo"> & { to?: Address },
  ) => Promise<SendReceipt>;
  /** Why a call failed: with a `ProviderError`, or the test fails. */
  readonly faultOf: (run: Promise<unknown>) => Promise<ProviderFault>;
}

export const never = new AbortController().signal;
export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** To be called where the tests are registered: the network starts before them and ends after them. */
export function createBench<S, K>(
  provider: Provider<S, K>,
  startSim: () => Promise<ConformanceSim<S, K>>,
  samples: Samples,
): Bench<S, K> {
  let sim: ConformanceSim<S, K>;
  let http: SafeFetch;
  beforeAll(async () => {
    sim = await startSim();
    http = createSafeFetch({ privateOrigins: sim.origins });
  });
  afterAll(async () => {
    await http.close();
    await sim[Symbol.asyncDispose]();
  });
  const link = (secrets: K = sim.secrets): Link<S, K> => ({
    ...{ channelId: "chn_test", settings: sim.settings, secrets, http, agentFor: http.agentFor },
    clock: { now: () => new Date() },
  });
  return {
    ...{ provider, samples, link },
    get sim() {
      return sim;
    },
    async send(content, more = {}) {
      const receipt = await provider.send(link(), { to: sim.person.address, content, ...more }, never);
      await sim.arrived?.(receipt.providerMessageId);
      return receipt;
    },
    async faultOf(run) {
      const error = await run.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(ProviderError);
      return (error as ProviderError).fault;
    },
  };
}
