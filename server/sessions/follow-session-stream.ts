import type { OpenCtx, StreamEvent } from "../platform/route.ts";
import { HEARD_MS, readSession } from "./session.ts";
import { SESSION_CHANGED_TOPIC } from "./session-events.ts";

/** The session now, and again with every change of it: a code that is replaced, a phone that agrees. @throws not_found */
export async function followSessionStream(ctx: OpenCtx, channelId: string): Promise<AsyncIterable<StreamEvent>> {
  const read = async (): Promise<StreamEvent> => ({
    event: "session",
    data: await ctx.db.tx({ workspaceIds: [ctx.workspaceId] }, (tx) => readSession({ ...ctx, tx }, channelId)),
  });
  let wake = Promise.withResolvers<void>();
  let isChanged = false;
  const changed = (): void => {
    isChanged = true;
    wake.resolve();
  };
  // before the first read: what changes from here on is told
  const stops = [
    ctx.bus.subscribe(SESSION_CHANGED_TOPIC, (id) => void (id === channelId && changed())),
    ctx.bus.onGap(changed),
  ];
  const stop = (): void => {
    stops.forEach((end) => end());
    wake.resolve();
  };
  ctx.signal.addEventListener("abort", stop, { once: true });
  const first = await read().catch((error: unknown) => {
    stop();
    throw error;
  });
  return (async function* () {
    try {
      yield first;
      for (;;) {
        // that nobody took up a pairing is no change of the row
        const late = setTimeout(changed, HEARD_MS + 1_000);
        if (!isChanged && !ctx.signal.aborted) await wake.promise;
        clearTimeout(late);
        wake = Promise.withResolvers();
        isChanged = false;
        if (ctx.signal.aborted) return;
        yield await read();
      }
    } finally {
      stop();
    }
  })();
}
