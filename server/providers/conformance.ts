import { describe, expect, test } from "vitest";

import { createBench, never } from "./conformance-bench.ts";
import { faultsConform } from "./conformance-faults.ts";
import { receivingConforms } from "./conformance-receiving.ts";
import { sendingConforms } from "./conformance-sending.ts";
import type { ConformanceSim, Samples } from "./conformance-sim.ts";
import type { Provider } from "./provider.ts";

/** Registers the behaviours that the core relies on, for one provider on its simulated network. */
export function conformance<S, K>(
  provider: Provider<S, K>,
  startSim: () => Promise<ConformanceSim<S, K>>,
  samples: Samples,
): void {
  describe(`${provider.id} keeps the provider contract`, () => {
    const bench = createBench(provider, startSim, samples);
    const { link, faultOf } = bench;

    test("settings and secrets pass their own schemas, and nothing else does", () => {
      expect(provider.settings.safeParse(bench.sim.settings).success).toBe(true);
      expect(provider.secrets.safeParse(bench.sim.secrets).success).toBe(true);
      expect(provider.settings.safeParse({ ...bench.sim.settings, stranger: 1 }).success).toBe(false);
      expect(provider.secrets.safeParse({ ...bench.sim.secrets, stranger: 1 }).success).toBe(false);
    });

    test("every capability says where it was read and when", () => {
      const check = (value: unknown): void => {
        if (typeof value !== "object" || value === null) return;
        if ("source" in value && "readAt" in value) {
          expect(value.source).toMatch(/^https:\/\//);
          expect(value.readAt).toMatch(/^\d{4}-\d\d-\d\d$/);
        } else for (const inner of Object.values(value)) check(inner);
      };
      check(provider.can);
    });

    test("connect proves the credentials and reports health", async () => {
      const found = await provider.connect(link(), never);
      // whoever opened a session has proved them
      if (provider.receive.mode === "session") return expect(found).toEqual({ state: "needs_pairing" });
      expect(found).toMatchObject({
        state: "connected",
        health: { canSend: "available", isSubscribed: true, faults: [] },
      });
      expect(JSON.stringify(found)).not.toContain(Object.values(bench.sim.secrets as object)[0]);
    });

    test("connect with a wrong secret says that the access is lost", async () => {
      for (const wrong of bench.sim.wrongSecrets) {
        expect(await faultOf(provider.connect(link(wrong), never))).toMatchObject({ kind: "auth_lost" });
      }
    });

    receivingConforms(bench);
    sendingConforms(bench);
    faultsConform(bench);
  });
}
