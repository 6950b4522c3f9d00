import type { OpenCtx, StreamEvent } from "../platform/route.ts";
import { readSession } from "./session.ts";
import { SESSION_CHANGED_TOPIC } from "./session-events.ts";

/** The session now, and again with every change of it: a code that is replaced, a phone that agrees. @throws not_found */
export async function followSessionStream(ctx: OpenCtx, channelId: string): Promise<AsyncIterable<StreamEvent>> {
  const read = async (): Promise<StreamEvent> => ({
    event: "session",
    data: await ctx.db.tx({ workspaceIds: [ctx.workspaceId] }, (tx) => readSession({ ...ctx, tx }, channelId)),
  });
  const first = await read();
  return (async function* () {
    let wake = Promise.withResolvers<void>();
    let isChanged = false;
    const changed = (): void => {
      isChanged = true;
      wake.resolve();
    };
    const stops = [
      ctx.bus.subscribe(SESSION_CHANGED_TOPIC, (id) => void (id === channelId && changed())),
      ctx.bus.onGap(changed),
    ];
    ctx.signal.addEventListener("abort", () => wake.resolve(), { once: true });
    try {
      yield first;
      for (;;) {
        if (!isChanged && !ctx.signal.aborted) await wake.promise;
        wake = Promise.withResolvers();
        isChanged = false;
        if (ctx.signal.aborted) return;
        yield await read();
      }
    } finally {
      stops.forEach((stop) => stop());
    }
  })();
}
