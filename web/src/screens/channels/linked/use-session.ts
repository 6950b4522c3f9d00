import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import { adminQueries, type Session } from "../../../admin-api.ts";
import { kw } from "../../../api.ts";
import { queryClient } from "../../../query-client.ts";

/** Where a linked phone stands. Who may manage the channel follows each change of it, codes included; others hear of its states. */
export function useSession(channelId: string, canFollow: boolean): UseQueryResult<Session> {
  useEffect(() => {
    if (!canFollow) return;
    const stop = new AbortController();
    const follow = async (): Promise<void> => {
      for await (const { event, data } of kw.stream("session.follow", { id: channelId }, { signal: stop.signal }))
        if (event === "session") putSession(data as Session);
    };
    // Refused (signed out, channel removed): the next call finds out.
    follow().catch(() => undefined);
    return () => stop.abort();
  }, [channelId, canFollow]);
  return useQuery(adminQueries.session(channelId));
}

export function putSession(session: Session): void {
  queryClient.setQueryData(adminQueries.session(session.channelId).queryKey, session);
}
