// The loop that delivers: one lane an endpoint, each with its own calls, so that a slow receiver waits for nobody but itself.
import type { App } from "../platform/context.ts";
import { KeyDestroyed } from "../platform/keyring.ts";
import type { Metrics } from "../platform/metrics.ts";
import { attempt, isAboutReceiver, notCalled, TIMEOUT_MS, type Attempt } from "./attempt.ts";
import { claim, readTarget, type Claimed, type EndpointFacts, type Lane, type Target } from "./claim.ts";
import { createEndpointOpener } from "./endpoint-secrets.ts";
import { WEBHOOKS_TOPIC } from "./fill.ts";
import { BACKS_OFF_FROM, createAttemptRecorder, type Outcome } from "./record-attempts.ts";
import { renderDeliveries, type Rendered } from "./render-deliveries.ts";

declare module "../platform/context.ts" {
  interface App {
    /** delivers webhooks; only in processes with the role `worker` */
    deliverer?: Deliverer;
  }
}

const POLL_MS = 1_000;
/** Calls under way at a time, to one receiver and to all together. */
const PER_ENDPOINT = 16;
const MAX_IN_FLIGHT = 1_024;
/** With fewer free calls than this a claim waits a moment for more of them, so that its two transactions are worth their price. */
const WORTH_CLAIMING = PER_ENDPOINT / 2;
const LINGER_MS = 3;

export interface Deliverer extends AsyncDisposable {
  /** Looks for due deliveries now. */
  wake(): void;
  /** Resolves when nothing more can go now and every outcome is committed. For tests and for a calm stop. */
  idle(): Promise<void>;
}

export interface DelivererOptions {
  metrics: Pick<Metrics, "counter">;
}

/** Starts delivering. One deliverer a process; several processes share the deliveries by row locks and leases. */
export function startDeliverer(app: App, options: DelivererOptions): Deliverer {
  const counter = options.metrics.counter(
    "keepword_webhook_attempts_total",
    "Calls of webhooks, by what became of them.",
    ["outcome"],
  );
  const openEndpoint = createEndpointOpener(app);
  const lanes = new Map<string, Promise<void>>();
  /** lanes that were asked for while they were ending */
  const askedAgain = new Set<string>();
  const stirs = new Map<string, () => void>();
  /** endpoints that are left alone until then, so that news for them cost nothing; the look at the table ends it */
  const resting = new Map<string, number>();
  let inFlight = 0;
  let progress = 0;
  let isStopping = false;
  let looking: Promise<void> | undefined;
  let lookAgain = false;

  const nameOf = ({ workspaceId, endpointId }: Lane): string => `${workspaceId}/${endpointId}`;
  const recorder = createAttemptRecorder(app, (outcomes) => {
    progress++;
    // what stood behind them may go
    const heads = outcomes.filter((outcome) => outcome.claimed.isOrdered);
    for (const name of new Set(heads.map((outcome) => nameOf(outcome.claimed)))) askNamed(name);
  });

  async function call(claimed: Claimed, target: Target, rendered: Rendered): Promise<Attempt> {
    const { eventId: id } = claimed;
    const { open, style } = target;
    const { body } = rendered;
    const result = body === undefined ? notCalled(app, rendered.why) : await attempt(app, open, { id, body, style });
    counter.inc({ outcome: result.outcome });
    return result;
  }

  /** Undefined when the workspace's keys are destroyed: it is closed, and gets nothing any more. */
  function openTarget({ workspaceId, endpointId }: Lane, facts: EndpointFacts): Target | undefined {
    try {
      return { ...facts, open: openEndpoint(workspaceId, endpointId, facts.secrets) };
    } catch (error) {
      if (error instanceof KeyDestroyed) return undefined;
      throw error;
    }
  }

  /** The endpoint and what is due for it; nothing while it rests. */
  async function take(lane: Lane, limit: number): Promise<{ target: Target; taken: Claimed[] } | undefined> {
    return app.db.tx({ workspaceIds: [lane.workspaceId] }, async (tx) => {
      const facts = await readTarget(tx, lane);
      const target = facts && openTarget(lane, facts);
      if (!target) return undefined;
      if (target.pausedUntil && target.pausedUntil > app.clock.now()) {
        resting.set(nameOf(lane), target.pausedUntil.getTime());
        return undefined;
      }
      return { target, taken: await claim(app, tx, lane, target, isFailing(target) ? 1 : limit) };
    });
  }

  /** Claims and calls side by side until nothing more can go now. */
  async function runLane(lane: Lane): Promise<void> {
    const name = nameOf(lane);
    const calls = new Set<Promise<void>>();
    const commits = new Set<Promise<void>>();
    let target: Target | undefined;
    let failures = 0;
    /** it only fails, or asks to be left alone: what that means is decided where the outcomes are recorded */
    let isResting = false;
    let isDry = false;
    let nudge = Promise.withResolvers<void>();
    stirs.set(name, () => nudge.resolve());

    const record = (outcome: Outcome): void => {
      const commit = recorder.push(outcome).finally(() => commits.delete(commit));
      commits.add(commit);
    };
    const start = (claimed: Claimed, to: Target, rendered: Rendered): void => {
      const work = call(claimed, to, rendered).then((result) => {
        calls.delete(work);
        inFlight--;
        if (isAboutReceiver(result)) failures = result.outcome === "delivered" ? 0 : failures + 1;
        const isStillFailing = failures > 0 && isFailing(to);
        isResting ||= isStillFailing || failures >= BACKS_OFF_FROM || result.pauseMs > 0 || result.outcome === "gone";
        record({ kind: "called", claimed, attempt: result });
        nudge.resolve();
      });
      calls.add(work);
      inFlight++;
    };
    /** Calls that may begin now. One that fails is tried with one call at a time. */
    const room = (): number => {
      const free = isFailing(target) ? Number(calls.size === 0) : PER_ENDPOINT - calls.size;
      return Math.min(free, MAX_IN_FLIGHT - inFlight);
    };
    /** Takes what can be called at once, renders it and calls it: nothing that is rendered waits. */
    const callNext = async (limit: number): Promise<void> => {
      inFlight += limit; // for what is not claimed yet
      try {
        const found = await take(lane, limit);
        target = found?.target;
        isDry = !found || found.taken.length < (isFailing(found.target) ? 1 : limit);
        if (!found || found.taken.length === 0) return;
        progress++;
        const { taken } = found;
        const putBack = (claimed: Claimed): void => record({ kind: "put_back", claimed });
        const rendered = await renderDeliveries(app, lane, found.target.style, taken).catch((error: unknown) => {
          taken.forEach(putBack);
          throw error;
        });
        for (const claimed of taken) {
          const body = rendered.get(claimed.deliveryId);
          // whoever was kept waiting until its lease may end under the call is somebody else's, or will be
          if (body && !isStopping && !isResting && endsInTime(app, claimed)) start(claimed, found.target, body);
          else putBack(claimed);
        }
      } finally {
        inFlight -= limit;
      }
    };
    try {
      while (!isStopping && !isResting) {
        if (askedAgain.delete(name)) isDry = false;
        if (!isDry && room() > 0) {
          if (room() < WORTH_CLAIMING) await pause(LINGER_MS);
          if (room() > 0) await callNext(room());
          continue;
        }
        if (isDry && calls.size === 0) return;
        await Promise.race([nudge.promise, pause(POLL_MS)]);
        nudge = Promise.withResolvers();
      }
    } finally {
      await Promise.all(calls);
      await Promise.all(commits);
      stirs.delete(name);
      lanes.delete(name);
      if (askedAgain.delete(name)) ask(lane);
    }
  }

  function ask(lane: Lane): void {
    if (isStopping) return;
    const name = nameOf(lane);
    if (lanes.has(name)) {
      askedAgain.add(name);
      return stirs.get(name)?.();
    }
    lanes.set(
      name,
      runLane(lane).catch((error: unknown) =>
        app.log.error({ err: error, endpointId: lane.endpointId }, "a lane of the webhooks stopped"),
      ),
    );
  }

  function askNamed(name: string): void {
    const until = resting.get(name);
    if (until !== undefined && until > app.clock.ms()) return;
    resting.delete(name);
    const [workspaceId = "", endpointId = ""] = name.split("/");
    ask({ workspaceId, endpointId });
  }

  async function look(): Promise<void> {
    do {
      lookAgain = false;
      const due = await app.db.tx({ workspaceIds: [] }, (tx) =>
        tx.named<{ workspace_id: string; endpoint_id: string }>(
          "delivery.lanes",
          "select * from kw.webhook_lanes($1)",
          [app.clock.now()],
        ),
      );
      for (const { workspace_id: workspaceId, endpoint_id: endpointId } of due) {
        resting.delete(`${workspaceId}/${endpointId}`);
        ask({ workspaceId, endpointId });
      }
    } while (lookAgain && !isStopping);
  }

  function wake(): void {
    if (isStopping) return;
    lookAgain = true;
    looking ??= look()
      .catch((error: unknown) => app.log.error({ err: error }, "webhooks that are due could not be read"))
      .finally(() => (looking = undefined));
  }

  async function idle(): Promise<void> {
    for (let seen = -1; seen !== progress || lanes.size > 0;) {
      seen = progress;
      wake();
      await looking;
      await Promise.all(lanes.values());
      await recorder.flushed();
    }
  }

  const timer = setInterval(wake, POLL_MS);
  const stops = [
    app.bus.subscribe(WEBHOOKS_TOPIC, (payload) => payload.split(",").forEach(askNamed)),
    app.bus.onGap(wake),
  ];
  wake();

  return {
    wake,
    idle,
    async [Symbol.asyncDispose]() {
      isStopping = true;
      clearInterval(timer);
      stops.forEach((stop) => stop());
      for (const stir of stirs.values()) stir();
      await looking;
      await Promise.all(lanes.values());
      recorder.stop();
      await recorder.flushed();
    },
  };
}

const isFailing = (endpoint: { failureCount: number } | undefined): boolean =>
  endpoint !== undefined && endpoint.failureCount >= BACKS_OFF_FROM;

/** Whether a call that begins now is over before the lease is. */
const endsInTime = (app: Pick<App, "clock">, { leasedUntil }: Claimed): boolean =>
  leasedUntil.getTime() - app.clock.ms() >= TIMEOUT_MS;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
