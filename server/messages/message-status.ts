/**
 * One monotone order: a late `sent` never takes back a failure, and a delivery overrides one (a provider may report a failure
 * to one device and then deliver to another). The gaps leave room.
 */
const ranks = { received: 0, queued: 10, sent: 20, failed: 25, delivered: 30, read: 40, played: 50 } as const;

export type MessageStatusName = keyof typeof ranks;

const names = new Map<number, MessageStatusName>(
  Object.entries(ranks).map(([name, rank]) => [rank, name as MessageStatusName]),
);

/** The number that is stored for a status. */
export function statusRank(name: MessageStatusName): number {
  return ranks[name];
}

/** The status behind a stored number. Throws a RangeError for a number that is none. */
export function statusName(rank: number): MessageStatusName {
  const name = names.get(rank);
  if (name === undefined) throw new RangeError("not a message status");
  return name;
}
