import { useQueries, useQuery } from "@tanstack/react-query";
import { adminQueries, type Channel } from "../../admin-api.ts";
import { queries } from "../../queries.ts";
import { useCan } from "../shell/use-can.ts";

export interface Setup {
  /** The channel that is furthest; undefined when there is none. */
  channel: Channel | undefined;
  isVerified: boolean;
  hasFailed: boolean;
  hasWebhook: boolean;
  lastInboundAt: string | null;
  hasAnswered: boolean;
  memberCount: number;
  openInvitations: number;
  labelCount: number;
  /** In the order of the steps. */
  done: readonly boolean[];
}

/** How far the workspace is, read from what has really happened: nothing is ticked by a click. Undefined while unknown. */
export function useSetup(everyMs: number): { setup: Setup | undefined; error: unknown; retry: () => void } {
  const canInvite = useCan("member:manage");
  const channels = useQuery(queries.channels());
  const list = (channels.data?.data ?? []) as Channel[];
  const health = useQueries({
    queries: list.map((channel) => ({ ...adminQueries.channelHealth(channel.id), refetchInterval: everyMs })),
  });
  const members = useQuery(queries.members());
  const invitations = useQuery({ ...adminQueries.invitations(), enabled: canInvite });
  const labels = useQuery(queries.labels());

  const needed = [channels, members, labels, ...health];
  const failed = needed.find((query) => query.isError && query.data === undefined);
  const retry = (): void => {
    for (const query of needed) if (query.isError) void query.refetch();
  };
  if (needed.some((query) => query.data === undefined)) return { setup: undefined, error: failed?.error, retry };

  const known = health.flatMap((query) => (query.data ? [query.data] : []));
  const isVerified = known.some((one) => one.checkState === "ok");
  const lastInboundAt = known.reduce<string | null>(
    (last, one) => (one.lastInboundAt && (!last || one.lastInboundAt > last) ? one.lastInboundAt : last),
    null,
  );
  const hasAnswered = known.some((one) => one.lastSentAt !== null);
  const memberCount = members.data?.data.length ?? 0;
  const labelCount = labels.data?.data.length ?? 0;
  const best = known.find((one) => one.checkState === "ok") ?? known[0];
  return {
    setup: {
      channel: list.find((one) => one.id === best?.id) ?? list[0],
      isVerified,
      hasFailed: !isVerified && known.some((one) => one.checkState === "failed"),
      hasWebhook: known.some((one) => one.lastWebhookAt !== null),
      lastInboundAt,
      hasAnswered,
      memberCount,
      openInvitations: invitations.data?.data.filter((one) => one.state === "open").length ?? 0,
      labelCount,
      done: [isVerified, lastInboundAt !== null, hasAnswered, memberCount > 1, labelCount > 0],
    },
    error: undefined,
    retry,
  };
}
