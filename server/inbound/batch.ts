// What a batch is made of, between reading the events and writing the rows.
import type { LiveChannel } from "../channels/channel-directory.ts";
import type { PersonRef } from "../contacts/resolve-contacts.ts";
import type { StatusReport } from "../messages/apply-statuses.ts";
import type { StoredError } from "../messages/message-error.ts";
import type { ReceivedContent } from "../messages/message-view.ts";
import type { ReactionKind } from "../messages/write-reactions.ts";
import type {
  ChannelChanged,
  InboundEvent,
  MessageDeleted,
  MessageEdited,
  PreferenceChanged,
  ProviderErrorReported,
  TemplateChanged,
} from "../providers/inbound-event.ts";

/** One thing a provider told us about one channel. */
export interface Unit<E extends InboundEvent = InboundEvent> {
  channel: LiveChannel;
  event: E;
  receivedAt: Date;
}

export interface MessageDraft {
  channel: LiveChannel;
  /** index into `people`: whose conversation it is */
  person: number;
  /** who spoke, in a group */
  sender: number | null;
  direction: "inbound" | "outbound";
  authorKind: string | null;
  stored: ReceivedContent | null;
  index: Buffer;
  replyToIndex: Buffer | null;
  status: number;
  error: StoredError | null;
  at: Date;
  receivedAt: Date;
  editedAt: Date | null;
  deletedAt: Date | null;
  /** from a history or the business's own phone: notifies nobody */
  isImported: boolean;
  isHistory: boolean;
  /** a person wrote to us: counts as unread, reopens */
  isFresh: boolean;
  /** lets free messages be sent for a while */
  opensWindow: boolean;
}

export interface ReactionDraft {
  channel: LiveChannel;
  person: number;
  /** index into `people`; null: the business itself, on its phone */
  actor: number | null;
  targetIndex: Buffer;
  kind: ReactionKind;
  /** an emoji, or the options of a vote as JSON; null: taken back */
  value: string | null;
  at: Date;
}

export interface ChangeDraft {
  unit: Unit<MessageEdited> | Unit<MessageDeleted>;
  person: number;
  sender: number | null;
  targetIndex: Buffer;
  at: Date;
  /** long ago: notifies nobody */
  isHistory?: true;
}

export interface UnknownDraft {
  unit: Unit;
  name: string;
  errorCode: string;
  raw: unknown;
  /** makes the row's id, so that a redelivery adds nothing */
  dedupeKey: string;
}

export interface Batch {
  people: PersonRef[];
  messages: MessageDraft[];
  statuses: StatusReport[];
  /** our message id → the provider's, told by statuses that carry ours: sealed where the send's answer was lost */
  statusIds: Map<string, string>;
  reactions: ReactionDraft[];
  changes: ChangeDraft[];
  preferences: { unit: Unit<PreferenceChanged>; person: number }[];
  unknown: UnknownDraft[];
  templates: Unit<TemplateChanged>[];
  channelChanges: Unit<ChannelChanged>[];
  providerErrors: Unit<ProviderErrorReported>[];
}
