// A vote names its options by their hash, sealed with a key that came with the poll. Baileys (rc14) hands it over as it came.
import { createHash } from "node:crypto";
import { decryptPollVote, type proto } from "baileys";

import type { StoredPoll } from "../provider.ts";

export interface VoteNames {
  /** every name that the author of the poll goes by, and the voter: which of them the sealing phone used, it does not say */
  creators: readonly string[];
  voters: readonly string[];
}

const hashOf = (option: string): string => createHash("sha256").update(option).digest("hex");

/** The options that were chosen, by their words; empty when the vote was taken back, undefined when it cannot be read. */
export function readVote(
  update: proto.Message.IPollUpdateMessage,
  { options, votesKey }: StoredPoll,
  { creators, voters }: VoteNames,
): string[] | undefined {
  const { vote, pollCreationMessageKey } = update;
  if (!vote?.encPayload || !vote.encIv || !pollCreationMessageKey?.id) return undefined;
  const byHash = new Map(options.map((option) => [hashOf(option), option]));
  for (const pollCreatorJid of creators)
    for (const voterJid of voters) {
      const names = { pollCreatorJid, voterJid, pollMsgId: pollCreationMessageKey.id, pollEncKey: votesKey };
      try {
        const { selectedOptions } = decryptPollVote(vote, names);
        return (selectedOptions ?? []).flatMap((hash) => byHash.get(Buffer.from(hash).toString("hex")) ?? []);
      } catch {
        // sealed under another of the names: the tag does not fit
      }
    }
  return undefined;
}
