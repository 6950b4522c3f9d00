import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import { adminQueries, type Session } from "../../../admin-api.ts";
import { kw } from "../../../api.ts";
import { queryClient } from "../../../query-client.ts";

/**
 * Where a linked phone stands. Who may manage the channel follows each change of it, codes included; others hear of its states.
 * What a command answers is not put here: it may come after the stream has said what the command led to.
 */
export function useSession(channelId: string, canFollow: boolean): UseQueryResult<Session> {
  useEffect(() => {
    if (!canFollow) return;
    const stop = new AbortController();
    const follow = async (): Promise<void> => {
      for await (const { event, data } of kw.stream("session.follow", { id: channelId }, { signal: stop.signal }))
        if (event === "session") await putSession(data as Session);
    };
    // Refused (signed out, channel removed): the next call finds out.
    follow().catch(() => undefined);
    return () => stop.abort();
  }, [channelId, canFollow]);
  return useQuery(adminQueries.session(channelId));
}

/** What the stream says is newer than any read under way: a late answer must not take a code away again. */
async function putSession(session: Session): Promise<void> {
  const { queryKey } = adminQueries.session(session.channelId);
  await queryClient.cancelQueries({ queryKey, exact: true });
  queryClient.setQueryData(queryKey, session);
}
