// Conformance: what goes wrong.
import { expect, test } from "vitest";
import type { Bench } from "./conformance-bench.ts";
import { faultSentences } from "./fault-sentences.ts";

/** What goes wrong is told by its kind, without content, and nothing is sent that was refused. */
export function faultsConform<S, K>(bench: Bench<S, K>): void {
  const { provider, link, send, faultOf } = bench;

  test.each([
    "retry_later",
    "rejected",
    "recipient_unreachable",
    "window_closed",
    "auth_lost",
    "banned",
    "opted_out",
  ] as const)("trouble of the kind %s is told as such, without content", async (kind) => {
    if (!bench.sim.trouble(kind)) return;
    const run = send({ kind: "text", text: "a-very-private-text" });
    const fault = await faultOf(run);
    expect(fault).toMatchObject({ kind });
    expect(fault.afterMs === undefined).toBe(kind !== "retry_later");
    expect(Object.keys(faultSentences)).toContain(fault.sentence);
    await run.catch((error: Error) => {
      expect(`${error.message}${error.stack}`).not.toContain("a-very-private-text");
      // What a logger would print.
      expect(Object.keys(error)).not.toContain("fault");
    });
  });

  test.each(["cut_after_acceptance", "nonsense_answer"] as const)(
    "a lost answer (%s) leaves the outcome open",
    async (trouble) => {
      if (!bench.sim.trouble(trouble)) return;
      const fault = await faultOf(send({ kind: "text", text: "Did it go?" }));
      expect(fault).toMatchObject({ kind: "unknown", isOutcomeUnknown: true, sentence: "outcome_unknown" });
    },
  );

  test("a call that was given up before it began was not carried out", async () => {
    const before = bench.sim.taken().length;
    const run = provider.send(
      link(),
      { to: bench.sim.person.address, content: { kind: "text", text: "x" } },
      AbortSignal.abort(),
    );
    expect(await faultOf(run)).toMatchObject({ kind: "retry_later" });
    expect(bench.sim.taken()).toHaveLength(before);
  });

  test("a text that is too long is refused before anything is sent", async () => {
    const before = bench.sim.taken().length;
    const text = "x".repeat(provider.can.text.value.maxLength + 1);
    expect(await faultOf(send({ kind: "text", text }))).toMatchObject({ kind: "rejected", sentence: "too_long" });
    expect(bench.sim.taken()).toHaveLength(before);
  });
}
