import type { proto as Proto } from "baileys";
import { aesEncryptGCM, proto } from "baileys";
import { createHash, createHmac, randomBytes } from "node:crypto";
import type { SimMessage } from "./state.ts";

const hashOf = (option: string): Buffer => createHash("sha256").update(option).digest();

/** The newest vote of each person stands, as their phone tells a new device of it. */
export function noteVote(poll: SimMessage, by: string, options: string[], at: number): void {
  poll.votes = [...poll.votes.filter((vote) => vote.by !== by), { by, options: options.map(hashOf), at }];
}

/** A vote is sealed with the secret that came with the poll; it names options by their hash. */
export function voteOf(
  key: Proto.IMessageKey,
  poll: SimMessage,
  creatorJid: string,
  voterJid: string,
  options: string[],
  atMs: number,
): Proto.Message.IPollUpdateMessage {
  const secret = poll.message.messageContextInfo?.messageSecret;
  if (poll.type !== "poll" || !secret) throw new Error(`${poll.id} is not a poll that can be voted on`);
  const selectedOptions = options.map(hashOf);
  const vote = proto.Message.PollVoteMessage.encode({ selectedOptions }).finish();
  const base = createHmac("sha256", Buffer.alloc(32)).update(secret).digest();
  const label = Buffer.concat([Buffer.from(poll.id + creatorJid + voterJid + "Poll Vote"), Buffer.from([1])]);
  const sealKey = createHmac("sha256", base).update(label).digest();
  const encIv = randomBytes(12);
  const encPayload = aesEncryptGCM(vote, sealKey, encIv, Buffer.from(`${poll.id}\0${voterJid}`));
  return { pollCreationMessageKey: key, vote: { encIv, encPayload }, senderTimestampMs: atMs };
}
