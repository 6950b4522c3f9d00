// Generated from docs/openapi.json by `npm run generate`. Do not edit.

export interface AccessReview {
  madeAt: string;
  data: ({
    kind: "member" | "invitation" | "api_key";
    id: string;
    name: string | null;
    email: string | null;
    /** null: a key has its permissions only. */
    role: string | null;
    permissions: string[];
    /** null: every channel. */
    channelIds: string[] | null;
    since: string;
    /** To the minute. null: not in the last 60 days, or never; of a member also when they are in other workspaces too, because a login is not of one workspace. */
    lastUsedAt: string | null;
    expiresAt: string | null;
  })[];
}

export interface Agreement {
  document: "terms" | "data_processing";
  /** Names the exact words, in all languages. */
  version: string;
  /** Where it can be read. */
  path: string;
  /** What is new since the words that were accepted last; null: nothing, or none were. */
  changesPath: string | null;
  /** null: this version was not accepted for the workspace yet. */
  acceptedAt: string | null;
  /** The member who did; null at the command line: the operator. */
  acceptedBy: string | null;
}

export interface AlertSettings {
  /** Who gets a mail when a channel goes down or recovers, or an endpoint is switched off. */
  recipients: "owners_and_admins" | "owners" | "nobody";
  /** Of these mails. */
  language: "en" | "de" | "ar";
}

export interface Attachment {
  id: string;
  kind: "image" | "video" | "audio" | "voice" | "document" | "sticker";
  state: "pending" | "stored" | "failed" | "removed";
  mimeType: string | null;
  bytes: number | null;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  fileName: string | null;
  errorCode: string | null;
}

export interface Breach {
  id: string;
  kind: "confidentiality" | "integrity" | "availability";
  description: string;
  peopleAffected: number | null;
  foundAt: string;
  /** 72 hours after it was found. */
  authorityDueAt: string;
  isOverdue: boolean;
  authorityToldAt: string | null;
  peopleToldAt: string | null;
  closedAt: string | null;
}

export interface Channel {
  id: string;
  provider: "whatsapp_cloud" | "whatsapp_linked" | "messenger" | "instagram";
  name: string;
  status: "verifying" | "connected" | "needs_attention" | "disconnected" | "deleting";
  contentMode: string;
  /** When people learn that what they wrote was read. With `never` they see no typing either. */
  readReceipts: "never" | "on_open" | "on_reply";
  settings: Record<string, unknown>;
  /** Types of message that can be sent over it. */
  sends: string[];
  /** How long a message that was sent can be edited, and deleted for everybody; null: never. */
  changes: {
    editMinutes: number | null;
    deleteMinutes: number | null;
  };
  /** Whether it is connected by what its network offers to businesses. */
  isOfficial: boolean;
  /** It works while a phone is linked (`/session`); one without has keys, and is called at `webhookUrl`. */
  hasSession: boolean;
  /** Enter it in the provider's console, with the verify token. */
  webhookUrl: string;
  verifiedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

export interface ChannelHealth {
  id: string;
  status: string;
  checkedAt: string | null;
  checkState: "unknown" | "ok" | "failed";
  /** Why the last check failed: a provider's code, or `route_taken`. */
  checkCode: string | null;
  lastWebhookAt: string | null;
  lastInboundAt: string | null;
  lastSentAt: string | null;
  lastErrorAt: string | null;
  lastErrorCode: string | null;
  /** Between the provider's time of the last message and its arrival here. */
  lagMs: number | null;
  /** Parts that could not be applied and wait for a replay. */
  poisonCount: number;
  /** Parts of a kind that this version does not read. */
  unknownCount: number;
  /** Messages that are not sent yet, those that are tried again later among them; at most 10,000 are counted. */
  waitingCount: number;
  /** What the provider reported: `check` of the last check, then one entry a kind (`quality`, `limit`, …). */
  details: Record<string, unknown>;
}

export interface ConsentEvent {
  id: string;
  contactId: string;
  channelId: string | null;
  purpose: string;
  action: string;
  method: string;
  /** Names the exact words; the same words have the same version. */
  textVersion: string | null;
  text: string | null;
  /** null: none was given, or it was destroyed. */
  proof: Record<string, unknown> | null;
  expiresAt: string | null;
  /** Place in the contact's chain, from 1. */
  position: number;
  /** Link of the chain: a SHA-256 over this entry and the link before it. */
  hash: string;
  occurredAt: string;
  createdAt: string;
}

export interface ConsentRule {
  /** Double opt-in: what the team records counts only after the person themself agreed, by message or on their page. */
  needsConfirmation: boolean;
  minAge: number;
  /** How long a consent holds; null: until it is withdrawn. */
  validDays: number | null;
  purpose: "marketing" | "utility" | "ai_transcription" | "disclosure";
}

export interface ConsentStanding {
  data: ({
    purpose: string;
    standing: "platform_stopped" | "objected" | "withdrawn" | "confirmed" | "granted" | "imported" | "requested" | "expired" | "none";
    /** Whether messages that the person did not ask for may go. */
    maySend: boolean;
    since: string | null;
    expiresAt: string | null;
    /** The entry that decides. */
    consentId: string | null;
    method: string | null;
  })[];
  /** Why their data may be used here, by whoever imported them; newest first. */
  grounds: ({
    consentId: string;
    /** As it was given with the import; null: its proof is not there any more. */
    basis: string | null;
    occurredAt: string;
    /** A member's or an API key's id. */
    importedBy: string | null;
  })[];
  /** false: an entry of the ledger was changed, removed or slipped in. */
  isWhole: boolean;
}

export interface Contact {
  id: string;
  /** null when nobody told one, or the content was destroyed. */
  name: string | null;
  isGroup: boolean;
  identities: ContactIdentity[];
  /** By the name of a declared attribute. number: `-12.5` · date: `2026-01-31` · boolean: `true` · choice: an option. */
  attributes: Record<string, unknown>;
  conversationIds: string[];
  createdAt: string;
  updatedAt: string;
  restrictedAt: string | null;
}

export interface ContactAttribute {
  id: string;
  name: string;
  label: string;
  type: "text" | "number" | "date" | "boolean" | "choice";
  options: string[];
  category: "user.content" | "user.name" | "user.contact.email" | "user.contact.phone_number" | "user.unique_id" | "user.behavior" | "special.health" | "special.religion" | "special.ethnicity" | "special.politics" | "special.union" | "special.sex_life" | "special.biometrics" | "special.genetics" | "special.criminal";
  createdAt: string;
  updatedAt: string;
  /** It is being removed, with its values: nothing is written any more. */
  removedAt: string | null;
}

export interface ContactIdentity {
  /** `phone`, `wa_user_id`, `username`, … */
  kind: string;
  value: string;
}

export interface ContactImport {
  id: string;
  state: "receiving" | "ready" | "running" | "ended";
  /** How it ended. `person_erased`: somebody was erased, and the file may hold them. `unused`: not started within a day. `stalled`: it did not come to an end within a day. `not_permitted`: whoever started it may not import here any more. */
  outcome: "done" | "canceled" | "person_erased" | "unused" | "stalled" | "unreadable" | "workspace_closing" | "not_permitted" | null;
  /** Whether you are shown columns and refused rows, and may check and start it: before it has ended whoever brought it, and who has `contact:special`; then everybody who may import. Others get `not_found` there, and numbers here. */
  mayOpen: boolean;
  /** null once the file is deleted, and to whom it is not open. */
  fileName: string | null;
  encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | null;
  delimiter: "," | ";" | "\t" | null;
  columns: number;
  /** Without the header and empty rows. */
  rows: number;
  /** Rows that were worked on, whatever came of them. */
  taken: number;
  isChecked: boolean;
  mapping: ({
    /** The first column is 1. */
    column: number;
    to: "name";
  } | {
    /** The first column is 1. */
    column: number;
    to: "phone";
  } | {
    /** The first column is 1. */
    column: number;
    to: "userId";
  } | {
    /** The first column is 1. */
    column: number;
    to: "attribute";
    attribute: string;
  })[] | null;
  /** What the check was asked: also names that the team gave. */
  overwriteNames: boolean;
  /** What the check was told about numbers without a country. */
  defaultCountry: string | null;
  /** What the check was told about days that are not clear. */
  dateOrder: "day_first" | "month_first" | null;
  /** The ground that it was started with; null before. */
  attestation: {
    basis: "consent" | "contract" | "legitimate_interest" | "legal_obligation";
    purposes: ("marketing" | "utility" | "ai_transcription" | "disclosure")[];
    /** The member, or the key, who vouched for it. */
    by: string | null;
  } | null;
  /** Of the check; from the start on, of the import. */
  counts: {
    new: number;
    /** Rows about people who are known, with something new. */
    changed: number;
    unchanged: number;
    /** Rows about somebody whom an earlier row of the file is about. */
    repeated: number;
    refused: number;
    /** Values, not rows: names and attributes without which people are imported. */
    leftOut: number;
  };
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  fileRemovedAt: string | null;
  /** Once it has ended: until when the rows that were not taken whole can be downloaded; null where nothing is kept. Before, they are read from the file. */
  refusedUntil: string | null;
}

export interface ContactImportColumn {
  column: number;
  header: string;
  /** Of its first rows, shortened. */
  samples: string[];
  guess: "name" | "phone" | "userId" | "attribute" | null;
  /** With `attribute`: which declared one, by its name or label. */
  attribute: string | null;
  /** There are numbers in it that say no country. */
  lacksCountry: boolean;
  /** Where most of its other numbers are from; a suggestion for those. */
  country: string | null;
  /** There are days in it that can be read in two ways. */
  hasUnclearDates: boolean;
  /** As its other days are written; a suggestion for those. */
  dateOrder: "day_first" | "month_first" | null;
}

export interface ContactImportRefusal {
  /** As a spreadsheet counts: the header is row 1. */
  row: number;
  /** The first column is 1; null where it is about the whole row. */
  column: number | null;
  /** As the file names the column; null where it does not, and once nothing of the file is kept. */
  header: string | null;
  code: string;
  /** Why, in the asked language. */
  title: string;
  /** true: the row was taken, without the value of this column. */
  isLeftOut: boolean;
}

export interface ContactLink {
  id: string;
  /** Shown once. Whoever holds it sees the page; what is sensitive also asks for a code from the person's number. */
  url: string;
  channelId: string;
  expiresAt: string;
}

export interface ContactReach {
  channelId: string;
  /** Where they spoke on it already. */
  conversationId: string | null;
}

export interface ContactSummary {
  id: string;
  /** null when nobody told one, or the content was destroyed. */
  name: string | null;
  isGroup: boolean;
  identities: ContactIdentity[];
}

export interface ContentModePreview {
  /** The present one. */
  contentMode: string;
  mode: string;
  /** Whether a change to `mode` destroys what is stored already. */
  isStricter: boolean;
  /** What a change to `mode` destroys; nothing when it is not stricter. */
  destroys: {
    messages: number;
    files: number;
  };
  /** What the present mode keeps no longer and is being destroyed. */
  waiting: {
    messages: number;
    files: number;
  };
}

export interface Conversation {
  id: string;
  channelId: string;
  contact: ContactSummary;
  /** The person's data is not used for now: what they write is kept, and nothing can be sent to them. */
  isRestricted: boolean;
  status: "open" | "pending" | "snoozed" | "resolved";
  /** The member it is assigned to. */
  assignee: {
    id: string;
  } | null;
  /** Label ids. */
  labels: string[];
  /** Messages received so far. Unread for a member = this, less what the member has read of it. */
  inboundCount: number;
  /** For the member who asks; 0 for API keys. */
  unreadCount: number;
  snoozedUntil: string | null;
  /** Of one in which nobody wrote yet: when it was made. */
  lastMessageAt: string;
  lastMessage: {
    id: string;
    direction: "inbound" | "outbound";
    type: string;
    /** First 160 characters; never of a channel that keeps no content. */
    text?: string | undefined;
    contentDestroyedAt?: string | undefined;
    status: "received" | "queued" | "sent" | "failed" | "delivered" | "read" | "played";
    authorId: string | null;
    at: string;
  } | null;
  /** Opened to write to somebody, and nothing was written in it or done with it yet: it counts nowhere. */
  isEmpty: boolean;
  serviceWindow: {
    /** Whether free messages are possible now; true where the provider has no window. */
    isOpen: boolean;
    expiresAt: string | null;
  };
  createdAt: string;
  updatedAt: string;
}

export interface Delivery {
  id: string;
  endpointId: string;
  /** `webhook-id` of every attempt, and the id in `GET /v1/events`. */
  eventId: string;
  eventType: string;
  position: string;
  occurredAt: string;
  /** `failed` means that the last attempt of the schedule is over. */
  state: "pending" | "delivered" | "failed";
  attempts: number;
  /** null when no attempt is to come. */
  nextAttemptAt: string | null;
  finishedAt: string | null;
  lastOutcome: "delivered" | "refused" | "redirect" | "gone" | "slow_down" | "timeout" | "unreachable" | "blocked" | "broken" | "content_gone" | null;
  lastStatus: number | null;
}

export interface Event {
  id: string;
  type: string;
  /** Place in the workspace's log; `after` takes it. Later events have later positions. */
  position: string;
  occurredAt: string;
  /** Ids, and for `message.*`, `conversation.*` and `note.*` what they mean now in `message`, `conversation` or `note`; null when it is gone. A message whose content was destroyed has `content: null` and `contentDestroyedAt`. */
  data: Record<string, unknown>;
}

export interface Feature {
  id: string;
  does: string;
  /** Off until an owner, or a key with `workspace:manage`, turns it on. */
  isOn: boolean;
  /** The tables and stores that only it fills. */
  keeps: string[];
  /** Who receives data by it. */
  passesTo: string[];
}

export interface GraphAnswer {
  messaging_product?: "whatsapp" | undefined;
  contacts?: ({
    input: string;
    wa_id?: string | undefined;
    user_id?: string | undefined;
  })[] | undefined;
  messages?: ({
    /** Later statuses carry it; replies, reactions and read marks take it. */
    id: string;
    message_status?: string | undefined;
  })[] | undefined;
  /** Of a read mark. */
  success?: true | undefined;
}

export interface GraphError {
  error: {
    message: string;
    type: "OAuthException";
    code: number;
    error_subcode?: number | undefined;
    error_data: {
      messaging_product: "whatsapp";
      details: string;
    };
    is_transient?: boolean | undefined;
    /** Also in the `x-request-id` header and the operator's log. */
    fbtrace_id: string;
  };
}

export interface GraphMessage {
  messaging_product: "whatsapp";
  status?: "read" | undefined;
  /** With `status`: which message was read; the earlier ones were read too. */
  message_id?: string | undefined;
  typing_indicator?: {
    type: string;
  } | undefined;
  recipient_type?: "individual" | "group" | undefined;
  /** A phone number with its country code, with or without `+`. */
  to?: string | undefined;
  /** A business-scoped user id; `to` wins over it. */
  recipient?: string | undefined;
  /** Default `text`. */
  type?: string | undefined;
  /** The message that this one answers. */
  context?: {
    message_id: string;
  } | undefined;
  /** Comes back as `callbackData` of the message. */
  biz_opaque_callback_data?: string | undefined;
  text?: {
    body: string;
    preview_url?: boolean | undefined;
  } | undefined;
  image?: {
    /** From `POST /graph/{version}/{id}/media`. */
    id?: string | undefined;
    /** Not fetched here: upload the file and send its id. */
    link?: string | undefined;
    caption?: string | undefined;
    filename?: string | undefined;
    voice?: boolean | undefined;
  } | undefined;
  video?: {
    /** From `POST /graph/{version}/{id}/media`. */
    id?: string | undefined;
    /** Not fetched here: upload the file and send its id. */
    link?: string | undefined;
    caption?: string | undefined;
    filename?: string | undefined;
    voice?: boolean | undefined;
  } | undefined;
  audio?: {
    /** From `POST /graph/{version}/{id}/media`. */
    id?: string | undefined;
    /** Not fetched here: upload the file and send its id. */
    link?: string | undefined;
    caption?: string | undefined;
    filename?: string | undefined;
    voice?: boolean | undefined;
  } | undefined;
  document?: {
    /** From `POST /graph/{version}/{id}/media`. */
    id?: string | undefined;
    /** Not fetched here: upload the file and send its id. */
    link?: string | undefined;
    caption?: string | undefined;
    filename?: string | undefined;
    voice?: boolean | undefined;
  } | undefined;
  sticker?: {
    /** From `POST /graph/{version}/{id}/media`. */
    id?: string | undefined;
    /** Not fetched here: upload the file and send its id. */
    link?: string | undefined;
    caption?: string | undefined;
    filename?: string | undefined;
    voice?: boolean | undefined;
  } | undefined;
  location?: {
    latitude: number;
    longitude: number;
    name?: string | undefined;
    address?: string | undefined;
  } | undefined;
  contacts?: ({
    name: {
      formatted_name: string;
    };
    phones?: ({
      phone?: string | undefined;
      wa_id?: string | undefined;
      type?: string | undefined;
    })[] | undefined;
    emails?: ({
      email: string;
      type?: string | undefined;
    })[] | undefined;
    urls?: ({
      url: string;
      type?: string | undefined;
    })[] | undefined;
    addresses?: ({
      street?: string | undefined;
      city?: string | undefined;
      state?: string | undefined;
      zip?: string | undefined;
      country?: string | undefined;
      type?: string | undefined;
    })[] | undefined;
    org?: {
      company?: string | undefined;
      department?: string | undefined;
      title?: string | undefined;
    } | undefined;
    birthday?: string | undefined;
  })[] | undefined;
  reaction?: {
    message_id: string;
    emoji?: string | undefined;
  } | undefined;
  interactive?: {
    type: string;
    header?: {
      type: string;
      text?: string | undefined;
      image?: {
        /** From `POST /graph/{version}/{id}/media`. */
        id?: string | undefined;
        /** Not fetched here: upload the file and send its id. */
        link?: string | undefined;
        caption?: string | undefined;
        filename?: string | undefined;
        voice?: boolean | undefined;
      } | undefined;
      video?: {
        /** From `POST /graph/{version}/{id}/media`. */
        id?: string | undefined;
        /** Not fetched here: upload the file and send its id. */
        link?: string | undefined;
        caption?: string | undefined;
        filename?: string | undefined;
        voice?: boolean | undefined;
      } | undefined;
      document?: {
        /** From `POST /graph/{version}/{id}/media`. */
        id?: string | undefined;
        /** Not fetched here: upload the file and send its id. */
        link?: string | undefined;
        caption?: string | undefined;
        filename?: string | undefined;
        voice?: boolean | undefined;
      } | undefined;
    } | undefined;
    body?: {
      text: string;
    } | undefined;
    footer?: {
      text: string;
    } | undefined;
    action?: {
      name?: string | undefined;
      button?: string | undefined;
      buttons?: ({
        reply: {
          id: string;
          title: string;
        };
      })[] | undefined;
      sections?: (Record<string, unknown>)[] | undefined;
      parameters?: Record<string, unknown> | undefined;
    } | undefined;
  } | undefined;
  template?: {
    name: string;
    language: {
      code: string;
    };
    components?: ({
      type: string;
      sub_type?: string | undefined;
      index?: number | undefined;
      parameters?: ({
        type: string;
        parameter_name?: string | undefined;
        text?: string | undefined;
        payload?: string | undefined;
        coupon_code?: string | undefined;
        currency?: {
          fallback_value: string;
          code: string;
          amount_1000: number;
        } | undefined;
        date_time?: {
          fallback_value: string;
        } | undefined;
        image?: {
          /** From `POST /graph/{version}/{id}/media`. */
          id?: string | undefined;
          /** Not fetched here: upload the file and send its id. */
          link?: string | undefined;
          caption?: string | undefined;
          filename?: string | undefined;
          voice?: boolean | undefined;
        } | undefined;
        video?: {
          /** From `POST /graph/{version}/{id}/media`. */
          id?: string | undefined;
          /** Not fetched here: upload the file and send its id. */
          link?: string | undefined;
          caption?: string | undefined;
          filename?: string | undefined;
          voice?: boolean | undefined;
        } | undefined;
        document?: {
          /** From `POST /graph/{version}/{id}/media`. */
          id?: string | undefined;
          /** Not fetched here: upload the file and send its id. */
          link?: string | undefined;
          caption?: string | undefined;
          filename?: string | undefined;
          voice?: boolean | undefined;
        } | undefined;
        location?: {
          latitude: number;
          longitude: number;
          name?: string | undefined;
          address?: string | undefined;
        } | undefined;
        action?: Record<string, unknown> | undefined;
        limited_time_offer?: {
          expiration_time_ms: number;
        } | undefined;
      })[] | undefined;
      cards?: ({
        components: ({
          type: string;
          sub_type?: string | undefined;
          index?: number | undefined;
          parameters?: ({
            type: string;
            parameter_name?: string | undefined;
            text?: string | undefined;
            payload?: string | undefined;
            coupon_code?: string | undefined;
            currency?: {
              fallback_value: string;
              code: string;
              amount_1000: number;
            } | undefined;
            date_time?: {
              fallback_value: string;
            } | undefined;
            image?: {
              /** From `POST /graph/{version}/{id}/media`. */
              id?: string | undefined;
              /** Not fetched here: upload the file and send its id. */
              link?: string | undefined;
              caption?: string | undefined;
              filename?: string | undefined;
              voice?: boolean | undefined;
            } | undefined;
            video?: {
              /** From `POST /graph/{version}/{id}/media`. */
              id?: string | undefined;
              /** Not fetched here: upload the file and send its id. */
              link?: string | undefined;
              caption?: string | undefined;
              filename?: string | undefined;
              voice?: boolean | undefined;
            } | undefined;
            document?: {
              /** From `POST /graph/{version}/{id}/media`. */
              id?: string | undefined;
              /** Not fetched here: upload the file and send its id. */
              link?: string | undefined;
              caption?: string | undefined;
              filename?: string | undefined;
              voice?: boolean | undefined;
            } | undefined;
            location?: {
              latitude: number;
              longitude: number;
              name?: string | undefined;
              address?: string | undefined;
            } | undefined;
            action?: Record<string, unknown> | undefined;
            limited_time_offer?: {
              expiration_time_ms: number;
            } | undefined;
          })[] | undefined;
        })[];
      })[] | undefined;
    })[] | undefined;
  } | undefined;
}

export interface ImportedCopy {
  contactId: string;
  messages: number;
  files: number;
}

export interface InboundEvent {
  id: string;
  channelId: string;
  kind: "poison" | "unknown";
  /** Our event type, or the provider's field. */
  name: string;
  errorCode: string | null;
  /** Replays that failed. */
  attempts: number;
  receivedAt: string;
  resolvedAt: string | null;
}

export interface Incident {
  id: string;
  kind: "channel" | "service";
  /** A channel's id, or a service's name. */
  subject: string;
  /** Why: see `channel.disconnected`; services: `unreachable`, `slow`, `behind`, `not_running`. */
  reason: string;
  startedAt: string;
  /** null while it goes on. */
  endedAt: string | null;
}

export interface Label {
  id: string;
  name: string;
  color: "grey" | "blue" | "green" | "amber" | "red" | "teal" | "brown";
}

export interface LegalDisclosure {
  id: string;
  authority: string;
  ground: "legal_obligation" | "rights_and_property" | "wrongdoing" | "safety" | "liability" | "consent";
  scope: "account" | "metadata" | "messages";
  contactId: string | null;
  consentId: string | null;
  state: "proposed" | "approved_once" | "approved";
  approvals: ({
    memberId: string;
    at: string;
  })[];
  createdAt: string;
  /** Who first took it out, and when. */
  given: {
    memberId: string;
    at: string;
  } | null;
}

export interface Message {
  id: string;
  conversationId: string;
  channelId: string;
  contactId: string;
  direction: "inbound" | "outbound";
  /** `text`, `image`, … `unsupported`; open: treat an unknown one as unsupported. */
  type: string;
  /** The text, or the caption of a medium. */
  text?: string | undefined;
  attachments: Attachment[];
  location?: {
    latitude: number;
    longitude: number;
    name?: string | undefined;
    address?: string | undefined;
    url?: string | undefined;
  } | undefined;
  contacts?: (Record<string, unknown>)[] | undefined;
  interactive?: Record<string, unknown> | undefined;
  template?: Record<string, unknown> | undefined;
  order?: Record<string, unknown> | undefined;
  /** `votes` has the newest vote of each person, by contact id. */
  poll?: {
    question: string;
    options: ({
      text: string;
      votes: number;
    })[];
    isMultipleChoice: boolean;
    votes: ({
      from: string;
      options: string[];
      at: string;
    })[];
  } | undefined;
  system?: {
    kind: string;
    text?: string | undefined;
  } | undefined;
  reactions: ({
    emoji: string;
    /** The contact's id, or the member's or key's id for ours. */
    from: string;
    at: string;
  })[];
  /** `messageId` is null when the quoted message is not known here. */
  replyTo?: {
    messageId: string | null;
    providerMessageId?: string | undefined;
  } | undefined;
  referral?: Record<string, unknown> | undefined;
  /** What the sender of an outbound message gave along. */
  callbackData?: string | undefined;
  isForwarded?: boolean | undefined;
  author?: {
    kind: "member" | "api_key" | "phone_app";
    id: string | null;
  } | undefined;
  /** Who spoke, in a group. */
  sender?: {
    contactId: string;
    name: string | null;
  } | undefined;
  status: "received" | "queued" | "sent" | "failed" | "delivered" | "read" | "played";
  error?: MessageError | undefined;
  providerMessageId: string | null;
  /** The provider's time; of an outbound message, when it was accepted. */
  sentAt: string | null;
  receivedAt: string;
  /** Thread order is (sortAt, id) and never changes. */
  sortAt: string;
  scheduledAt?: string | undefined;
  editedAt?: string | undefined;
  deletedAt?: string | undefined;
  /** When what was said, and its files, were destroyed. */
  contentDestroyedAt?: string | undefined;
  /** There, and null, when what was said was destroyed. */
  content?: null | undefined;
  /** The provider's object, for kinds this version does not know. */
  raw?: unknown | undefined;
}

export interface MessageBatch {
  id: string;
  data: ({
    isAccepted: true;
    message: Message;
  } | {
    isAccepted: false;
    problem: {
      code: string;
      title: string;
      detail?: string | undefined;
    };
  })[];
}

export interface MessageError {
  /** Ours, stable: `message.window_closed` … */
  code: string;
  providerCode?: string | undefined;
  /** What happened, what it means, what to do. */
  sentence: string;
  /** The same, for translation. */
  sentenceKey: string;
}

export type NewMessage = ({
  conversationId: string;
} | {
  channelId: string;
  to: string | {
    contactId: string;
  };
}) & ({
  type: "text";
  text: string;
  hasLinkPreview?: boolean | undefined;
  /** Id of the message this one answers. */
  replyTo?: string | undefined;
  /** Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here. */
  purpose?: "service" | "utility" | "marketing" | "authentication" | undefined;
  /** Yours: comes back with the message and its events. */
  callbackData?: string | undefined;
  /** Not before this time; at most 365 days ahead. */
  scheduledAt?: string | undefined;
} | {
  type: "image";
  attachment: {
    /** From `POST /v1/media`. */
    id: string;
    caption?: string | undefined;
  };
  /** Id of the message this one answers. */
  replyTo?: string | undefined;
  /** Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here. */
  purpose?: "service" | "utility" | "marketing" | "authentication" | undefined;
  /** Yours: comes back with the message and its events. */
  callbackData?: string | undefined;
  /** Not before this time; at most 365 days ahead. */
  scheduledAt?: string | undefined;
} | {
  type: "video";
  attachment: {
    /** From `POST /v1/media`. */
    id: string;
    caption?: string | undefined;
  };
  /** Id of the message this one answers. */
  replyTo?: string | undefined;
  /** Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here. */
  purpose?: "service" | "utility" | "marketing" | "authentication" | undefined;
  /** Yours: comes back with the message and its events. */
  callbackData?: string | undefined;
  /** Not before this time; at most 365 days ahead. */
  scheduledAt?: string | undefined;
} | {
  type: "document";
  attachment: {
    /** From `POST /v1/media`. */
    id: string;
    caption?: string | undefined;
  };
  /** Id of the message this one answers. */
  replyTo?: string | undefined;
  /** Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here. */
  purpose?: "service" | "utility" | "marketing" | "authentication" | undefined;
  /** Yours: comes back with the message and its events. */
  callbackData?: string | undefined;
  /** Not before this time; at most 365 days ahead. */
  scheduledAt?: string | undefined;
} | {
  type: "audio";
  attachment: {
    /** From `POST /v1/media`. */
    id: string;
  };
  /** Id of the message this one answers. */
  replyTo?: string | undefined;
  /** Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here. */
  purpose?: "service" | "utility" | "marketing" | "authentication" | undefined;
  /** Yours: comes back with the message and its events. */
  callbackData?: string | undefined;
  /** Not before this time; at most 365 days ahead. */
  scheduledAt?: string | undefined;
} | {
  type: "voice";
  attachment: {
    /** From `POST /v1/media`. */
    id: string;
  };
  /** Id of the message this one answers. */
  replyTo?: string | undefined;
  /** Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here. */
  purpose?: "service" | "utility" | "marketing" | "authentication" | undefined;
  /** Yours: comes back with the message and its events. */
  callbackData?: string | undefined;
  /** Not before this time; at most 365 days ahead. */
  scheduledAt?: string | undefined;
} | {
  type: "sticker";
  attachment: {
    /** From `POST /v1/media`. */
    id: string;
  };
  /** Id of the message this one answers. */
  replyTo?: string | undefined;
  /** Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here. */
  purpose?: "service" | "utility" | "marketing" | "authentication" | undefined;
  /** Yours: comes back with the message and its events. */
  callbackData?: string | undefined;
  /** Not before this time; at most 365 days ahead. */
  scheduledAt?: string | undefined;
} | {
  type: "location";
  location: {
    latitude: number;
    longitude: number;
    name?: string | undefined;
    address?: string | undefined;
  };
  /** Id of the message this one answers. */
  replyTo?: string | undefined;
  /** Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here. */
  purpose?: "service" | "utility" | "marketing" | "authentication" | undefined;
  /** Yours: comes back with the message and its events. */
  callbackData?: string | undefined;
  /** Not before this time; at most 365 days ahead. */
  scheduledAt?: string | undefined;
} | {
  type: "contacts";
  contacts: ({
    name: string;
    phones?: ({
      number: string;
      type?: string | undefined;
      /** The provider's id of the person, where they can be written to. */
      userId?: string | undefined;
    })[] | undefined;
    emails?: ({
      email: string;
      type?: string | undefined;
    })[] | undefined;
    urls?: ({
      url: string;
      type?: string | undefined;
    })[] | undefined;
    addresses?: ({
      text: string;
      type?: string | undefined;
    })[] | undefined;
    organisation?: {
      company?: string | undefined;
      department?: string | undefined;
      title?: string | undefined;
    } | undefined;
    birthday?: string | undefined;
  })[];
  /** Id of the message this one answers. */
  replyTo?: string | undefined;
  /** Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here. */
  purpose?: "service" | "utility" | "marketing" | "authentication" | undefined;
  /** Yours: comes back with the message and its events. */
  callbackData?: string | undefined;
  /** Not before this time; at most 365 days ahead. */
  scheduledAt?: string | undefined;
} | {
  type: "reaction";
  reaction: {
    messageId: string;
    /** null takes the reaction back */
    emoji: string | null;
  };
  /** Id of the message this one answers. */
  replyTo?: string | undefined;
  /** Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here. */
  purpose?: "service" | "utility" | "marketing" | "authentication" | undefined;
  /** Yours: comes back with the message and its events. */
  callbackData?: string | undefined;
  /** Not before this time; at most 365 days ahead. */
  scheduledAt?: string | undefined;
} | {
  type: "poll";
  poll: {
    question: string;
    options: string[];
    /** People may choose several options. */
    isMultipleChoice?: boolean | undefined;
  };
  /** Id of the message this one answers. */
  replyTo?: string | undefined;
  /** Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here. */
  purpose?: "service" | "utility" | "marketing" | "authentication" | undefined;
  /** Yours: comes back with the message and its events. */
  callbackData?: string | undefined;
  /** Not before this time; at most 365 days ahead. */
  scheduledAt?: string | undefined;
} | {
  type: "interactive";
  interactive: {
    kind: "buttons";
    header?: {
      kind: "text";
      text: string;
    } | {
      kind: "image" | "video" | "document";
      /** From `POST /v1/media`. */
      attachmentId: string;
    } | undefined;
    body: string;
    footer?: string | undefined;
    buttons: ({
      id: string;
      title: string;
    })[];
  } | {
    kind: "list";
    header?: {
      kind: "text";
      text: string;
    } | {
      kind: "image" | "video" | "document";
      /** From `POST /v1/media`. */
      attachmentId: string;
    } | undefined;
    body: string;
    footer?: string | undefined;
    buttonText: string;
    sections: ({
      title?: string | undefined;
      rows: ({
        id: string;
        title: string;
        description?: string | undefined;
      })[];
    })[];
  } | {
    kind: "cta_url";
    header?: {
      kind: "text";
      text: string;
    } | {
      kind: "image" | "video" | "document";
      /** From `POST /v1/media`. */
      attachmentId: string;
    } | undefined;
    body: string;
    footer?: string | undefined;
    buttonText: string;
    url: string;
  } | {
    kind: "location_request";
    body: string;
  };
  /** Id of the message this one answers. */
  replyTo?: string | undefined;
  /** Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here. */
  purpose?: "service" | "utility" | "marketing" | "authentication" | undefined;
  /** Yours: comes back with the message and its events. */
  callbackData?: string | undefined;
  /** Not before this time; at most 365 days ahead. */
  scheduledAt?: string | undefined;
} | {
  type: "template";
  template: {
    name: string;
    language: string;
    header?: ({
      kind: "text";
      name?: string | undefined;
      text: string;
    } | {
      kind: "currency";
      name?: string | undefined;
      fallback: string;
      code: string;
      amount1000: number;
    } | {
      kind: "date_time";
      name?: string | undefined;
      fallback: string;
    } | {
      kind: "image" | "video" | "document";
      /** From `POST /v1/media`. */
      attachmentId: string;
    } | {
      kind: "location";
      latitude: number;
      longitude: number;
      name?: string | undefined;
      address?: string | undefined;
    })[] | undefined;
    body?: ({
      kind: "text";
      name?: string | undefined;
      text: string;
    } | {
      kind: "currency";
      name?: string | undefined;
      fallback: string;
      code: string;
      amount1000: number;
    } | {
      kind: "date_time";
      name?: string | undefined;
      fallback: string;
    } | {
      kind: "image" | "video" | "document";
      /** From `POST /v1/media`. */
      attachmentId: string;
    } | {
      kind: "location";
      latitude: number;
      longitude: number;
      name?: string | undefined;
      address?: string | undefined;
    })[] | undefined;
    buttons?: ({
      kind: "quick_reply";
      index: number;
      payload: string;
    } | {
      kind: "url";
      index: number;
      suffix: string;
    } | {
      kind: "copy_code";
      index: number;
      code: string;
    } | {
      kind: "flow";
      index: number;
      token?: string | undefined;
      data?: Record<string, unknown> | undefined;
    } | {
      kind: "catalog";
      index: number;
      thumbnailProductId?: string | undefined;
    })[] | undefined;
    cards?: ({
      header?: ({
        kind: "text";
        name?: string | undefined;
        text: string;
      } | {
        kind: "currency";
        name?: string | undefined;
        fallback: string;
        code: string;
        amount1000: number;
      } | {
        kind: "date_time";
        name?: string | undefined;
        fallback: string;
      } | {
        kind: "image" | "video" | "document";
        /** From `POST /v1/media`. */
        attachmentId: string;
      } | {
        kind: "location";
        latitude: number;
        longitude: number;
        name?: string | undefined;
        address?: string | undefined;
      })[] | undefined;
      body?: ({
        kind: "text";
        name?: string | undefined;
        text: string;
      } | {
        kind: "currency";
        name?: string | undefined;
        fallback: string;
        code: string;
        amount1000: number;
      } | {
        kind: "date_time";
        name?: string | undefined;
        fallback: string;
      } | {
        kind: "image" | "video" | "document";
        /** From `POST /v1/media`. */
        attachmentId: string;
      } | {
        kind: "location";
        latitude: number;
        longitude: number;
        name?: string | undefined;
        address?: string | undefined;
      })[] | undefined;
      buttons?: ({
        kind: "quick_reply";
        index: number;
        payload: string;
      } | {
        kind: "url";
        index: number;
        suffix: string;
      } | {
        kind: "copy_code";
        index: number;
        code: string;
      } | {
        kind: "flow";
        index: number;
        token?: string | undefined;
        data?: Record<string, unknown> | undefined;
      } | {
        kind: "catalog";
        index: number;
        thumbnailProductId?: string | undefined;
      })[] | undefined;
    })[] | undefined;
    offerExpiresAt?: string | undefined;
  };
  /** Id of the message this one answers. */
  replyTo?: string | undefined;
  /** Marketing is not sent to people who stopped it. A marketing template counts as marketing whatever is said here. */
  purpose?: "service" | "utility" | "marketing" | "authentication" | undefined;
  /** Yours: comes back with the message and its events. */
  callbackData?: string | undefined;
  /** Not before this time; at most 365 days ahead. */
  scheduledAt?: string | undefined;
});

export interface Note {
  id: string;
  conversationId: string;
  /** The member; null when an API key wrote it. */
  authorId: string | null;
  /** null when the content was destroyed. */
  text: string | null;
  /** Members that the note names. */
  mentionedIds: string[];
  createdAt: string;
}

/** RFC 9457 problem details. Further members depend on the code. */
export interface Problem {
  /** Where the code is explained. */
  type: string;
  title: string;
  status: number;
  /** Stable; switch on this. */
  code: string;
  /** What was wrong this time. */
  detail?: string | undefined;
  /** What can be done about it, the same every time. */
  fix?: string | undefined;
  /** Also in the `x-request-id` header and the operator's log. */
  traceId: string;
}

export interface SavedReply {
  id: string;
  shortcut: string;
  text: string;
  updatedAt: string;
}

export interface SavedView {
  name: string;
  filter: {
    status?: "open" | "pending" | "snoozed" | "resolved" | undefined;
    channelId?: string | undefined;
    assignee?: string | undefined;
    label?: string | undefined;
  };
  isShared: boolean;
  id: string;
  isMine: boolean;
}

export interface Session {
  channelId: string;
  state: "unpaired" | "pairing" | "connecting" | "connected" | "backing_off" | "replaced" | "restricted" | "logged_out" | "failed";
  since: string;
  /** Why it is in this state: our word or the network's code. */
  reason?: string | undefined;
  /** The text of the QR code to scan now; a newer one follows every 20 to 60 s. */
  qr?: string | undefined;
  /** Eight characters to type on the phone. */
  pairingCode?: string | undefined;
  pairingExpiresAt: string | null;
  phone?: string | undefined;
  displayName?: string | undefined;
  linkedAt: string | null;
  /** When something came over the line last, an answer to a probe included. */
  lastSeenAt: string | null;
  /** New chats are closed until then; those that exist go on. */
  restrictedUntil: string | null;
  nextAttemptAt: string | null;
  attempts: number;
  historyDays: number;
  /** Who agreed to which version of the notice that this is no official API. */
  acknowledgement: {
    version: string;
    at: string;
    by: string;
  } | null;
  /** What somebody has to agree to before a phone is paired; null when it was agreed to already. */
  notice: {
    version: string;
    text: string;
  } | null;
}

export interface SharedSession {
  state: "unpaired" | "pairing" | "connecting" | "connected" | "backing_off" | "replaced" | "restricted" | "logged_out" | "failed";
  since: string;
  /** Why it is in this state: our word or the network's code. */
  reason?: string | undefined;
  /** The text of the QR code to scan now; a newer one follows every 20 to 60 s. */
  qr?: string | undefined;
  /** Eight characters to type on the phone. */
  pairingCode?: string | undefined;
  pairingExpiresAt: string | null;
  channelName: string;
}

export interface SpecialCategories {
  isEnabled: boolean;
  legalBasis: "explicit_consent" | "employment_law" | "vital_interests" | "nonprofit_members" | "made_public" | "legal_claims" | "public_interest" | "health_care" | "public_health" | "research" | null;
  enabledAt: string | null;
  /** The privacy page in force says that such data is held. */
  canWriteValues: boolean;
  /** When the version of the privacy page counts that says so. */
  valuesFrom: string | null;
}

export interface SubjectRequest {
  id: string;
  type: "access" | "portability" | "rectify" | "erase" | "restrict" | "object" | "withdraw" | "complaint";
  state: "received" | "identity_pending" | "accepted" | "refused" | "running" | "partially_held" | "done";
  receivedAt: string;
  /** The law's latest day for the answer. */
  dueAt: string;
  source: string;
  subject: "contact" | "person";
  contactId: string | null;
  /** Whose request it is: the name, or an address where nobody told one. null after an erase, and for nobody who is known here. */
  subjectName: string | null;
  /** How they said who they are, where no contact was named. Gone when the request ends. */
  identity: string | null;
  /** What they said. Gone after an erase. */
  detail: {
    /** rectify: the right name. */
    name?: string | undefined;
    /** rectify: the right attributes; they replace all, those of special categories only where they are named. */
    attributes?: Record<string, unknown> | undefined;
    /** rectify: a wrong phone number or user name, and the right one. */
    identities?: ({
      kind: "phone";
      /** The wrong number as it is kept. */
      from: string;
      /** The right one, E.164 with `+`. */
      to: string;
    } | {
      kind: "username";
      from: string;
      /** Without `@`. */
      to: string;
    })[] | undefined;
    /** object, withdraw: which purpose; all of them when left out. */
    purpose?: string | undefined;
    /** object, withdraw: on which channel; everywhere when left out. */
    channelId?: string | undefined;
    /** restrict: true ends the restriction. */
    isLifted?: boolean | undefined;
    /** What the person says, a complaint for one. */
    text?: string | undefined;
    /** rectify: the attributes that could not be corrected, with the code of the reason. They are tried again until they can be, or the request is answered. */
    untaken?: Record<string, unknown> | undefined;
  } | null;
  refusal: string | null;
  steps: ({
    step: string;
    state: "done" | "waiting";
    at: string | null;
    count: number | null;
  })[];
  /** What was deleted and what stays, why and until when. */
  receipt: {
    deleted: ({
      /** A table, or what is counted besides. */
      what: string;
      count: number;
      /** What it is to people. */
      kind: "messages" | "conversations" | "files" | "notes" | "person" | "consents" | "search" | "copies" | "other";
    })[];
    retained: ({
      what: string;
      why: string;
      /** null: for as long as the installation lives. */
      until: string | null;
    })[];
  } | null;
  /** The copy that can be downloaded, until then. */
  bundle: {
    expiresAt: string;
  } | null;
  finishedAt: string | null;
}

export interface SubjectRequestStarted {
  id: string;
  type: "access" | "portability" | "rectify" | "erase" | "restrict" | "object" | "withdraw" | "complaint";
  state: "received" | "identity_pending" | "accepted" | "refused" | "running" | "partially_held" | "done";
  receivedAt: string;
  /** The law's latest day for the answer. */
  dueAt: string;
}

export interface Template {
  id: string;
  channelId: string;
  name: string;
  language: string;
  category: string;
  /** The provider's word, lower case: `approved`, `pending`, `rejected`, `paused`, … Only `approved` can be sent. */
  status: string;
  quality: string | null;
  rejectedReason: string | null;
  components: (Record<string, unknown>)[];
  updatedAt: string;
}

export interface Upload {
  id: string;
  kind: string;
  /** Found by looking at the bytes. */
  mimeType: string;
  bytes: number;
  sha256: string;
  width: number | null;
  height: number | null;
}

export interface Uptime {
  from: string;
  to: string;
  channels: ({
    /** A channel's id, or a service's name. */
    id: string;
    /** `unknown`: not measured in the last minutes. */
    state: "up" | "down" | "unknown";
    /** Why it is down. */
    reason: string | null;
    /** Down since. */
    since: string | null;
    /** Part of the measured minutes of these days that were good, 0 to 1; null when none was measured. */
    uptime: number | null;
    /** Good and bad measurements of each day (UTC), oldest first; both 0 when none was made. */
    days: ({
      date: string;
      up: number;
      down: number;
    })[];
    name: string;
  })[];
  services: ({
    /** A channel's id, or a service's name. */
    id: string;
    /** `unknown`: not measured in the last minutes. */
    state: "up" | "down" | "unknown";
    /** Why it is down. */
    reason: string | null;
    /** Down since. */
    since: string | null;
    /** Part of the measured minutes of these days that were good, 0 to 1; null when none was measured. */
    uptime: number | null;
    /** Good and bad measurements of each day (UTC), oldest first; both 0 when none was made. */
    days: ({
      date: string;
      up: number;
      down: number;
    })[];
  })[];
}

export interface WebhookEndpoint {
  id: string;
  url: string;
  description: string;
  eventTypes: string[];
  /** Only events of these channels, and those of no channel; null means all. */
  channelIds: string[] | null;
  ordered: boolean;
  style: "standard" | "cloud_api";
  /** Custom headers; their values are not shown again. */
  headerNames: string[];
  /** `whpk_…`: checks `v1a` signatures. */
  publicKey: string;
  /** Until then deliveries are signed with the keys before the rotation as well. */
  previousKeysUntil: string | null;
  status: "enabled" | "disabled";
  disabledAt: string | null;
  disabledReason: "by_hand" | "gone" | "failing" | null;
  /** Nothing but failures since then. */
  failingSince: string | null;
  /** Left alone until then: it asked for it, or keeps failing. */
  pausedUntil: string | null;
  /** To ten seconds. */
  lastSuccessAt: string | null;
  /** Deliveries that wait; 10000 stands for more. */
  pendingCount: number;
  createdAt: string;
  updatedAt: string;
}

/** Every code that an answer of this version can carry. */
export type ProblemCode =
  | "agreement.changed"
  | "agreement.required"
  | "api_key.already_rotated"
  | "channel.number_taken"
  | "channel.origin_refused"
  | "channel.provider_unavailable"
  | "channel.provider_waits"
  | "channel.setting_fixed"
  | "consent.refused_by_person"
  | "consent.under_age"
  | "contact.address_invalid"
  | "contact.address_taken"
  | "contact.addresses_differ"
  | "contact.no_channel"
  | "contact.restricted"
  | "contact_attribute.name_taken"
  | "contact_attribute.not_yet"
  | "contact_attribute.options"
  | "contact_attribute.restricted"
  | "contact_attribute.special"
  | "contact_attribute.too_many"
  | "contact_attribute.unknown"
  | "contact_attribute.value_invalid"
  | "contact_import.address_missing"
  | "contact_import.cell_too_long"
  | "contact_import.date_ambiguous"
  | "contact_import.empty"
  | "contact_import.encoding_mixed"
  | "contact_import.not_checked"
  | "contact_import.not_csv"
  | "contact_import.not_ready"
  | "contact_import.phone_ambiguous"
  | "contact_import.phone_country_unknown"
  | "contact_import.phone_has_letters"
  | "contact_import.phone_has_signs"
  | "contact_import.phone_not_international"
  | "contact_import.phone_not_of_country"
  | "contact_import.phone_rounded"
  | "contact_import.phone_too_long"
  | "contact_import.phone_too_short"
  | "contact_import.refused_gone"
  | "contact_import.row_too_long"
  | "contact_import.too_big"
  | "contact_import.user_id_invalid"
  | "conversation.assignee_unknown"
  | "conversation.label_unknown"
  | "conversation.person_unseen"
  | "copy.import_running"
  | "copy.of_nobody"
  | "copy.tampered"
  | "event.position_unknown"
  | "every_channel_required"
  | "feature.in_use"
  | "feature.off"
  | "forbidden"
  | "hold.over"
  | "idempotency_conflict"
  | "idempotency_in_progress"
  | "inbound_event.replay_failed"
  | "internal"
  | "invitation.not_valid"
  | "label.name_taken"
  | "legal_disclosure.names_nobody"
  | "legal_disclosure.needs_another"
  | "legal_disclosure.needs_consent"
  | "legal_disclosure.not_approved"
  | "login_link.not_valid"
  | "media.destroyed"
  | "media.not_stored"
  | "media.range_unsatisfiable"
  | "media.type_refused"
  | "media.unusable"
  | "member.already_member"
  | "member.last_owner"
  | "message.address_unusable"
  | "message.change_too_late"
  | "message.channel_disconnected"
  | "message.content_gone"
  | "message.not_cancellable"
  | "message.not_changeable"
  | "message.not_failed"
  | "message.not_repliable"
  | "message.unsupported"
  | "message.window_closed"
  | "not_found"
  | "note.mention_unknown"
  | "notification.kind_fixed"
  | "outcome_unknown"
  | "payload_too_large"
  | "person.email_taken"
  | "person.has_memberships"
  | "person.wrong_password"
  | "saved_reply.shortcut_taken"
  | "saved_reply.too_many"
  | "service_busy"
  | "session.acknowledgement_required"
  | "session.already_linked"
  | "session.link_not_valid"
  | "session.not_for_channel"
  | "session.not_linked"
  | "sign_in.wrong_credentials"
  | "sign_up.closed"
  | "sign_up.operator_unknown"
  | "special_category.in_use"
  | "special_category.not_enabled"
  | "subject_request.no_copy"
  | "subject_request.not_open"
  | "subject_request.too_many_complaints"
  | "template.refused"
  | "template.unsupported"
  | "too_many_requests"
  | "unauthorized"
  | "unsupported_media_type"
  | "validation_failed"
  | "webhook_endpoint.disabled"
  | "webhook_endpoint.too_many"
  | "webhook_endpoint.url_refused"
  | "webhook_endpoint.url_taken"
  | "workspace.closing"
  | "workspace.closing_already"
  | "workspace.not_closing"
  | "workspace.suspended";

export interface Operations {
  /** Download the access review as CSV */
  "access_review.file": {
    kind: "download";
    input: object;
    result: Response;
  };
  /** List who and what can get into the workspace, to look it over */
  "access_review.read": {
    kind: "json";
    input: object;
    result: AccessReview;
  };
  /** Accept a version of an agreement for the workspace */
  "agreement.accept": {
    kind: "json";
    input: {
      document: "terms" | "data_processing";
      version: string;
    };
    result: {
      data: Agreement[];
    };
  };
  /** The terms and the agreement on data processing, and who accepted them */
  "agreement.list": {
    kind: "json";
    input: object;
    result: {
      data: Agreement[];
    };
  };
  /** Who is told by mail when something stops */
  "alert_settings.get": {
    kind: "json";
    input: object;
    result: AlertSettings;
  };
  /** Choose who is told by mail when something stops, and in which language */
  "alert_settings.update": {
    kind: "json";
    input: {
      /** Who gets a mail when a channel goes down or recovers, or an endpoint is switched off. */
      recipients?: "owners_and_admins" | "owners" | "nobody" | undefined;
      /** Of these mails. */
      language?: "en" | "de" | "ar" | undefined;
    };
    result: AlertSettings;
  };
  /** Make an API key */
  "api_key.create": {
    kind: "json";
    input: {
      name: string;
      scopes: ("channel:read" | "channel:manage" | "conversation:read" | "conversation:write" | "message:read" | "message:send" | "contact:read" | "contact:write" | "contact:special" | "media:read" | "media:write" | "template:read" | "template:manage" | "event:read" | "webhook:read" | "webhook:manage" | "privacy:read" | "privacy:manage" | "member:read" | "member:manage" | "api_key:read" | "api_key:manage" | "workspace:read" | "workspace:manage")[];
      channelIds?: string[] | null | undefined;
      expiresAt?: string | null | undefined;
    };
    result: {
      id: string;
      name: string;
      /** How the key begins, to recognise it. */
      prefix: string;
      scopes: string[];
      /** The channels the key may use; null means all. */
      channelIds: string[] | null;
      ratePerSecond: number;
      burst: number;
      createdAt: string;
      expiresAt: string | null;
      /** To the minute. */
      lastUsedAt: string | null;
      /** When it was last sent over plain http, where others could read it: replace it. */
      leakedAt: string | null;
      /** When it got its successor; it rotates once. */
      rotatedAt: string | null;
      /** Shown once. */
      key: string;
    };
  };
  /** Revoke an API key */
  "api_key.delete": {
    kind: "json";
    input: {
      id: string;
    };
    result: void;
  };
  /** The API keys, newest first */
  "api_key.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
    };
    result: {
      data: ({
        id: string;
        name: string;
        /** How the key begins, to recognise it. */
        prefix: string;
        scopes: string[];
        /** The channels the key may use; null means all. */
        channelIds: string[] | null;
        ratePerSecond: number;
        burst: number;
        createdAt: string;
        expiresAt: string | null;
        /** To the minute. */
        lastUsedAt: string | null;
        /** When it was last sent over plain http, where others could read it: replace it. */
        leakedAt: string | null;
        /** When it got its successor; it rotates once. */
        rotatedAt: string | null;
      })[];
      nextCursor: string | null;
    };
  };
  /** Replace an API key by a new one */
  "api_key.rotate": {
    kind: "json";
    input: {
      id: string;
    } & ({
      overlapHours?: number | undefined;
    });
    result: {
      id: string;
      name: string;
      /** How the key begins, to recognise it. */
      prefix: string;
      scopes: string[];
      /** The channels the key may use; null means all. */
      channelIds: string[] | null;
      ratePerSecond: number;
      burst: number;
      createdAt: string;
      expiresAt: string | null;
      /** To the minute. */
      lastUsedAt: string | null;
      /** When it was last sent over plain http, where others could read it: replace it. */
      leakedAt: string | null;
      /** When it got its successor; it rotates once. */
      rotatedAt: string | null;
      /** Shown once. */
      key: string;
      previousExpiresAt: string;
    };
  };
  /** Who changed what matters for security, newest first */
  "audit_entry.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
    };
    result: {
      data: ({
        id: string;
        actor: {
          kind: string;
          id: string | null;
        };
        action: string;
        targetId: string | null;
        detail: Record<string, unknown>;
        createdAt: string;
      })[];
      nextCursor: string | null;
    };
  };
  /** List breaches with their clocks */
  "breach.list": {
    kind: "json";
    input: object;
    result: {
      data: Breach[];
    };
  };
  /** Note a breach of personal data; the 72 hours begin */
  "breach.report": {
    kind: "json";
    input: {
      kind: "confidentiality" | "integrity" | "availability";
      /** What happened, what it may lead to, what was done. Sealed. */
      description: string;
      /** null: not known yet. */
      peopleAffected?: number | null | undefined;
      /** When you became aware of it; default: now. */
      foundAt?: string | undefined;
    };
    result: Breach;
  };
  /** Note when the authority and the people were told */
  "breach.update": {
    kind: "json";
    input: {
      id: string;
    } & ({
      authorityToldAt?: string | undefined;
      peopleToldAt?: string | undefined;
      closedAt?: string | undefined;
    });
    result: Breach;
  };
  /** Connect a number or page */
  "channel.create": {
    kind: "json";
    input: {
      provider: "whatsapp_cloud" | "whatsapp_linked" | "messenger" | "instagram";
      name: string;
      /** `full`, `days:N` (1 to 3650) or `metadata-only`: how long what was said is kept. */
      contentMode?: string | undefined;
      settings: Record<string, unknown>;
      /** They never come back. */
      secrets: Record<string, unknown>;
    };
    result: Channel;
  };
  /** Read a channel */
  "channel.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: Channel;
  };
  /** Read how a channel fares */
  "channel.health": {
    kind: "json";
    input: {
      id: string;
    };
    result: ChannelHealth;
  };
  /** List channels */
  "channel.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
    };
    result: {
      data: Channel[];
      nextCursor: string | null;
    };
  };
  /** See what a content mode would destroy, and what waits to be */
  "channel.preview_content_mode": {
    kind: "json";
    input: {
      id: string;
      /** The mode to look at; the present one when left out. */
      mode?: string | undefined;
    };
    result: ContentModePreview;
  };
  /** Disconnect a channel */
  "channel.remove": {
    kind: "json";
    input: {
      id: string;
      data?: "keep" | "purge" | undefined;
    };
    result: void;
  };
  /** Rename a channel, or change its settings, secrets, content mode or read receipts */
  "channel.update": {
    kind: "json";
    input: {
      id: string;
    } & ({
      name?: string | undefined;
      /** `full`, `days:N` (1 to 3650) or `metadata-only`: how long what was said is kept. */
      contentMode?: string | undefined;
      /** When people learn that what they wrote was read. With `never` they see no typing either. */
      readReceipts?: "never" | "on_open" | "on_reply" | undefined;
      settings?: Record<string, unknown> | undefined;
      secrets?: Record<string, unknown> | undefined;
    });
    result: Channel;
  };
  /** Record a consent, a withdrawal or an objection */
  "consent.add": {
    kind: "json";
    input: {
      id: string;
    } & ({
      purpose: "marketing" | "utility" | "ai_transcription" | "disclosure";
      action: "requested" | "granted" | "confirmed" | "withdrawn" | "objected" | "expired";
      /** How the team knows. What people do themselves is recorded by Keepword. */
      method: "form" | "message" | "verbal" | "paper" | "import" | "api";
      /** null: on every channel. */
      channelId?: string | null | undefined;
      /** Default: now. Not in the future. */
      occurredAt?: string | undefined;
      /** From when on it counts as none. Default: the workspace's rule for the purpose. */
      expiresAt?: string | undefined;
      /** How old the person is, where they said it: checked, not stored. */
      age?: number | undefined;
      /** The exact words that the person agreed to. */
      text?: string | undefined;
      /** Where it can be looked up: a form's entry, a paper's place, who was there. Sealed to the person. */
      proof?: string | undefined;
    });
    result: ConsentEvent;
  };
  /** Ask a contact for a consent by message */
  "consent.ask": {
    kind: "json";
    input: {
      id: string;
    } & ({
      channelId: string;
      purpose: "marketing" | "utility" | "ai_transcription" | "disclosure";
      language?: "en" | "de" | "ar" | "es" | "fr" | "pt" | "it" | "nl" | "tr" | "ms" | "id" | "ru" | "hi" | undefined;
    });
    result: ConsentEvent;
  };
  /** List what a contact agreed to or refused, newest first */
  "consent.list": {
    kind: "json";
    input: {
      id: string;
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
    };
    result: {
      data: ConsentEvent[];
      nextCursor: string | null;
    };
  };
  /** What a contact's consents come to, per purpose */
  "consent.standing": {
    kind: "json";
    input: {
      id: string;
      /** Default: the strictest of all channels. */
      channelId?: string | undefined;
    };
    result: ConsentStanding;
  };
  /** List what the workspace asks of a consent, per purpose */
  "consent_rule.list": {
    kind: "json";
    input: object;
    result: {
      data: ConsentRule[];
    };
  };
  /** Set what the workspace asks of a consent to a purpose */
  "consent_rule.set": {
    kind: "json";
    input: ({
      purpose: "marketing" | "utility" | "ai_transcription" | "disclosure";
    }) & ({
      /** Double opt-in: what the team records counts only after the person themself agreed, by message or on their page. */
      needsConfirmation: boolean;
      /** From which age people agree for themselves; 16 unless chosen. */
      minAge?: number | undefined;
      /** How long a consent holds; null: until it is withdrawn. */
      validDays: number | null;
    });
    result: ConsentRule;
  };
  /** Erase a contact */
  "contact.delete": {
    kind: "json";
    input: {
      id: string;
    };
    result: SubjectRequestStarted;
  };
  /** Read one contact */
  "contact.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: Contact;
  };
  /** Add or complete up to 1,000 contacts */
  "contact.import": {
    kind: "json";
    input: {
      contacts: ({
        name?: string | undefined;
        /** E.164 with `+`; spaces and punctuation are ignored. */
        phone?: string | undefined;
        /** The provider's own id of the person. */
        userId?: string | undefined;
        /** Added to those the contact has; the same name replaces. */
        attributes?: Record<string, string> | undefined;
      })[];
      attestation: {
        /** You vouch that these people's data may be used here, and for the ground. */
        isLawful: true;
        /** The ground, for everybody on the list; import lists with different grounds apart. */
        basis: "consent" | "contract" | "legitimate_interest" | "legal_obligation";
        /** With `consent`: what these people agreed to. Someone who refused stays refused. */
        purposes?: ("marketing" | "utility" | "ai_transcription" | "disclosure")[] | undefined;
      };
      /** true: also names that the team gave. */
      overwriteNames?: boolean | undefined;
    };
    result: {
      data: ({
        isImported: true;
        contactId: string;
        isNew: boolean;
        /** Of a contact that was known: whether anything became different. */
        isChanged: boolean;
      } | {
        isImported: false;
        problem: {
          code: string;
          title: string;
          detail?: string | undefined;
          /** Whose value it is about. */
          attribute?: string | undefined;
        };
      })[];
    };
  };
  /** Import a person's copy from another Keepword */
  "contact.import_copy": {
    kind: "upload";
    input: { file: Blob | ReadableStream<Uint8Array>; fileName?: string | undefined; mimeType?: string | undefined; [field: string]: unknown };
    result: ImportedCopy;
  };
  /** List contacts, last changed first */
  "contact.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
      /** Words of a name, or a whole phone number or user id. */
      q?: string | undefined;
      /** Groups only, or people only. */
      isGroup?: boolean | undefined;
    };
    result: {
      data: Contact[];
      nextCursor: string | null;
    };
  };
  /** Report that a contact is a child */
  "contact.report_minor": {
    kind: "json";
    input: {
      id: string;
    };
    result: SubjectRequestStarted;
  };
  /** Change a contact's name or attributes */
  "contact.update": {
    kind: "json";
    input: {
      id: string;
    } & ({
      name?: string | undefined;
      /** Replaces all attributes that you are shown. Those that stay as they were are not judged again. */
      attributes?: Record<string, string> | undefined;
    });
    result: Contact;
  };
  /** Declare an attribute with its type and category */
  "contact_attribute.create": {
    kind: "json";
    input: {
      /** The key under which values are written; it cannot be changed. */
      name: string;
      /** What people read; the name when left out. */
      label?: string | undefined;
      type: "text" | "number" | "date" | "boolean" | "choice";
      /** `choice`: what can be chosen, in this order. Empty for every other type. */
      options?: string[] | undefined;
      /** What kind of personal data the values are; it cannot be changed. */
      category: "user.content" | "user.name" | "user.contact.email" | "user.contact.phone_number" | "user.unique_id" | "user.behavior" | "special.health" | "special.religion" | "special.ethnicity" | "special.politics" | "special.union" | "special.sex_life" | "special.biometrics" | "special.genetics" | "special.criminal";
    };
    result: ContactAttribute;
  };
  /** Read one attribute */
  "contact_attribute.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: ContactAttribute;
  };
  /** List the attributes that contacts can have, by label */
  "contact_attribute.list": {
    kind: "json";
    input: object;
    result: {
      data: ContactAttribute[];
      nextCursor: null;
    };
  };
  /** Remove an attribute, and destroy every value of it */
  "contact_attribute.remove": {
    kind: "json";
    input: {
      id: string;
    };
    result: ContactAttribute;
  };
  /** Change an attribute's label or options */
  "contact_attribute.update": {
    kind: "json";
    input: {
      id: string;
    } & ({
      label?: string | undefined;
      /** Values that were chosen before stay as they are until they are changed. */
      options?: string[] | undefined;
    });
    result: ContactAttribute;
  };
  /** List the channels on which a contact can be written to */
  "contact_channel.list": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      data: ContactReach[];
    };
  };
  /** End an import and delete its file */
  "contact_import.cancel": {
    kind: "json";
    input: {
      id: string;
    };
    result: ContactImport;
  };
  /** Say which column is what, and learn what the import would do */
  "contact_import.check": {
    kind: "json";
    input: {
      id: string;
    } & ({
      /** What is not named here is not taken. Several columns of a name are joined by spaces. */
      mapping: ({
        /** The first column is 1. */
        column: number;
        to: "name";
      } | {
        /** The first column is 1. */
        column: number;
        to: "phone";
      } | {
        /** The first column is 1. */
        column: number;
        to: "userId";
      } | {
        /** The first column is 1. */
        column: number;
        to: "attribute";
        attribute: string;
      })[];
      /** true: also names that the team gave. */
      overwriteNames?: boolean | undefined;
      /** From which country phone numbers are that say none; null: they are refused. */
      defaultCountry?: string | null | undefined;
      /** How days are read that can be read in two ways, `05/04/1990`; null: they are left out. */
      dateOrder?: "day_first" | "month_first" | null | undefined;
    });
    result: ContactImport;
  };
  /** List the columns of the file with their first values, what each probably is, and what has to be asked */
  "contact_import.columns": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      data: ContactImportColumn[];
      /** From which numbers without a country can be: `KE`, `254`. */
      countries: ({
        country: string;
        code: string;
      })[];
    };
  };
  /** Upload a CSV file of contacts */
  "contact_import.create": {
    kind: "upload";
    input: { file: Blob | ReadableStream<Uint8Array>; fileName?: string | undefined; mimeType?: string | undefined; [field: string]: unknown };
    result: ContactImport;
  };
  /** Read one import: its state, and how far it is */
  "contact_import.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: ContactImport;
  };
  /** List imports of contacts, newest first */
  "contact_import.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
      /** true: those of whose files anything is kept still. */
      hasFile?: "true" | undefined;
    };
    result: {
      data: ContactImport[];
      nextCursor: string | null;
    };
  };
  /** List the rows that were, or would be, refused, and the values that were left out */
  "contact_import.refusals": {
    kind: "json";
    input: {
      id: string;
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
      /** In which the reasons are. */
      language?: "en" | "de" | "ar" | "ms" | "fr" | "es" | "pt" | undefined;
    };
    result: {
      data: ContactImportRefusal[];
      nextCursor: string | null;
    };
  };
  /** Download the rows that were, or would be, not taken whole, each with the reason, to mend and import them */
  "contact_import.refusals_file": {
    kind: "download";
    input: {
      id: string;
      /** In which the reasons are. */
      language?: "en" | "de" | "ar" | "ms" | "fr" | "es" | "pt" | undefined;
    };
    result: Response;
  };
  /** Import what was checked */
  "contact_import.start": {
    kind: "json";
    input: {
      id: string;
    } & ({
      attestation: {
        /** You vouch that these people's data may be used here, and for the ground. */
        isLawful: true;
        /** The ground, for everybody on the list; import lists with different grounds apart. */
        basis: "consent" | "contract" | "legitimate_interest" | "legal_obligation";
        /** With `consent`: what these people agreed to. Someone who refused stays refused. */
        purposes?: ("marketing" | "utility" | "ai_transcription" | "disclosure")[] | undefined;
      };
    });
    result: ContactImport;
  };
  /** Make a link to a contact's own privacy page */
  "contact_link.create": {
    kind: "json";
    input: {
      id: string;
    } & ({
      /** Where the person proves who they are, by writing; default: the channel they wrote on last, else one that reaches them. */
      channelId?: string | undefined;
      validDays?: number | undefined;
    });
    result: ContactLink;
  };
  /** Revoke every link to a contact's page */
  "contact_link.revoke": {
    kind: "json";
    input: {
      id: string;
    };
    result: void;
  };
  /** Count open conversations */
  "conversation.counts": {
    kind: "json";
    input: object;
    result: {
      mine: number;
      unassigned: number;
      all: number;
      mentioned: number;
    };
  };
  /** Open the conversation with a person on a channel */
  "conversation.create": {
    kind: "json";
    input: {
      channelId: string;
      contactId: string;
    } | {
      channelId: string;
      /** E.164 with `+`, or the provider's own id of the person. */
      to: string;
    };
    result: Conversation;
  };
  /** Read one conversation */
  "conversation.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: Conversation;
  };
  /** List conversations, latest activity first */
  "conversation.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
      status?: "open" | "pending" | "snoozed" | "resolved" | undefined;
      channelId?: string | undefined;
      /** A member's id, `me` or `none`. */
      assignee?: string | undefined;
      /** A label's id. */
      label?: string | undefined;
      /** Those with a note that mentions the asking member, who has not read them since. */
      mentioned?: "me" | undefined;
      /** Words of a name, or a whole phone number or user id. */
      q?: string | undefined;
    };
    result: {
      data: Conversation[];
      nextCursor: string | null;
    };
  };
  /** Mark read (or unread) for the asking member */
  "conversation.read": {
    kind: "json";
    input: {
      id: string;
    } & ({
      /** How many of the latest inbound messages stay unread. */
      unread?: number | undefined;
    });
    result: Conversation;
  };
  /** Show the person that we read, or that we are typing */
  "conversation.signal": {
    kind: "json";
    input: {
      id: string;
    } & ({
      kind: "read" | "typing";
    });
    result: {
      /** false: the channel's settings or its provider forbid it. */
      isSent: boolean;
    };
  };
  /** Assign, label, resolve, reopen or snooze */
  "conversation.update": {
    kind: "json";
    input: {
      id: string;
    } & ({
      status?: "open" | "pending" | "snoozed" | "resolved" | undefined;
      /** With status `snoozed`; null: until they reply. */
      snoozedUntil?: string | null | undefined;
      /** A member's id, `me`, or null. */
      assigneeId?: string | null | undefined;
      addLabels?: string[] | undefined;
      removeLabels?: string[] | undefined;
    });
    result: Conversation;
  };
  /** Change up to 100 conversations at once */
  "conversation.update_many": {
    kind: "json";
    input: {
      status?: "open" | "pending" | "snoozed" | "resolved" | undefined;
      /** With status `snoozed`; null: until they reply. */
      snoozedUntil?: string | null | undefined;
      /** A member's id, `me`, or null. */
      assigneeId?: string | null | undefined;
      addLabels?: string[] | undefined;
      removeLabels?: string[] | undefined;
      ids: string[];
      /** For the asking member: all read, or the latest message unread. */
      isRead?: boolean | undefined;
    };
    result: {
      data: Conversation[];
      nextCursor: null;
    };
  };
  /** One delivery with its attempts */
  "delivery.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      id: string;
      endpointId: string;
      /** `webhook-id` of every attempt, and the id in `GET /v1/events`. */
      eventId: string;
      eventType: string;
      position: string;
      occurredAt: string;
      /** `failed` means that the last attempt of the schedule is over. */
      state: "pending" | "delivered" | "failed";
      attempts: number;
      /** null when no attempt is to come. */
      nextAttemptAt: string | null;
      finishedAt: string | null;
      lastOutcome: "delivered" | "refused" | "redirect" | "gone" | "slow_down" | "timeout" | "unreachable" | "blocked" | "broken" | "content_gone" | null;
      lastStatus: number | null;
      /** Oldest first; kept for 30 days. */
      attemptLog: ({
        id: string;
        startedAt: string;
        durationMs: number;
        outcome: "delivered" | "refused" | "redirect" | "gone" | "slow_down" | "timeout" | "unreachable" | "blocked" | "broken" | "content_gone";
        /** Why it is `broken`; `not_rendered`: the server could not put the event into words and called nobody; an ordered endpoint goes on without it after three such tries. */
        fault: "connection_broken" | "answer_too_large" | "not_rendered" | "unexpected" | null;
        /** null when no answer came. */
        status: number | null;
        /** The first 2 kB of the answer. */
        answer: string | null;
      })[];
    };
  };
  /** What went to an endpoint, what waits and what failed; newest event first */
  "delivery.list": {
    kind: "json";
    input: {
      id: string;
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
      state?: "pending" | "delivered" | "failed" | undefined;
      /** Types separated by commas; `*` stands for anything. */
      types?: string | undefined;
    };
    result: {
      data: Delivery[];
      nextCursor: string | null;
    };
  };
  /** Deliver one event again */
  "delivery.replay": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      id: string;
      endpointId: string;
      /** `webhook-id` of every attempt, and the id in `GET /v1/events`. */
      eventId: string;
      eventType: string;
      position: string;
      occurredAt: string;
      /** `failed` means that the last attempt of the schedule is over. */
      state: "pending" | "delivered" | "failed";
      attempts: number;
      /** null when no attempt is to come. */
      nextAttemptAt: string | null;
      finishedAt: string | null;
      lastOutcome: "delivered" | "refused" | "redirect" | "gone" | "slow_down" | "timeout" | "unreachable" | "blocked" | "broken" | "content_gone" | null;
      lastStatus: number | null;
      /** Oldest first; kept for 30 days. */
      attemptLog: ({
        id: string;
        startedAt: string;
        durationMs: number;
        outcome: "delivered" | "refused" | "redirect" | "gone" | "slow_down" | "timeout" | "unreachable" | "blocked" | "broken" | "content_gone";
        /** Why it is `broken`; `not_rendered`: the server could not put the event into words and called nobody; an ordered endpoint goes on without it after three such tries. */
        fault: "connection_broken" | "answer_too_large" | "not_rendered" | "unexpected" | null;
        /** null when no answer came. */
        status: number | null;
        /** The first 2 kB of the answer. */
        answer: string | null;
      })[];
    };
  };
  /** Follow the log of what happened */
  "event.list": {
    kind: "json";
    input: {
      /** Goes on after this position. Without it: from the oldest event that is kept. */
      after?: string | undefined;
      /** Types separated by commas; `*` stands for anything: `message.*,contact.erased`. */
      types?: string | undefined;
      limit?: number | undefined;
    };
    result: {
      data: Event[];
      /** `after` of the next page; null when there is no more now. */
      nextCursor: string | null;
      /** Everything up to here was looked at: `after` of a later call. */
      lastPosition: string;
    };
  };
  /** List the optional features, and which of them are on */
  "feature.list": {
    kind: "json";
    input: object;
    result: {
      data: Feature[];
      nextCursor: string | null;
    };
  };
  /** Turn an optional feature on or off */
  "feature.update": {
    kind: "json";
    input: {
      id: string;
    } & {
      isOn: boolean;
    };
    result: Feature;
  };
  /** Keep a contact's data, or the whole workspace, from being deleted */
  "hold.create": {
    kind: "json";
    input: {
      /** Without it, the whole workspace is held. */
      contactId?: string | undefined;
      reason: "legal_claim" | "authority_order" | "statutory_duty" | "security_incident";
      /** At most a year ahead; place another one to go on. */
      until: string;
    };
    result: {
      id: string;
      /** Null: the whole workspace. */
      contactId: string | null;
      reason: "legal_claim" | "authority_order" | "statutory_duty" | "security_incident";
      until: string;
      createdAt: string;
      createdBy: string | null;
      releasedAt: string | null;
    };
  };
  /** Legal holds: those that bind, and those that are over */
  "hold.list": {
    kind: "json";
    input: object;
    result: {
      data: ({
        id: string;
        /** Null: the whole workspace. */
        contactId: string | null;
        reason: "legal_claim" | "authority_order" | "statutory_duty" | "security_incident";
        until: string;
        createdAt: string;
        createdBy: string | null;
        releasedAt: string | null;
      })[];
      nextCursor: string | null;
    };
  };
  /** Release a hold */
  "hold.release": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      id: string;
      /** Null: the whole workspace. */
      contactId: string | null;
      reason: "legal_claim" | "authority_order" | "statutory_duty" | "security_incident";
      until: string;
      createdAt: string;
      createdBy: string | null;
      releasedAt: string | null;
    };
  };
  /** Read a part as it came */
  "inbound_event.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      id: string;
      channelId: string;
      kind: "poison" | "unknown";
      /** Our event type, or the provider's field. */
      name: string;
      errorCode: string | null;
      /** Replays that failed. */
      attempts: number;
      receivedAt: string;
      resolvedAt: string | null;
      body: unknown;
    };
  };
  /** List what a channel received and could not show */
  "inbound_event.list": {
    kind: "json";
    input: {
      id: string;
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
      kind?: "poison" | "unknown" | undefined;
      isResolved?: boolean | undefined;
    };
    result: {
      data: InboundEvent[];
      nextCursor: string | null;
    };
  };
  /** Apply a part again */
  "inbound_event.replay": {
    kind: "json";
    input: {
      id: string;
    };
    result: InboundEvent;
  };
  /** Take a part off the list */
  "inbound_event.resolve": {
    kind: "json";
    input: {
      id: string;
    };
    result: InboundEvent;
  };
  /** Outages of channels and services, newest first */
  "incident.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
    };
    result: {
      data: Incident[];
      nextCursor: string | null;
    };
  };
  /** Join the workspace of an invitation */
  "invitation.accept": {
    kind: "json";
    input: {
      token: string;
    };
    result: {
      /** `outbox`: no mail server is set up; the operator reads it in the folder `outbox` of the data folder. */
      delivery: "mail" | "outbox";
      person: {
        id: string;
        email: string;
        name: string | null;
        phone: string | null;
        hasPassword: boolean;
        createdAt: string;
      };
      memberships: ({
        workspace: {
          id: string;
          name: string;
          /** The workspace is closing: until then it can be read, exported and reopened. */
          purgeAt: string | null;
          /** The agreements are not accepted in their present words: nothing is sent from then on. */
          agreementsDueAt: string | null;
          /** The operator stopped its sending. */
          suspension: {
            reason: "spam" | "complaints" | "unlawful" | "takeover" | "other";
            /** The operator's. */
            contact: string | null;
          } | null;
        };
        memberId: string;
        role: "owner" | "admin" | "agent";
        /** The channels the member may see; null means all. */
        channelIds: string[] | null;
        /** Of the role; and, where `channelIds` is null, what takes every channel (`contact:import`). */
        permissions: string[];
      })[];
    };
  };
  /** Invite someone by a link */
  "invitation.create": {
    kind: "json";
    input: {
      role: "owner" | "admin" | "agent";
      /** The channels an agent may see; null means all. Owners and admins always see all. */
      channelIds?: string[] | null | undefined;
      email?: string | null | undefined;
    };
    result: {
      id: string;
      email: string | null;
      role: "owner" | "admin" | "agent";
      /** The channels an agent may see; null means all. Owners and admins always see all. */
      channelIds: string[] | null;
      state: "open" | "accepted" | "revoked" | "expired";
      createdAt: string;
      expiresAt: string;
      /** Shown once. */
      url: string;
      /** null: no address was given. `outbox`: no mail server is set up, so the mail lies in the data folder. */
      delivery: "mail" | "outbox" | null;
    };
  };
  /** Withdraw an invitation */
  "invitation.delete": {
    kind: "json";
    input: {
      id: string;
    };
    result: void;
  };
  /** The invitations, newest first */
  "invitation.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
    };
    result: {
      data: ({
        id: string;
        email: string | null;
        role: "owner" | "admin" | "agent";
        /** The channels an agent may see; null means all. Owners and admins always see all. */
        channelIds: string[] | null;
        state: "open" | "accepted" | "revoked" | "expired";
        createdAt: string;
        expiresAt: string;
      })[];
      nextCursor: string | null;
    };
  };
  /** Make a label */
  "label.create": {
    kind: "json";
    input: {
      name: string;
      color?: "grey" | "blue" | "green" | "amber" | "red" | "teal" | "brown" | undefined;
    };
    result: Label;
  };
  /** List labels */
  "label.list": {
    kind: "json";
    input: object;
    result: {
      data: Label[];
      nextCursor: null;
    };
  };
  /** Remove a label from everywhere */
  "label.remove": {
    kind: "json";
    input: {
      id: string;
    };
    result: void;
  };
  /** Rename or recolour a label */
  "label.update": {
    kind: "json";
    input: {
      id: string;
    } & ({
      name?: string | undefined;
      color?: "grey" | "blue" | "green" | "amber" | "red" | "teal" | "brown" | undefined;
    });
    result: Label;
  };
  /** Approve a disclosure, as one of two */
  "legal_disclosure.approve": {
    kind: "json";
    input: {
      id: string;
    };
    result: LegalDisclosure;
  };
  /** Take out what an approved disclosure covers */
  "legal_disclosure.give": {
    kind: "download";
    input: {
      id: string;
    };
    result: Response;
  };
  /** List what authorities asked for, and who approved */
  "legal_disclosure.list": {
    kind: "json";
    input: object;
    result: {
      data: LegalDisclosure[];
    };
  };
  /** Note that an authority, or with consent somebody else, asks for data */
  "legal_disclosure.propose": {
    kind: "json";
    input: {
      /** Who asks, and their reference. */
      authority: string;
      ground: "legal_obligation" | "rights_and_property" | "wrongdoing" | "safety" | "liability" | "consent";
      scope: "account" | "metadata" | "messages";
      /** Whom it is about; null: the workspace. */
      contactId?: string | null | undefined;
      /** With the ground `consent`: the entry of their ledger that agrees to the purpose `disclosure`. */
      consentId?: string | null | undefined;
    };
    result: LegalDisclosure;
  };
  /** End a login */
  "login.delete": {
    kind: "json";
    input: {
      id: string;
    };
    result: void;
  };
  /** End all logins but this one */
  "login.delete_others": {
    kind: "json";
    input: object;
    result: void;
  };
  /** Where you are signed in */
  "login.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
    };
    result: {
      data: ({
        id: string;
        isCurrent: boolean;
        /** For 30 days. */
        userAgent: string | null;
        browser: string | null;
        system: string | null;
        ip: string | null;
        createdAt: string;
        /** To the minute. */
        lastUsedAt: string;
        expiresAt: string;
      })[];
      nextCursor: string | null;
    };
  };
  /** Erase your account */
  "me.erase": {
    kind: "json";
    input: {
      password?: string | undefined;
    };
    result: void;
  };
  /** Who is signed in, and where they belong */
  "me.get": {
    kind: "json";
    input: object;
    result: {
      /** `outbox`: no mail server is set up; the operator reads it in the folder `outbox` of the data folder. */
      delivery: "mail" | "outbox";
      person: {
        id: string;
        email: string;
        name: string | null;
        phone: string | null;
        hasPassword: boolean;
        createdAt: string;
      };
      memberships: ({
        workspace: {
          id: string;
          name: string;
          /** The workspace is closing: until then it can be read, exported and reopened. */
          purgeAt: string | null;
          /** The agreements are not accepted in their present words: nothing is sent from then on. */
          agreementsDueAt: string | null;
          /** The operator stopped its sending. */
          suspension: {
            reason: "spam" | "complaints" | "unlawful" | "takeover" | "other";
            /** The operator's. */
            contact: string | null;
          } | null;
        };
        memberId: string;
        role: "owner" | "admin" | "agent";
        /** The channels the member may see; null means all. */
        channelIds: string[] | null;
        /** Of the role; and, where `channelIds` is null, what takes every channel (`contact:import`). */
        permissions: string[];
      })[];
    };
  };
  /** Change name, phone number, e-mail address or password */
  "me.update": {
    kind: "json";
    input: {
      name?: string | undefined;
      phone?: string | null | undefined;
      email?: string | undefined;
      newPassword?: string | undefined;
      password?: string | undefined;
    };
    result: {
      /** `outbox`: no mail server is set up; the operator reads it in the folder `outbox` of the data folder. */
      delivery: "mail" | "outbox";
      person: {
        id: string;
        email: string;
        name: string | null;
        phone: string | null;
        hasPassword: boolean;
        createdAt: string;
      };
      memberships: ({
        workspace: {
          id: string;
          name: string;
          /** The workspace is closing: until then it can be read, exported and reopened. */
          purgeAt: string | null;
          /** The agreements are not accepted in their present words: nothing is sent from then on. */
          agreementsDueAt: string | null;
          /** The operator stopped its sending. */
          suspension: {
            reason: "spam" | "complaints" | "unlawful" | "takeover" | "other";
            /** The operator's. */
            contact: string | null;
          } | null;
        };
        memberId: string;
        role: "owner" | "admin" | "agent";
        /** The channels the member may see; null means all. */
        channelIds: string[] | null;
        /** Of the role; and, where `channelIds` is null, what takes every channel (`contact:import`). */
        permissions: string[];
      })[];
    };
  };
  /** Read a file's bytes */
  "media.content": {
    kind: "download";
    input: {
      id: string;
    };
    result: Response;
  };
  /** Get a link to a file */
  "media.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      id: string;
      url: string;
      expiresAt: string;
    };
  };
  /** Read a file by its link */
  "media.open_link": {
    kind: "download";
    input: {
      token: string;
    };
    result: Response;
  };
  /** Upload a file to send */
  "media.upload": {
    kind: "upload";
    input: { file: Blob | ReadableStream<Uint8Array>; fileName?: string | undefined; mimeType?: string | undefined; [field: string]: unknown };
    result: Upload;
  };
  /** Remove a member */
  "member.delete": {
    kind: "json";
    input: {
      id: string;
    };
    result: void;
  };
  /** A member */
  "member.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      id: string;
      name: string | null;
      email: string;
      /** If they gave one, for their colleagues. */
      phone: string | null;
      role: "owner" | "admin" | "agent";
      /** The channels an agent may see; null means all. Owners and admins always see all. */
      channelIds: string[] | null;
      createdAt: string;
    };
  };
  /** The members, in the order of joining */
  "member.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
    };
    result: {
      data: ({
        id: string;
        name: string | null;
        email: string;
        /** If they gave one, for their colleagues. */
        phone: string | null;
        role: "owner" | "admin" | "agent";
        /** The channels an agent may see; null means all. Owners and admins always see all. */
        channelIds: string[] | null;
        createdAt: string;
      })[];
      nextCursor: string | null;
    };
  };
  /** Change a member's role or channels */
  "member.update": {
    kind: "json";
    input: {
      id: string;
    } & ({
      role?: "owner" | "admin" | "agent" | undefined;
      /** The channels an agent may see; null means all. Owners and admins always see all. */
      channelIds?: string[] | null | undefined;
    });
    result: {
      id: string;
      name: string | null;
      email: string;
      /** If they gave one, for their colleagues. */
      phone: string | null;
      role: "owner" | "admin" | "agent";
      /** The channels an agent may see; null means all. Owners and admins always see all. */
      channelIds: string[] | null;
      createdAt: string;
    };
  };
  /** Take a message back: cancel one that waits, delete one that was sent for everybody */
  "message.cancel": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      id: string;
      conversationId: string;
      channelId: string;
      contactId: string;
      direction: "inbound" | "outbound";
      /** `text`, `image`, … `unsupported`; open: treat an unknown one as unsupported. */
      type: string;
      /** The text, or the caption of a medium. */
      text?: string | undefined;
      attachments: Attachment[];
      location?: {
        latitude: number;
        longitude: number;
        name?: string | undefined;
        address?: string | undefined;
        url?: string | undefined;
      } | undefined;
      contacts?: (Record<string, unknown>)[] | undefined;
      interactive?: Record<string, unknown> | undefined;
      template?: Record<string, unknown> | undefined;
      order?: Record<string, unknown> | undefined;
      /** `votes` has the newest vote of each person, by contact id. */
      poll?: {
        question: string;
        options: ({
          text: string;
          votes: number;
        })[];
        isMultipleChoice: boolean;
        votes: ({
          from: string;
          options: string[];
          at: string;
        })[];
      } | undefined;
      system?: {
        kind: string;
        text?: string | undefined;
      } | undefined;
      reactions: ({
        emoji: string;
        /** The contact's id, or the member's or key's id for ours. */
        from: string;
        at: string;
      })[];
      /** `messageId` is null when the quoted message is not known here. */
      replyTo?: {
        messageId: string | null;
        providerMessageId?: string | undefined;
      } | undefined;
      referral?: Record<string, unknown> | undefined;
      /** What the sender of an outbound message gave along. */
      callbackData?: string | undefined;
      isForwarded?: boolean | undefined;
      author?: {
        kind: "member" | "api_key" | "phone_app";
        id: string | null;
      } | undefined;
      /** Who spoke, in a group. */
      sender?: {
        contactId: string;
        name: string | null;
      } | undefined;
      status: "received" | "queued" | "sent" | "failed" | "delivered" | "read" | "played";
      error?: MessageError | undefined;
      providerMessageId: string | null;
      /** The provider's time; of an outbound message, when it was accepted. */
      sentAt: string | null;
      receivedAt: string;
      /** Thread order is (sortAt, id) and never changes. */
      sortAt: string;
      scheduledAt?: string | undefined;
      editedAt?: string | undefined;
      deletedAt?: string | undefined;
      /** When what was said, and its files, were destroyed. */
      contentDestroyedAt?: string | undefined;
      /** There, and null, when what was said was destroyed. */
      content?: null | undefined;
      /** The provider's object, for kinds this version does not know. */
      raw?: unknown | undefined;
      statuses: ({
        status: "received" | "queued" | "sent" | "failed" | "delivered" | "read" | "played";
        at: string;
        error?: MessageError | undefined;
      })[];
    };
  };
  /** Put other words into a text that was sent */
  "message.edit": {
    kind: "json";
    input: {
      id: string;
    } & {
      text: string;
    };
    result: {
      id: string;
      conversationId: string;
      channelId: string;
      contactId: string;
      direction: "inbound" | "outbound";
      /** `text`, `image`, … `unsupported`; open: treat an unknown one as unsupported. */
      type: string;
      /** The text, or the caption of a medium. */
      text?: string | undefined;
      attachments: Attachment[];
      location?: {
        latitude: number;
        longitude: number;
        name?: string | undefined;
        address?: string | undefined;
        url?: string | undefined;
      } | undefined;
      contacts?: (Record<string, unknown>)[] | undefined;
      interactive?: Record<string, unknown> | undefined;
      template?: Record<string, unknown> | undefined;
      order?: Record<string, unknown> | undefined;
      /** `votes` has the newest vote of each person, by contact id. */
      poll?: {
        question: string;
        options: ({
          text: string;
          votes: number;
        })[];
        isMultipleChoice: boolean;
        votes: ({
          from: string;
          options: string[];
          at: string;
        })[];
      } | undefined;
      system?: {
        kind: string;
        text?: string | undefined;
      } | undefined;
      reactions: ({
        emoji: string;
        /** The contact's id, or the member's or key's id for ours. */
        from: string;
        at: string;
      })[];
      /** `messageId` is null when the quoted message is not known here. */
      replyTo?: {
        messageId: string | null;
        providerMessageId?: string | undefined;
      } | undefined;
      referral?: Record<string, unknown> | undefined;
      /** What the sender of an outbound message gave along. */
      callbackData?: string | undefined;
      isForwarded?: boolean | undefined;
      author?: {
        kind: "member" | "api_key" | "phone_app";
        id: string | null;
      } | undefined;
      /** Who spoke, in a group. */
      sender?: {
        contactId: string;
        name: string | null;
      } | undefined;
      status: "received" | "queued" | "sent" | "failed" | "delivered" | "read" | "played";
      error?: MessageError | undefined;
      providerMessageId: string | null;
      /** The provider's time; of an outbound message, when it was accepted. */
      sentAt: string | null;
      receivedAt: string;
      /** Thread order is (sortAt, id) and never changes. */
      sortAt: string;
      scheduledAt?: string | undefined;
      editedAt?: string | undefined;
      deletedAt?: string | undefined;
      /** When what was said, and its files, were destroyed. */
      contentDestroyedAt?: string | undefined;
      /** There, and null, when what was said was destroyed. */
      content?: null | undefined;
      /** The provider's object, for kinds this version does not know. */
      raw?: unknown | undefined;
      statuses: ({
        status: "received" | "queued" | "sent" | "failed" | "delivered" | "read" | "played";
        at: string;
        error?: MessageError | undefined;
      })[];
    };
  };
  /** Read one message with the times of its statuses */
  "message.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      id: string;
      conversationId: string;
      channelId: string;
      contactId: string;
      direction: "inbound" | "outbound";
      /** `text`, `image`, … `unsupported`; open: treat an unknown one as unsupported. */
      type: string;
      /** The text, or the caption of a medium. */
      text?: string | undefined;
      attachments: Attachment[];
      location?: {
        latitude: number;
        longitude: number;
        name?: string | undefined;
        address?: string | undefined;
        url?: string | undefined;
      } | undefined;
      contacts?: (Record<string, unknown>)[] | undefined;
      interactive?: Record<string, unknown> | undefined;
      template?: Record<string, unknown> | undefined;
      order?: Record<string, unknown> | undefined;
      /** `votes` has the newest vote of each person, by contact id. */
      poll?: {
        question: string;
        options: ({
          text: string;
          votes: number;
        })[];
        isMultipleChoice: boolean;
        votes: ({
          from: string;
          options: string[];
          at: string;
        })[];
      } | undefined;
      system?: {
        kind: string;
        text?: string | undefined;
      } | undefined;
      reactions: ({
        emoji: string;
        /** The contact's id, or the member's or key's id for ours. */
        from: string;
        at: string;
      })[];
      /** `messageId` is null when the quoted message is not known here. */
      replyTo?: {
        messageId: string | null;
        providerMessageId?: string | undefined;
      } | undefined;
      referral?: Record<string, unknown> | undefined;
      /** What the sender of an outbound message gave along. */
      callbackData?: string | undefined;
      isForwarded?: boolean | undefined;
      author?: {
        kind: "member" | "api_key" | "phone_app";
        id: string | null;
      } | undefined;
      /** Who spoke, in a group. */
      sender?: {
        contactId: string;
        name: string | null;
      } | undefined;
      status: "received" | "queued" | "sent" | "failed" | "delivered" | "read" | "played";
      error?: MessageError | undefined;
      providerMessageId: string | null;
      /** The provider's time; of an outbound message, when it was accepted. */
      sentAt: string | null;
      receivedAt: string;
      /** Thread order is (sortAt, id) and never changes. */
      sortAt: string;
      scheduledAt?: string | undefined;
      editedAt?: string | undefined;
      deletedAt?: string | undefined;
      /** When what was said, and its files, were destroyed. */
      contentDestroyedAt?: string | undefined;
      /** There, and null, when what was said was destroyed. */
      content?: null | undefined;
      /** The provider's object, for kinds this version does not know. */
      raw?: unknown | undefined;
      statuses: ({
        status: "received" | "queued" | "sent" | "failed" | "delivered" | "read" | "played";
        at: string;
        error?: MessageError | undefined;
      })[];
    };
  };
  /** Read a thread, newest first */
  "message.list": {
    kind: "json";
    input: {
      id: string;
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
      /** `previousCursor` of a page: goes on towards newer messages. */
      newerThan?: string | undefined;
      /** A message's id: it and what stands on both sides. */
      around?: string | undefined;
    };
    result: {
      data: Message[];
      nextCursor: string | null;
      previousCursor: string | null;
    };
  };
  /** Send a failed message again */
  "message.retry": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      id: string;
      conversationId: string;
      channelId: string;
      contactId: string;
      direction: "inbound" | "outbound";
      /** `text`, `image`, … `unsupported`; open: treat an unknown one as unsupported. */
      type: string;
      /** The text, or the caption of a medium. */
      text?: string | undefined;
      attachments: Attachment[];
      location?: {
        latitude: number;
        longitude: number;
        name?: string | undefined;
        address?: string | undefined;
        url?: string | undefined;
      } | undefined;
      contacts?: (Record<string, unknown>)[] | undefined;
      interactive?: Record<string, unknown> | undefined;
      template?: Record<string, unknown> | undefined;
      order?: Record<string, unknown> | undefined;
      /** `votes` has the newest vote of each person, by contact id. */
      poll?: {
        question: string;
        options: ({
          text: string;
          votes: number;
        })[];
        isMultipleChoice: boolean;
        votes: ({
          from: string;
          options: string[];
          at: string;
        })[];
      } | undefined;
      system?: {
        kind: string;
        text?: string | undefined;
      } | undefined;
      reactions: ({
        emoji: string;
        /** The contact's id, or the member's or key's id for ours. */
        from: string;
        at: string;
      })[];
      /** `messageId` is null when the quoted message is not known here. */
      replyTo?: {
        messageId: string | null;
        providerMessageId?: string | undefined;
      } | undefined;
      referral?: Record<string, unknown> | undefined;
      /** What the sender of an outbound message gave along. */
      callbackData?: string | undefined;
      isForwarded?: boolean | undefined;
      author?: {
        kind: "member" | "api_key" | "phone_app";
        id: string | null;
      } | undefined;
      /** Who spoke, in a group. */
      sender?: {
        contactId: string;
        name: string | null;
      } | undefined;
      status: "received" | "queued" | "sent" | "failed" | "delivered" | "read" | "played";
      error?: MessageError | undefined;
      providerMessageId: string | null;
      /** The provider's time; of an outbound message, when it was accepted. */
      sentAt: string | null;
      receivedAt: string;
      /** Thread order is (sortAt, id) and never changes. */
      sortAt: string;
      scheduledAt?: string | undefined;
      editedAt?: string | undefined;
      deletedAt?: string | undefined;
      /** When what was said, and its files, were destroyed. */
      contentDestroyedAt?: string | undefined;
      /** There, and null, when what was said was destroyed. */
      content?: null | undefined;
      /** The provider's object, for kinds this version does not know. */
      raw?: unknown | undefined;
      statuses: ({
        status: "received" | "queued" | "sent" | "failed" | "delivered" | "read" | "played";
        at: string;
        error?: MessageError | undefined;
      })[];
    };
  };
  /** Send a message */
  "message.send": {
    kind: "json";
    input: NewMessage;
    result: {
      id: string;
      conversationId: string;
      channelId: string;
      contactId: string;
      direction: "inbound" | "outbound";
      /** `text`, `image`, … `unsupported`; open: treat an unknown one as unsupported. */
      type: string;
      /** The text, or the caption of a medium. */
      text?: string | undefined;
      attachments: Attachment[];
      location?: {
        latitude: number;
        longitude: number;
        name?: string | undefined;
        address?: string | undefined;
        url?: string | undefined;
      } | undefined;
      contacts?: (Record<string, unknown>)[] | undefined;
      interactive?: Record<string, unknown> | undefined;
      template?: Record<string, unknown> | undefined;
      order?: Record<string, unknown> | undefined;
      /** `votes` has the newest vote of each person, by contact id. */
      poll?: {
        question: string;
        options: ({
          text: string;
          votes: number;
        })[];
        isMultipleChoice: boolean;
        votes: ({
          from: string;
          options: string[];
          at: string;
        })[];
      } | undefined;
      system?: {
        kind: string;
        text?: string | undefined;
      } | undefined;
      reactions: ({
        emoji: string;
        /** The contact's id, or the member's or key's id for ours. */
        from: string;
        at: string;
      })[];
      /** `messageId` is null when the quoted message is not known here. */
      replyTo?: {
        messageId: string | null;
        providerMessageId?: string | undefined;
      } | undefined;
      referral?: Record<string, unknown> | undefined;
      /** What the sender of an outbound message gave along. */
      callbackData?: string | undefined;
      isForwarded?: boolean | undefined;
      author?: {
        kind: "member" | "api_key" | "phone_app";
        id: string | null;
      } | undefined;
      /** Who spoke, in a group. */
      sender?: {
        contactId: string;
        name: string | null;
      } | undefined;
      status: "received" | "queued" | "sent" | "failed" | "delivered" | "read" | "played";
      error?: MessageError | undefined;
      providerMessageId: string | null;
      /** The provider's time; of an outbound message, when it was accepted. */
      sentAt: string | null;
      receivedAt: string;
      /** Thread order is (sortAt, id) and never changes. */
      sortAt: string;
      scheduledAt?: string | undefined;
      editedAt?: string | undefined;
      deletedAt?: string | undefined;
      /** When what was said, and its files, were destroyed. */
      contentDestroyedAt?: string | undefined;
      /** There, and null, when what was said was destroyed. */
      content?: null | undefined;
      /** The provider's object, for kinds this version does not know. */
      raw?: unknown | undefined;
      statuses: ({
        status: "received" | "queued" | "sent" | "failed" | "delivered" | "read" | "played";
        at: string;
        error?: MessageError | undefined;
      })[];
    };
  };
  /** Send up to 500 messages */
  "message.send_batch": {
    kind: "json";
    input: {
      messages: NewMessage[];
    };
    result: MessageBatch;
  };
  /** Write a private note */
  "note.create": {
    kind: "json";
    input: {
      id: string;
    } & ({
      text: string;
      /** Members who are told of it. */
      mentionedIds?: string[] | undefined;
    });
    result: Note;
  };
  /** List the private notes of a conversation */
  "note.list": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      data: Note[];
      nextCursor: null;
    };
  };
  /** Remove a private note */
  "note.remove": {
    kind: "json";
    input: {
      id: string;
      noteId: string;
    };
    result: void;
  };
  /** What you were told in the last 90 days, newest first */
  "notification.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
    };
    result: {
      data: ({
        id: string;
        kind: "security" | "legal" | "admin" | "product";
        topic: "new_device" | "password_changed" | "email_changed" | "api_key_created" | "api_key_leaked" | "export_started" | "policy_changed" | "agreements_changed" | "role_changed" | "workspace_suspended" | "workspace_resumed" | "abuse_suspected" | "new_version";
        workspaceId: string | null;
        /** The id of what it is about. */
        target: string | null;
        at: string;
        isRead: boolean;
      })[];
      nextCursor: string | null;
      unreadCount: number;
    };
  };
  /** Mark all of them as read */
  "notification.read": {
    kind: "json";
    input: object;
    result: void;
  };
  /** Which kinds of notices you get, by mail and in the app */
  "notification_preference.list": {
    kind: "json";
    input: object;
    result: {
      data: ({
        kind: "security" | "legal" | "admin" | "product";
        byMail: boolean;
        inApp: boolean;
        /** Cannot be turned off. */
        isFixed: boolean;
      })[];
    };
  };
  /** Turn a kind of notices on or off, by mail or in the app */
  "notification_preference.update": {
    kind: "json";
    input: {
      kind: "security" | "legal" | "admin" | "product";
      byMail?: boolean | undefined;
      inApp?: boolean | undefined;
    };
    result: {
      data: ({
        kind: "security" | "legal" | "admin" | "product";
        byMail: boolean;
        inApp: boolean;
        /** Cannot be turned off. */
        isFixed: boolean;
      })[];
    };
  };
  /** Download the copy of what is held about yourself */
  "own_request.copy": {
    kind: "download";
    input: {
      id: string;
    };
    result: Response;
  };
  /** Ask for a copy of what is held about yourself, or complain */
  "own_request.create": {
    kind: "json";
    input: {
      type: "access" | "portability" | "complaint";
      /** Of a complaint: what it is about. */
      text?: string | undefined;
    };
    result: SubjectRequestStarted;
  };
  /** List what you asked about yourself */
  "own_request.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
    };
    result: {
      data: SubjectRequest[];
      nextCursor: string | null;
    };
  };
  /** Choose a new password by a link */
  "password_reset.confirm": {
    kind: "json";
    input: {
      token: string;
      password: string;
    };
    result: void;
  };
  /** Ask for a link to choose a new password */
  "password_reset.create": {
    kind: "json";
    input: {
      email: string;
    };
    result: {
      status: "accepted";
      /** `outbox`: no mail server is set up; the operator reads it in the folder `outbox` of the data folder. */
      delivery: "mail" | "outbox";
    };
  };
  /** How long contacts and notes are kept */
  "retention.get": {
    kind: "json";
    input: object;
    result: {
      /** A contact with whom nobody spoke for so long is forgotten, with everything that is known of it. */
      contactInactiveDays: number;
      /** Internal notes are deleted after so long. */
      noteDays: number;
    };
  };
  /** Choose how long contacts and notes are kept */
  "retention.update": {
    kind: "json";
    input: {
      /** A contact with whom nobody spoke for so long is forgotten, with everything that is known of it. */
      contactInactiveDays?: number | undefined;
      /** Internal notes are deleted after so long. */
      noteDays?: number | undefined;
    };
    result: {
      /** A contact with whom nobody spoke for so long is forgotten, with everything that is known of it. */
      contactInactiveDays: number;
      /** Internal notes are deleted after so long. */
      noteDays: number;
    };
  };
  /** Save a reply */
  "saved_reply.create": {
    kind: "json";
    input: {
      /** What is typed after `/`. */
      shortcut: string;
      /** `{{name}}` and `{{firstName}}` stand for the contact's, where the web app puts the reply in. */
      text: string;
    };
    result: SavedReply;
  };
  /** List the team's saved replies */
  "saved_reply.list": {
    kind: "json";
    input: object;
    result: {
      data: SavedReply[];
      nextCursor: null;
    };
  };
  /** Remove a saved reply */
  "saved_reply.remove": {
    kind: "json";
    input: {
      id: string;
    };
    result: void;
  };
  /** Change a saved reply */
  "saved_reply.update": {
    kind: "json";
    input: {
      id: string;
    } & ({
      /** What is typed after `/`. */
      shortcut?: string | undefined;
      /** `{{name}}` and `{{firstName}}` stand for the contact's, where the web app puts the reply in. */
      text?: string | undefined;
    });
    result: SavedReply;
  };
  /** Save a view */
  "saved_view.create": {
    kind: "json";
    input: {
      name: string;
      filter: {
        status?: "open" | "pending" | "snoozed" | "resolved" | undefined;
        channelId?: string | undefined;
        assignee?: string | undefined;
        label?: string | undefined;
      };
      isShared?: boolean | undefined;
    };
    result: SavedView;
  };
  /** List your saved views and those shared with you */
  "saved_view.list": {
    kind: "json";
    input: object;
    result: {
      data: SavedView[];
      nextCursor: null;
    };
  };
  /** Remove a saved view of yours */
  "saved_view.remove": {
    kind: "json";
    input: {
      id: string;
    };
    result: void;
  };
  /** Find messages and contacts by words */
  "search.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
      q: string;
    };
    result: {
      data: ({
        message: Message;
        /** null without `contact:read`. */
        contact: ContactSummary | null;
      })[];
      nextCursor: string | null;
      /** People found by name, user name or number; on the first page only, and with `contact:read`. */
      contacts: ContactSummary[];
    };
  };
  /** The session and each change of it (server-sent events) */
  "session.follow": {
    kind: "stream";
    input: {
      id: string;
    };
    result: never;
  };
  /** Read where the session of a linked phone stands */
  "session.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: Session;
  };
  /** Log a linked phone out, or call a pairing off */
  "session.log_out": {
    kind: "json";
    input: {
      id: string;
    };
    result: Session;
  };
  /** Link a phone by QR or pairing code */
  "session.pair": {
    kind: "json";
    input: {
      id: string;
    } & ({
      method: "qr" | "code";
      /** With `code`: the number of the phone that is linked. */
      phoneNumber?: string | undefined;
      /** How much of the past is taken over from the phone. */
      historyDays?: 0 | 30 | 90 | undefined;
      /** The version of the notice that somebody agreed to: the SHA-256 of its text. Needed once, and again when the notice changed. */
      acknowledgement?: string | undefined;
    });
    result: Session;
  };
  /** Connect a linked phone anew */
  "session.restart": {
    kind: "json";
    input: {
      id: string;
    };
    result: Session;
  };
  /** Make a link under which the code can be scanned without a login */
  "session.share": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      id: string;
      /** Holds the token after `#`, where no server log sees it. */
      url: string;
      /** Shown once. */
      token: string;
      expiresAt: string;
    };
  };
  /** What a shared link shows */
  "session_link.read": {
    kind: "json";
    input: {
      token: string;
    };
    result: SharedSession;
  };
  /** Sign in */
  "sign_in.create": {
    kind: "json";
    input: {
      email: string;
      password: string;
    };
    result: {
      /** `outbox`: no mail server is set up; the operator reads it in the folder `outbox` of the data folder. */
      delivery: "mail" | "outbox";
      person: {
        id: string;
        email: string;
        name: string | null;
        phone: string | null;
        hasPassword: boolean;
        createdAt: string;
      };
      memberships: ({
        workspace: {
          id: string;
          name: string;
          /** The workspace is closing: until then it can be read, exported and reopened. */
          purgeAt: string | null;
          /** The agreements are not accepted in their present words: nothing is sent from then on. */
          agreementsDueAt: string | null;
          /** The operator stopped its sending. */
          suspension: {
            reason: "spam" | "complaints" | "unlawful" | "takeover" | "other";
            /** The operator's. */
            contact: string | null;
          } | null;
        };
        memberId: string;
        role: "owner" | "admin" | "agent";
        /** The channels the member may see; null means all. */
        channelIds: string[] | null;
        /** Of the role; and, where `channelIds` is null, what takes every channel (`contact:import`). */
        permissions: string[];
      })[];
    };
  };
  /** Your sign-ins of the last twelve months, and who tried with a wrong password, newest first */
  "sign_in.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
    };
    result: {
      data: ({
        id: string;
        at: string;
        method: "password" | "link" | "sign_up";
        result: "succeeded" | "wrong_password";
        /** For 30 days. */
        ip: string | null;
        browser: string | null;
        system: string | null;
      })[];
      nextCursor: string | null;
    };
  };
  /** Sign in by a link that works once */
  "sign_in.use_link": {
    kind: "json";
    input: {
      token: string;
    };
    result: {
      /** `outbox`: no mail server is set up; the operator reads it in the folder `outbox` of the data folder. */
      delivery: "mail" | "outbox";
      person: {
        id: string;
        email: string;
        name: string | null;
        phone: string | null;
        hasPassword: boolean;
        createdAt: string;
      };
      memberships: ({
        workspace: {
          id: string;
          name: string;
          /** The workspace is closing: until then it can be read, exported and reopened. */
          purgeAt: string | null;
          /** The agreements are not accepted in their present words: nothing is sent from then on. */
          agreementsDueAt: string | null;
          /** The operator stopped its sending. */
          suspension: {
            reason: "spam" | "complaints" | "unlawful" | "takeover" | "other";
            /** The operator's. */
            contact: string | null;
          } | null;
        };
        memberId: string;
        role: "owner" | "admin" | "agent";
        /** The channels the member may see; null means all. */
        channelIds: string[] | null;
        /** Of the role; and, where `channelIds` is null, what takes every channel (`contact:import`). */
        permissions: string[];
      })[];
    };
  };
  /** Sign out */
  "sign_out.create": {
    kind: "json";
    input: object;
    result: void;
  };
  /** Sign up */
  "sign_up.create": {
    kind: "json";
    input: {
      email: string;
      password: string;
      name: string;
      /** Nobody has to give one; colleagues see it. */
      phone?: string | undefined;
      /** That they are 18 or older. Signing up accepts the privacy policy in force. */
      isAdult: true;
      /** Of the business; without it and without an invitation the workspace has the person's name. */
      workspaceName?: string | undefined;
      /** With a new workspace: accepts the terms and the agreement on data processing for it. */
      acceptsAgreements?: boolean | undefined;
      invitationToken?: string | undefined;
    };
    result: {
      /** `outbox`: no mail server is set up; the operator reads it in the folder `outbox` of the data folder. */
      delivery: "mail" | "outbox";
      person: {
        id: string;
        email: string;
        name: string | null;
        phone: string | null;
        hasPassword: boolean;
        createdAt: string;
      };
      memberships: ({
        workspace: {
          id: string;
          name: string;
          /** The workspace is closing: until then it can be read, exported and reopened. */
          purgeAt: string | null;
          /** The agreements are not accepted in their present words: nothing is sent from then on. */
          agreementsDueAt: string | null;
          /** The operator stopped its sending. */
          suspension: {
            reason: "spam" | "complaints" | "unlawful" | "takeover" | "other";
            /** The operator's. */
            contact: string | null;
          } | null;
        };
        memberId: string;
        role: "owner" | "admin" | "agent";
        /** The channels the member may see; null means all. */
        channelIds: string[] | null;
        /** Of the role; and, where `channelIds` is null, what takes every channel (`contact:import`). */
        permissions: string[];
      })[];
    };
  };
  /** Turn special categories of data off */
  "special_category.disable": {
    kind: "json";
    input: object;
    result: void;
  };
  /** Turn special categories of data on (GDPR Art. 9 and 10) */
  "special_category.enable": {
    kind: "json";
    input: {
      /** What allows it: GDPR Art. 9(2) (a) to (j). */
      legalBasis: "explicit_consent" | "employment_law" | "vital_interests" | "nonprofit_members" | "made_public" | "legal_claims" | "public_interest" | "health_care" | "public_health" | "research";
    };
    result: SpecialCategories;
  };
  /** Whether special categories of data are on, and what allows them */
  "special_category.get": {
    kind: "json";
    input: object;
    result: SpecialCategories;
  };
  /** Live stream of what happens (server-sent events) */
  "stream.follow": {
    kind: "stream";
    input: object;
    result: never;
  };
  /** Say that a complaint, or what of a correction could not be taken, was answered */
  "subject_request.answer": {
    kind: "json";
    input: {
      id: string;
    };
    result: SubjectRequest;
  };
  /** Say that a request comes from the person; it runs then */
  "subject_request.confirm_identity": {
    kind: "json";
    input: {
      id: string;
    };
    result: SubjectRequest;
  };
  /** Download the copy that an access or portability request made */
  "subject_request.copy": {
    kind: "download";
    input: {
      id: string;
    };
    result: Response;
  };
  /** Open a request of a person about their own data */
  "subject_request.create": {
    kind: "json";
    input: {
      type: "access" | "portability" | "rectify" | "erase" | "restrict" | "object" | "withdraw" | "complaint";
      contactId?: string | undefined;
      /** A phone number or user id, where the contact's id is not known. Someone unknown gets the same answer. */
      identity?: string | undefined;
      detail?: {
        /** rectify: the right name. */
        name?: string | undefined;
        /** rectify: the right attributes; they replace all, those of special categories only where they are named. */
        attributes?: Record<string, string> | undefined;
        /** rectify: a wrong phone number or user name, and the right one. */
        identities?: ({
          kind: "phone";
          /** The wrong number as it is kept. */
          from: string;
          /** The right one, E.164 with `+`. */
          to: string;
        } | {
          kind: "username";
          from: string;
          /** Without `@`. */
          to: string;
        })[] | undefined;
        /** object, withdraw: which purpose; all of them when left out. */
        purpose?: string | undefined;
        /** object, withdraw: on which channel; everywhere when left out. */
        channelId?: string | undefined;
        /** restrict: true ends the restriction. */
        isLifted?: boolean | undefined;
        /** What the person says, a complaint for one. */
        text?: string | undefined;
      } | undefined;
      /** false: the request waits until someone confirms that it comes from the person. */
      isIdentityProved?: boolean | undefined;
      /** `eu`, `uk`, `us-ca`, `my`, `br`; the strictest clock without it. */
      jurisdiction?: string | undefined;
    };
    result: SubjectRequestStarted;
  };
  /** See how far a request is, and its receipt */
  "subject_request.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: SubjectRequest;
  };
  /** List requests, newest first */
  "subject_request.list": {
    kind: "json";
    input: {
      /** `nextCursor` of the previous page. */
      cursor?: string | undefined;
      /** Items per page. */
      limit?: number | undefined;
      /** true: those that are not answered yet. */
      isOpen?: "true" | "false" | undefined;
      contactId?: string | undefined;
      /** Those that were answered since. */
      finishedAfter?: string | undefined;
    };
    result: {
      data: SubjectRequest[];
      nextCursor: string | null;
    };
  };
  /** Refuse a request that has not run, with the reason the person is told */
  "subject_request.refuse": {
    kind: "json";
    input: {
      id: string;
    } & ({
      reason: "not_the_person" | "manifestly_unfounded" | "excessive" | "legal_duty" | "others_rights" | "not_a_minor";
    });
    result: SubjectRequest;
  };
  /** Hand a template to the provider for review */
  "template.create": {
    kind: "json";
    input: {
      id: string;
    } & ({
      name: string;
      language: string;
      category: "marketing" | "utility" | "authentication";
      parameterFormat?: "positional" | "named" | undefined;
      components: (Record<string, unknown>)[];
    });
    result: Template;
  };
  /** List a channel's templates */
  "template.list": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      data: Template[];
      nextCursor: null;
    };
  };
  /** Remove one language of a template */
  "template.remove": {
    kind: "json";
    input: {
      id: string;
      templateId: string;
    };
    result: void;
  };
  /** Copy the templates from the provider now */
  "template.sync": {
    kind: "json";
    input: {
      id: string;
    };
    result: void;
  };
  /** How channels and services fare */
  "uptime.get": {
    kind: "json";
    input: object;
    result: Uptime;
  };
  /** Have events delivered to an address */
  "webhook_endpoint.create": {
    kind: "json";
    input: {
      url: string;
      /** Types, with `*` for anything: `message.*`, `contact.erased`, `*`. */
      eventTypes: string[];
      /** Only events of these channels, and those of no channel. */
      channelIds?: string[] | null | undefined;
      /** Events of a conversation never overtake each other: one that fails holds back those behind it. */
      ordered?: boolean | undefined;
      /** `cloud_api`: received messages and statuses in the shape of WhatsApp's Cloud API, with `X-Hub-Signature-256` made with the endpoint's secret. */
      style?: "standard" | "cloud_api" | undefined;
      description?: string | undefined;
      /** Sent with every delivery, such as `authorization`. Values are kept sealed and not shown again. */
      headers?: Record<string, string> | undefined;
    };
    result: {
      id: string;
      url: string;
      description: string;
      eventTypes: string[];
      /** Only events of these channels, and those of no channel; null means all. */
      channelIds: string[] | null;
      ordered: boolean;
      style: "standard" | "cloud_api";
      /** Custom headers; their values are not shown again. */
      headerNames: string[];
      /** `whpk_…`: checks `v1a` signatures. */
      publicKey: string;
      /** Until then deliveries are signed with the keys before the rotation as well. */
      previousKeysUntil: string | null;
      status: "enabled" | "disabled";
      disabledAt: string | null;
      disabledReason: "by_hand" | "gone" | "failing" | null;
      /** Nothing but failures since then. */
      failingSince: string | null;
      /** Left alone until then: it asked for it, or keeps failing. */
      pausedUntil: string | null;
      /** To ten seconds. */
      lastSuccessAt: string | null;
      /** Deliveries that wait; 10000 stands for more. */
      pendingCount: number;
      createdAt: string;
      updatedAt: string;
      /** `whsec_…`: checks `v1` signatures. Shown once. */
      secret: string;
    };
  };
  /** Remove a webhook endpoint */
  "webhook_endpoint.delete": {
    kind: "json";
    input: {
      id: string;
    };
    result: void;
  };
  /** Switch a webhook endpoint off */
  "webhook_endpoint.disable": {
    kind: "json";
    input: {
      id: string;
    };
    result: WebhookEndpoint;
  };
  /** Switch a webhook endpoint on again */
  "webhook_endpoint.enable": {
    kind: "json";
    input: {
      id: string;
    } & ({
      /** `deliver`: what it missed comes, oldest first, 50 in a second. `skip`: only what happens from now on. */
      backlog?: "deliver" | "skip" | undefined;
    });
    result: WebhookEndpoint;
  };
  /** One webhook endpoint, and how its receiver fares */
  "webhook_endpoint.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: WebhookEndpoint;
  };
  /** The webhook endpoints */
  "webhook_endpoint.list": {
    kind: "json";
    input: object;
    result: {
      data: WebhookEndpoint[];
      nextCursor: null;
    };
  };
  /** Deliver everything that did not arrive since a time */
  "webhook_endpoint.recover": {
    kind: "json";
    input: {
      id: string;
    } & {
      since: string;
    };
    result: {
      /** So many deliveries are due again; 50 go out in a second, oldest first. */
      count: number;
      /** Set when there was more than one call takes (100,000 events): go on from here with another call. */
      lookedUntil: string | null;
    };
  };
  /** Deliver a part of the past again */
  "webhook_endpoint.replay": {
    kind: "json";
    input: {
      id: string;
    } & ({
      since: string;
      until?: string | undefined;
      /** Types, with `*` for anything: `message.*`, `contact.erased`, `*`. */
      eventTypes?: string[] | undefined;
      /** Leave out what was delivered. */
      isFailedOnly?: boolean | undefined;
    });
    result: {
      /** So many deliveries are due again; 50 go out in a second, oldest first. */
      count: number;
      /** Set when there was more than one call takes (100,000 events): go on from here with another call. */
      lookedUntil: string | null;
    };
  };
  /** New signing keys */
  "webhook_endpoint.rotate_secret": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      id: string;
      url: string;
      description: string;
      eventTypes: string[];
      /** Only events of these channels, and those of no channel; null means all. */
      channelIds: string[] | null;
      ordered: boolean;
      style: "standard" | "cloud_api";
      /** Custom headers; their values are not shown again. */
      headerNames: string[];
      /** `whpk_…`: checks `v1a` signatures. */
      publicKey: string;
      /** Until then deliveries are signed with the keys before the rotation as well. */
      previousKeysUntil: string | null;
      status: "enabled" | "disabled";
      disabledAt: string | null;
      disabledReason: "by_hand" | "gone" | "failing" | null;
      /** Nothing but failures since then. */
      failingSince: string | null;
      /** Left alone until then: it asked for it, or keeps failing. */
      pausedUntil: string | null;
      /** To ten seconds. */
      lastSuccessAt: string | null;
      /** Deliveries that wait; 10000 stands for more. */
      pendingCount: number;
      createdAt: string;
      updatedAt: string;
      /** `whsec_…`: checks `v1` signatures. Shown once. */
      secret: string;
    };
  };
  /** Send a signed sample now */
  "webhook_endpoint.test": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      webhookId: string;
      outcome: "delivered" | "refused" | "redirect" | "gone" | "slow_down" | "timeout" | "unreachable" | "blocked" | "broken" | "content_gone";
      /** Why it is `broken`. */
      fault: "connection_broken" | "answer_too_large" | "not_rendered" | "unexpected" | null;
      /** null when no answer came. */
      status: number | null;
      durationMs: number;
      /** The first 2 kB of the answer. */
      answer: string | null;
    };
  };
  /** Change a webhook endpoint */
  "webhook_endpoint.update": {
    kind: "json";
    input: {
      id: string;
    } & ({
      url?: string | undefined;
      /** Types, with `*` for anything: `message.*`, `contact.erased`, `*`. */
      eventTypes?: string[] | undefined;
      channelIds?: string[] | null | undefined;
      ordered?: boolean | undefined;
      description?: string | undefined;
      /** Sent with every delivery, such as `authorization`. Values are kept sealed and not shown again. */
      headers?: Record<string, string> | undefined;
    });
    result: WebhookEndpoint;
  };
  /** Close the workspace */
  "workspace.close": {
    kind: "json";
    input: {
      id: string;
    } & ({
      /** The workspace's name, as a proof that this one is meant. */
      name: string;
      password?: string | undefined;
    });
    result: {
      /** When everything is deleted. */
      purgeAt: string;
    };
  };
  /** Make another workspace */
  "workspace.create": {
    kind: "json";
    input: {
      name: string;
      /** Accepts the terms and the agreement on data processing for it; nothing is sent before. */
      acceptsAgreements?: boolean | undefined;
    };
    result: {
      id: string;
      name: string;
      createdAt: string;
    };
  };
  /** The workspace of this key or session */
  "workspace.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: {
      id: string;
      name: string;
      createdAt: string;
    };
  };
  /** The workspaces you belong to */
  "workspace.list": {
    kind: "json";
    input: object;
    result: {
      data: ({
        id: string;
        name: string;
        createdAt: string;
      })[];
      nextCursor: string | null;
    };
  };
  /** Reopen a closing workspace */
  "workspace.reopen": {
    kind: "json";
    input: {
      id: string;
    };
    result: void;
  };
  /** Rename the workspace */
  "workspace.update": {
    kind: "json";
    input: {
      id: string;
    } & {
      name: string;
    };
    result: {
      id: string;
      name: string;
      createdAt: string;
    };
  };
}

/** Payloads of the events, ids only. */
export interface EventPayloads {
  /** Emitted when an API key is made, replaced by a new one or revoked, or was sent in clear. */
  "api_key.changed": {
    type: "api_key.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      apiKeyId: string;
      action: "created" | "rotated" | "leaked" | "revoked";
      /** Who did it. */
      by: {
        kind: "member" | "api_key" | "person" | "system";
        id: string | null;
      };
    };
  };
  /** Emitted when a received medium was fetched, or cannot be. */
  "attachment.updated": {
    type: "attachment.updated";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      attachmentId: string;
      messageId: string;
    };
  };
  /** Emitted when the provider confirmed a channel's credentials and events are subscribed, and when an outage of the channel is over. */
  "channel.connected": {
    type: "channel.connected";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      channelId: string;
    };
  };
  /** Emitted when texts and files of a channel were destroyed because its content mode keeps them no longer. Their messages stay. */
  "channel.content_cleared": {
    type: "channel.content_cleared";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      channelId: string;
      messages: number;
      files: number;
    };
  };
  /** Emitted when a channel keeps what was said for another time than before. A stricter mode also ends what is stored already. */
  "channel.content_mode_changed": {
    type: "channel.content_mode_changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      channelId: string;
      isStricter: boolean;
    };
  };
  /** Emitted when a channel was removed, or was found not to work: its check failed, the provider stopped it, nothing goes out, its session ended. */
  "channel.disconnected": {
    type: "channel.disconnected";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      channelId: string;
      reason?: "removed" | "check_failed" | "provider_stopped" | "sending_stalled" | "session_lost" | "session_replaced" | "session_logged_out" | "session_failed" | undefined;
    };
  };
  /** Emitted when a channel was made or changed, or its check or the provider reported something new about it. */
  "channel.updated": {
    type: "channel.updated";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      channelId: string;
    };
  };
  /** Emitted when a contact gave or withdrew a consent, or told the provider to stop or resume. */
  "consent.changed": {
    type: "consent.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      contactId: string;
      purpose: string;
      action: string;
    };
  };
  /** Emitted when a person wrote for the first time, or was added. */
  "contact.created": {
    type: "contact.created";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      contactId: string;
    };
  };
  /** Emitted when a person's key was destroyed and everything about them deleted. Delete what you hold under this id. */
  "contact.erased": {
    type: "contact.erased";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      contactId: string;
    };
  };
  /** Emitted when a contact's name, attributes or identities changed. */
  "contact.updated": {
    type: "contact.updated";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      contactId: string;
    };
  };
  /** Emitted when an attribute of contacts was declared, changed or removed, and again when the last of its values is destroyed. */
  "contact_attribute.changed": {
    type: "contact_attribute.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      attributeId: string;
      action: "created" | "changed" | "removed" | "destroyed";
      /** Who did it. */
      by: {
        kind: "member" | "api_key" | "person" | "system";
        id: string | null;
      };
    };
  };
  /** Emitted when a person's first message on a channel, our first message to them, or somebody who is about to write one opened a conversation. */
  "conversation.created": {
    type: "conversation.created";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      conversationId: string;
      contactId: string;
      channelId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      conversation: Conversation | null;
    };
  };
  /** Emitted when status, assignee, labels or snooze of a conversation changed, or a member read it. */
  "conversation.updated": {
    type: "conversation.updated";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      conversationId: string;
      changed: ("status" | "assignee" | "labels" | "snooze" | "read")[];
      memberId?: string | undefined;
      /** As it is at the time of the attempt; null when it is gone. */
      conversation: Conversation | null;
    };
  };
  /** Emitted when an optional feature of the workspace is turned on or off. */
  "feature.changed": {
    type: "feature.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      featureId: string;
      action: "turned_on" | "turned_off";
      /** Who did it. */
      by: {
        kind: "member" | "api_key" | "person" | "system";
        id: string | null;
      };
    };
  };
  /** Emitted when a legal hold is placed on a contact or the workspace, or released. */
  "hold.changed": {
    type: "hold.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      holdId: string;
      action: "placed" | "released";
      /** Who did it. */
      by: {
        kind: "member" | "api_key" | "person" | "system";
        id: string | null;
      };
    };
  };
  /** Emitted when an invitation is made, accepted or revoked. */
  "invitation.changed": {
    type: "invitation.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      invitationId: string;
      action: "created" | "accepted" | "revoked";
      role?: "owner" | "admin" | "agent" | undefined;
      /** Who did it. */
      by: {
        kind: "member" | "api_key" | "person" | "system";
        id: string | null;
      };
    };
  };
  /** Emitted when a label was made, renamed, recoloured or removed. */
  "label.changed": {
    type: "label.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      labelId: string;
    };
  };
  /** Emitted each time that somebody takes out what an approved disclosure covers. */
  "legal_disclosure.given": {
    type: "legal_disclosure.given";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      disclosureId: string;
      action: "given";
      /** Who did it. */
      by: {
        kind: "member" | "api_key" | "person" | "system";
        id: string | null;
      };
    };
  };
  /** Emitted when someone joins a workspace, gets another role or other channels, leaves, or changes how they sign in. */
  "member.changed": {
    type: "member.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      memberId: string;
      action: "joined" | "role_changed" | "channels_changed" | "removed" | "password_changed" | "email_changed";
      role?: "owner" | "admin" | "agent" | undefined;
      /** Who did it. */
      by: {
        kind: "member" | "api_key" | "person" | "system";
        id: string | null;
      };
    };
  };
  /** Emitted when the author withdrew a message. Its content is destroyed. */
  "message.deleted": {
    type: "message.deleted";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      messageId: string;
      conversationId: string;
      contactId: string;
      channelId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      message: Message | null;
    };
  };
  /** Emitted when a message of ours reached the person's device. */
  "message.delivered": {
    type: "message.delivered";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      messageId: string;
      conversationId: string;
      contactId: string;
      channelId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      message: Message | null;
    };
  };
  /** Emitted when the author changed a message. */
  "message.edited": {
    type: "message.edited";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      messageId: string;
      conversationId: string;
      contactId: string;
      channelId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      message: Message | null;
    };
  };
  /** Emitted when a message of ours will not arrive. Its `error` says why and what to do. */
  "message.failed": {
    type: "message.failed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      messageId: string;
      conversationId: string;
      contactId: string;
      channelId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      message: Message | null;
    };
  };
  /** Emitted when a message came from a history, or from the business's own phone app. It notifies nobody. */
  "message.imported": {
    type: "message.imported";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      messageId: string;
      conversationId: string;
      contactId: string;
      channelId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      message: Message | null;
    };
  };
  /** Emitted when the person played a voice message of ours. */
  "message.played": {
    type: "message.played";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      messageId: string;
      conversationId: string;
      contactId: string;
      channelId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      message: Message | null;
    };
  };
  /** Emitted when a message of ours was accepted for sending. */
  "message.queued": {
    type: "message.queued";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      messageId: string;
      conversationId: string;
      contactId: string;
      channelId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      message: Message | null;
    };
  };
  /** Emitted when someone put, changed or took back a reaction. */
  "message.reacted": {
    type: "message.reacted";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      messageId: string;
      conversationId: string;
      contactId: string;
      channelId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      message: Message | null;
    };
  };
  /** Emitted when the person read a message of ours. */
  "message.read": {
    type: "message.read";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      messageId: string;
      conversationId: string;
      contactId: string;
      channelId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      message: Message | null;
    };
  };
  /** Emitted when a person's message was stored. */
  "message.received": {
    type: "message.received";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      messageId: string;
      conversationId: string;
      contactId: string;
      channelId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      message: Message | null;
    };
  };
  /** Emitted when the provider took a message of ours. */
  "message.sent": {
    type: "message.sent";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      messageId: string;
      conversationId: string;
      contactId: string;
      channelId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      message: Message | null;
    };
  };
  /** Emitted when someone voted in a poll, or took the vote back. */
  "message.voted": {
    type: "message.voted";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      messageId: string;
      conversationId: string;
      contactId: string;
      channelId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      message: Message | null;
    };
  };
  /** Emitted when a private note was written or removed. */
  "note.changed": {
    type: "note.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      noteId: string;
      conversationId: string;
      /** As it is at the time of the attempt; null when it is gone. */
      note: Note | null;
    };
  };
  /** Emitted when a saved reply was made, changed or removed. */
  "saved_reply.changed": {
    type: "saved_reply.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      savedReplyId: string;
    };
  };
  /** Emitted when the session of a linked device changed its state. QR and pairing codes are not in it: read the session. */
  "session.changed": {
    type: "session.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      channelId: string;
      state: "unpaired" | "pairing" | "connecting" | "connected" | "backing_off" | "replaced" | "restricted" | "logged_out" | "failed";
      reason: string | null;
    };
  };
  /** Emitted when a workspace turns special categories of data on, with another legal basis, or off. */
  "special_category.changed": {
    type: "special_category.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      workspaceId: string;
      action: "enabled" | "disabled";
      legalBasis?: "explicit_consent" | "employment_law" | "vital_interests" | "nonprofit_members" | "made_public" | "legal_claims" | "public_interest" | "health_care" | "public_health" | "research" | undefined;
      /** Who did it. */
      by: {
        kind: "member" | "api_key" | "person" | "system";
        id: string | null;
      };
    };
  };
  /** Emitted when a template was made or removed, or the provider reviewed, paused or recategorised it. */
  "template.changed": {
    type: "template.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      templateId: string;
      channelId: string;
    };
  };
  /** Emitted when a webhook endpoint was made, changed, enabled or removed, or got new signing keys. */
  "webhook_endpoint.changed": {
    type: "webhook_endpoint.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      endpointId: string;
      action: "created" | "updated" | "enabled" | "secret_rotated" | "deleted";
      /** Who did it. */
      by: {
        kind: "member" | "api_key" | "person" | "system";
        id: string | null;
      };
    };
  };
  /** Emitted when an endpoint gets nothing any more: someone switched it off (`by_hand`), it answered 410 (`gone`), or it only failed for five days (`failing`). */
  "webhook_endpoint.disabled": {
    type: "webhook_endpoint.disabled";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      endpointId: string;
      action: "disabled";
      reason: "by_hand" | "gone" | "failing";
      /** Who did it. */
      by: {
        kind: "member" | "api_key" | "person" | "system";
        id: string | null;
      };
    };
  };
  /** Emitted when a workspace is created, renamed, begins to close, or is reopened, when its agreements are all accepted, when the operator stops or resumes its sending, and when that looks like spam. */
  "workspace.changed": {
    type: "workspace.changed";
    /** When it happened. */
    timestamp: string;
    /** Also the header `webhook-id`, the same over all attempts. */
    id: string;
    /** Its place in the log: `GET /v1/events?after=` goes on from here. */
    position: string;
    data: {
      workspaceId: string;
      action: "created" | "renamed" | "closing" | "reopened" | "agreements_accepted" | "suspended" | "resumed" | "abuse_suspected";
      /** Who did it. */
      by: {
        kind: "member" | "api_key" | "person" | "system";
        id: string | null;
      };
    };
  };
}

export const operations = {
  "access_review.file": { method: "GET", path: "/v1/access-review/file", kind: "download", query: [], isIdempotent: false },
  "access_review.read": { method: "GET", path: "/v1/access-review", kind: "json", query: [], isIdempotent: false },
  "agreement.accept": { method: "POST", path: "/v1/agreements/accept", kind: "json", query: [], isIdempotent: false },
  "agreement.list": { method: "GET", path: "/v1/agreements", kind: "json", query: [], isIdempotent: false },
  "alert_settings.get": { method: "GET", path: "/v1/alert-settings", kind: "json", query: [], isIdempotent: false },
  "alert_settings.update": { method: "PATCH", path: "/v1/alert-settings", kind: "json", query: [], isIdempotent: false },
  "api_key.create": { method: "POST", path: "/v1/api-keys", kind: "json", query: [], isIdempotent: false },
  "api_key.delete": { method: "DELETE", path: "/v1/api-keys/{id}", kind: "json", query: [], isIdempotent: false },
  "api_key.list": { method: "GET", path: "/v1/api-keys", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "api_key.rotate": { method: "POST", path: "/v1/api-keys/{id}/rotate", kind: "json", query: [], isIdempotent: false },
  "audit_entry.list": { method: "GET", path: "/v1/audit-entries", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "breach.list": { method: "GET", path: "/v1/breaches", kind: "json", query: [], isIdempotent: false },
  "breach.report": { method: "POST", path: "/v1/breaches", kind: "json", query: [], isIdempotent: false },
  "breach.update": { method: "PATCH", path: "/v1/breaches/{id}", kind: "json", query: [], isIdempotent: false },
  "channel.create": { method: "POST", path: "/v1/channels", kind: "json", query: [], isIdempotent: true },
  "channel.get": { method: "GET", path: "/v1/channels/{id}", kind: "json", query: [], isIdempotent: false },
  "channel.health": { method: "GET", path: "/v1/channels/{id}/health", kind: "json", query: [], isIdempotent: false },
  "channel.list": { method: "GET", path: "/v1/channels", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "channel.preview_content_mode": { method: "GET", path: "/v1/channels/{id}/content-mode", kind: "json", query: ["mode"], isIdempotent: false },
  "channel.remove": { method: "DELETE", path: "/v1/channels/{id}", kind: "json", query: ["data"], isIdempotent: false },
  "channel.update": { method: "PATCH", path: "/v1/channels/{id}", kind: "json", query: [], isIdempotent: false },
  "consent.add": { method: "POST", path: "/v1/contacts/{id}/consents", kind: "json", query: [], isIdempotent: true },
  "consent.ask": { method: "POST", path: "/v1/contacts/{id}/consents/ask", kind: "json", query: [], isIdempotent: true },
  "consent.list": { method: "GET", path: "/v1/contacts/{id}/consents", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "consent.standing": { method: "GET", path: "/v1/contacts/{id}/consent-standing", kind: "json", query: ["channelId"], isIdempotent: false },
  "consent_rule.list": { method: "GET", path: "/v1/consent-rules", kind: "json", query: [], isIdempotent: false },
  "consent_rule.set": { method: "PUT", path: "/v1/consent-rules/{purpose}", kind: "json", query: [], isIdempotent: false },
  "contact.delete": { method: "DELETE", path: "/v1/contacts/{id}", kind: "json", query: [], isIdempotent: false },
  "contact.get": { method: "GET", path: "/v1/contacts/{id}", kind: "json", query: [], isIdempotent: false },
  "contact.import": { method: "POST", path: "/v1/contacts/import", kind: "json", query: [], isIdempotent: false },
  "contact.import_copy": { method: "POST", path: "/v1/contacts/import-copy", kind: "upload", query: [], isIdempotent: false },
  "contact.list": { method: "GET", path: "/v1/contacts", kind: "json", query: ["cursor","limit","q","isGroup"], isIdempotent: false },
  "contact.report_minor": { method: "POST", path: "/v1/contacts/{id}/minor-report", kind: "json", query: [], isIdempotent: false },
  "contact.update": { method: "PATCH", path: "/v1/contacts/{id}", kind: "json", query: [], isIdempotent: false },
  "contact_attribute.create": { method: "POST", path: "/v1/contact-attributes", kind: "json", query: [], isIdempotent: false },
  "contact_attribute.get": { method: "GET", path: "/v1/contact-attributes/{id}", kind: "json", query: [], isIdempotent: false },
  "contact_attribute.list": { method: "GET", path: "/v1/contact-attributes", kind: "json", query: [], isIdempotent: false },
  "contact_attribute.remove": { method: "DELETE", path: "/v1/contact-attributes/{id}", kind: "json", query: [], isIdempotent: false },
  "contact_attribute.update": { method: "PATCH", path: "/v1/contact-attributes/{id}", kind: "json", query: [], isIdempotent: false },
  "contact_channel.list": { method: "GET", path: "/v1/contacts/{id}/channels", kind: "json", query: [], isIdempotent: false },
  "contact_import.cancel": { method: "POST", path: "/v1/contact-imports/{id}/cancel", kind: "json", query: [], isIdempotent: false },
  "contact_import.check": { method: "POST", path: "/v1/contact-imports/{id}/check", kind: "json", query: [], isIdempotent: false },
  "contact_import.columns": { method: "GET", path: "/v1/contact-imports/{id}/columns", kind: "json", query: [], isIdempotent: false },
  "contact_import.create": { method: "POST", path: "/v1/contact-imports", kind: "upload", query: [], isIdempotent: false },
  "contact_import.get": { method: "GET", path: "/v1/contact-imports/{id}", kind: "json", query: [], isIdempotent: false },
  "contact_import.list": { method: "GET", path: "/v1/contact-imports", kind: "json", query: ["cursor","limit","hasFile"], isIdempotent: false },
  "contact_import.refusals": { method: "GET", path: "/v1/contact-imports/{id}/refusals", kind: "json", query: ["cursor","limit","language"], isIdempotent: false },
  "contact_import.refusals_file": { method: "GET", path: "/v1/contact-imports/{id}/refusals.csv", kind: "download", query: ["language"], isIdempotent: false },
  "contact_import.start": { method: "POST", path: "/v1/contact-imports/{id}/start", kind: "json", query: [], isIdempotent: false },
  "contact_link.create": { method: "POST", path: "/v1/contacts/{id}/page-links", kind: "json", query: [], isIdempotent: false },
  "contact_link.revoke": { method: "DELETE", path: "/v1/contacts/{id}/page-links", kind: "json", query: [], isIdempotent: false },
  "conversation.counts": { method: "GET", path: "/v1/conversation-counts", kind: "json", query: [], isIdempotent: false },
  "conversation.create": { method: "POST", path: "/v1/conversations", kind: "json", query: [], isIdempotent: false },
  "conversation.get": { method: "GET", path: "/v1/conversations/{id}", kind: "json", query: [], isIdempotent: false },
  "conversation.list": { method: "GET", path: "/v1/conversations", kind: "json", query: ["cursor","limit","status","channelId","assignee","label","mentioned","q"], isIdempotent: false },
  "conversation.read": { method: "POST", path: "/v1/conversations/{id}/read", kind: "json", query: [], isIdempotent: false },
  "conversation.signal": { method: "POST", path: "/v1/conversations/{id}/signals", kind: "json", query: [], isIdempotent: false },
  "conversation.update": { method: "PATCH", path: "/v1/conversations/{id}", kind: "json", query: [], isIdempotent: false },
  "conversation.update_many": { method: "PATCH", path: "/v1/conversations", kind: "json", query: [], isIdempotent: false },
  "delivery.get": { method: "GET", path: "/v1/deliveries/{id}", kind: "json", query: [], isIdempotent: false },
  "delivery.list": { method: "GET", path: "/v1/webhook-endpoints/{id}/deliveries", kind: "json", query: ["cursor","limit","state","types"], isIdempotent: false },
  "delivery.replay": { method: "POST", path: "/v1/deliveries/{id}/replay", kind: "json", query: [], isIdempotent: true },
  "event.list": { method: "GET", path: "/v1/events", kind: "json", query: ["after","types","limit"], isIdempotent: false },
  "feature.list": { method: "GET", path: "/v1/features", kind: "json", query: [], isIdempotent: false },
  "feature.update": { method: "PATCH", path: "/v1/features/{id}", kind: "json", query: [], isIdempotent: false },
  "hold.create": { method: "POST", path: "/v1/holds", kind: "json", query: [], isIdempotent: false },
  "hold.list": { method: "GET", path: "/v1/holds", kind: "json", query: [], isIdempotent: false },
  "hold.release": { method: "POST", path: "/v1/holds/{id}/release", kind: "json", query: [], isIdempotent: false },
  "inbound_event.get": { method: "GET", path: "/v1/inbound-events/{id}", kind: "json", query: [], isIdempotent: false },
  "inbound_event.list": { method: "GET", path: "/v1/channels/{id}/inbound-events", kind: "json", query: ["cursor","limit","kind","isResolved"], isIdempotent: false },
  "inbound_event.replay": { method: "POST", path: "/v1/inbound-events/{id}/replay", kind: "json", query: [], isIdempotent: false },
  "inbound_event.resolve": { method: "POST", path: "/v1/inbound-events/{id}/resolve", kind: "json", query: [], isIdempotent: false },
  "incident.list": { method: "GET", path: "/v1/incidents", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "invitation.accept": { method: "POST", path: "/v1/invitations/accept", kind: "json", query: [], isIdempotent: false },
  "invitation.create": { method: "POST", path: "/v1/invitations", kind: "json", query: [], isIdempotent: false },
  "invitation.delete": { method: "DELETE", path: "/v1/invitations/{id}", kind: "json", query: [], isIdempotent: false },
  "invitation.list": { method: "GET", path: "/v1/invitations", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "label.create": { method: "POST", path: "/v1/labels", kind: "json", query: [], isIdempotent: false },
  "label.list": { method: "GET", path: "/v1/labels", kind: "json", query: [], isIdempotent: false },
  "label.remove": { method: "DELETE", path: "/v1/labels/{id}", kind: "json", query: [], isIdempotent: false },
  "label.update": { method: "PATCH", path: "/v1/labels/{id}", kind: "json", query: [], isIdempotent: false },
  "legal_disclosure.approve": { method: "POST", path: "/v1/legal-disclosures/{id}/approve", kind: "json", query: [], isIdempotent: false },
  "legal_disclosure.give": { method: "GET", path: "/v1/legal-disclosures/{id}/file", kind: "download", query: [], isIdempotent: false },
  "legal_disclosure.list": { method: "GET", path: "/v1/legal-disclosures", kind: "json", query: [], isIdempotent: false },
  "legal_disclosure.propose": { method: "POST", path: "/v1/legal-disclosures", kind: "json", query: [], isIdempotent: false },
  "login.delete": { method: "DELETE", path: "/v1/logins/{id}", kind: "json", query: [], isIdempotent: false },
  "login.delete_others": { method: "DELETE", path: "/v1/logins", kind: "json", query: [], isIdempotent: false },
  "login.list": { method: "GET", path: "/v1/logins", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "me.erase": { method: "POST", path: "/v1/me/erase", kind: "json", query: [], isIdempotent: false },
  "me.get": { method: "GET", path: "/v1/me", kind: "json", query: [], isIdempotent: false },
  "me.update": { method: "PATCH", path: "/v1/me", kind: "json", query: [], isIdempotent: false },
  "media.content": { method: "GET", path: "/v1/media/{id}/content", kind: "download", query: [], isIdempotent: false },
  "media.get": { method: "GET", path: "/v1/media/{id}", kind: "json", query: [], isIdempotent: false },
  "media.open_link": { method: "GET", path: "/v1/media-files/{token}", kind: "download", query: [], isIdempotent: false },
  "media.upload": { method: "POST", path: "/v1/media", kind: "upload", query: [], isIdempotent: false },
  "member.delete": { method: "DELETE", path: "/v1/members/{id}", kind: "json", query: [], isIdempotent: false },
  "member.get": { method: "GET", path: "/v1/members/{id}", kind: "json", query: [], isIdempotent: false },
  "member.list": { method: "GET", path: "/v1/members", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "member.update": { method: "PATCH", path: "/v1/members/{id}", kind: "json", query: [], isIdempotent: false },
  "message.cancel": { method: "DELETE", path: "/v1/messages/{id}", kind: "json", query: [], isIdempotent: false },
  "message.edit": { method: "PATCH", path: "/v1/messages/{id}", kind: "json", query: [], isIdempotent: false },
  "message.get": { method: "GET", path: "/v1/messages/{id}", kind: "json", query: [], isIdempotent: false },
  "message.list": { method: "GET", path: "/v1/conversations/{id}/messages", kind: "json", query: ["cursor","limit","newerThan","around"], isIdempotent: false },
  "message.retry": { method: "POST", path: "/v1/messages/{id}/retry", kind: "json", query: [], isIdempotent: true },
  "message.send": { method: "POST", path: "/v1/messages", kind: "json", query: [], isIdempotent: true },
  "message.send_batch": { method: "POST", path: "/v1/messages/batch", kind: "json", query: [], isIdempotent: true },
  "note.create": { method: "POST", path: "/v1/conversations/{id}/notes", kind: "json", query: [], isIdempotent: true },
  "note.list": { method: "GET", path: "/v1/conversations/{id}/notes", kind: "json", query: [], isIdempotent: false },
  "note.remove": { method: "DELETE", path: "/v1/conversations/{id}/notes/{noteId}", kind: "json", query: [], isIdempotent: false },
  "notification.list": { method: "GET", path: "/v1/me/notifications", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "notification.read": { method: "POST", path: "/v1/me/notifications/read", kind: "json", query: [], isIdempotent: false },
  "notification_preference.list": { method: "GET", path: "/v1/me/notification-preferences", kind: "json", query: [], isIdempotent: false },
  "notification_preference.update": { method: "PATCH", path: "/v1/me/notification-preferences", kind: "json", query: [], isIdempotent: false },
  "own_request.copy": { method: "GET", path: "/v1/me/subject-requests/{id}/copy", kind: "download", query: [], isIdempotent: false },
  "own_request.create": { method: "POST", path: "/v1/me/subject-requests", kind: "json", query: [], isIdempotent: false },
  "own_request.list": { method: "GET", path: "/v1/me/subject-requests", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "password_reset.confirm": { method: "POST", path: "/v1/password-reset/confirm", kind: "json", query: [], isIdempotent: false },
  "password_reset.create": { method: "POST", path: "/v1/password-reset", kind: "json", query: [], isIdempotent: false },
  "retention.get": { method: "GET", path: "/v1/retention", kind: "json", query: [], isIdempotent: false },
  "retention.update": { method: "PATCH", path: "/v1/retention", kind: "json", query: [], isIdempotent: false },
  "saved_reply.create": { method: "POST", path: "/v1/saved-replies", kind: "json", query: [], isIdempotent: false },
  "saved_reply.list": { method: "GET", path: "/v1/saved-replies", kind: "json", query: [], isIdempotent: false },
  "saved_reply.remove": { method: "DELETE", path: "/v1/saved-replies/{id}", kind: "json", query: [], isIdempotent: false },
  "saved_reply.update": { method: "PATCH", path: "/v1/saved-replies/{id}", kind: "json", query: [], isIdempotent: false },
  "saved_view.create": { method: "POST", path: "/v1/saved-views", kind: "json", query: [], isIdempotent: false },
  "saved_view.list": { method: "GET", path: "/v1/saved-views", kind: "json", query: [], isIdempotent: false },
  "saved_view.remove": { method: "DELETE", path: "/v1/saved-views/{id}", kind: "json", query: [], isIdempotent: false },
  "search.list": { method: "GET", path: "/v1/search", kind: "json", query: ["cursor","limit","q"], isIdempotent: false },
  "session.follow": { method: "GET", path: "/v1/channels/{id}/session/stream", kind: "stream", query: [], isIdempotent: false },
  "session.get": { method: "GET", path: "/v1/channels/{id}/session", kind: "json", query: [], isIdempotent: false },
  "session.log_out": { method: "DELETE", path: "/v1/channels/{id}/session", kind: "json", query: [], isIdempotent: false },
  "session.pair": { method: "POST", path: "/v1/channels/{id}/session", kind: "json", query: [], isIdempotent: false },
  "session.restart": { method: "POST", path: "/v1/channels/{id}/session/restart", kind: "json", query: [], isIdempotent: false },
  "session.share": { method: "POST", path: "/v1/channels/{id}/session/share", kind: "json", query: [], isIdempotent: false },
  "session_link.read": { method: "POST", path: "/v1/session-links/read", kind: "json", query: [], isIdempotent: false },
  "sign_in.create": { method: "POST", path: "/v1/sign-in", kind: "json", query: [], isIdempotent: false },
  "sign_in.list": { method: "GET", path: "/v1/me/sign-ins", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "sign_in.use_link": { method: "POST", path: "/v1/sign-in/link", kind: "json", query: [], isIdempotent: false },
  "sign_out.create": { method: "POST", path: "/v1/sign-out", kind: "json", query: [], isIdempotent: false },
  "sign_up.create": { method: "POST", path: "/v1/sign-up", kind: "json", query: [], isIdempotent: false },
  "special_category.disable": { method: "DELETE", path: "/v1/special-categories", kind: "json", query: [], isIdempotent: false },
  "special_category.enable": { method: "PUT", path: "/v1/special-categories", kind: "json", query: [], isIdempotent: false },
  "special_category.get": { method: "GET", path: "/v1/special-categories", kind: "json", query: [], isIdempotent: false },
  "stream.follow": { method: "GET", path: "/v1/stream", kind: "stream", query: [], isIdempotent: false },
  "subject_request.answer": { method: "POST", path: "/v1/subject-requests/{id}/answer", kind: "json", query: [], isIdempotent: false },
  "subject_request.confirm_identity": { method: "POST", path: "/v1/subject-requests/{id}/confirm-identity", kind: "json", query: [], isIdempotent: false },
  "subject_request.copy": { method: "GET", path: "/v1/subject-requests/{id}/copy", kind: "download", query: [], isIdempotent: false },
  "subject_request.create": { method: "POST", path: "/v1/subject-requests", kind: "json", query: [], isIdempotent: true },
  "subject_request.get": { method: "GET", path: "/v1/subject-requests/{id}", kind: "json", query: [], isIdempotent: false },
  "subject_request.list": { method: "GET", path: "/v1/subject-requests", kind: "json", query: ["cursor","limit","isOpen","contactId","finishedAfter"], isIdempotent: false },
  "subject_request.refuse": { method: "POST", path: "/v1/subject-requests/{id}/refuse", kind: "json", query: [], isIdempotent: false },
  "template.create": { method: "POST", path: "/v1/channels/{id}/templates", kind: "json", query: [], isIdempotent: false },
  "template.list": { method: "GET", path: "/v1/channels/{id}/templates", kind: "json", query: [], isIdempotent: false },
  "template.remove": { method: "DELETE", path: "/v1/channels/{id}/templates/{templateId}", kind: "json", query: [], isIdempotent: false },
  "template.sync": { method: "POST", path: "/v1/channels/{id}/templates/sync", kind: "json", query: [], isIdempotent: false },
  "uptime.get": { method: "GET", path: "/v1/uptime", kind: "json", query: [], isIdempotent: false },
  "webhook_endpoint.create": { method: "POST", path: "/v1/webhook-endpoints", kind: "json", query: [], isIdempotent: false },
  "webhook_endpoint.delete": { method: "DELETE", path: "/v1/webhook-endpoints/{id}", kind: "json", query: [], isIdempotent: false },
  "webhook_endpoint.disable": { method: "POST", path: "/v1/webhook-endpoints/{id}/disable", kind: "json", query: [], isIdempotent: false },
  "webhook_endpoint.enable": { method: "POST", path: "/v1/webhook-endpoints/{id}/enable", kind: "json", query: [], isIdempotent: false },
  "webhook_endpoint.get": { method: "GET", path: "/v1/webhook-endpoints/{id}", kind: "json", query: [], isIdempotent: false },
  "webhook_endpoint.list": { method: "GET", path: "/v1/webhook-endpoints", kind: "json", query: [], isIdempotent: false },
  "webhook_endpoint.recover": { method: "POST", path: "/v1/webhook-endpoints/{id}/recover", kind: "json", query: [], isIdempotent: false },
  "webhook_endpoint.replay": { method: "POST", path: "/v1/webhook-endpoints/{id}/replay", kind: "json", query: [], isIdempotent: false },
  "webhook_endpoint.rotate_secret": { method: "POST", path: "/v1/webhook-endpoints/{id}/rotate-secret", kind: "json", query: [], isIdempotent: false },
  "webhook_endpoint.test": { method: "POST", path: "/v1/webhook-endpoints/{id}/test", kind: "json", query: [], isIdempotent: false },
  "webhook_endpoint.update": { method: "PATCH", path: "/v1/webhook-endpoints/{id}", kind: "json", query: [], isIdempotent: false },
  "workspace.close": { method: "POST", path: "/v1/workspaces/{id}/close", kind: "json", query: [], isIdempotent: false },
  "workspace.create": { method: "POST", path: "/v1/workspaces", kind: "json", query: [], isIdempotent: false },
  "workspace.get": { method: "GET", path: "/v1/workspaces/{id}", kind: "json", query: [], isIdempotent: false },
  "workspace.list": { method: "GET", path: "/v1/workspaces", kind: "json", query: [], isIdempotent: false },
  "workspace.reopen": { method: "POST", path: "/v1/workspaces/{id}/reopen", kind: "json", query: [], isIdempotent: false },
  "workspace.update": { method: "PATCH", path: "/v1/workspaces/{id}", kind: "json", query: [], isIdempotent: false },
} as const;
