// Generated from docs/openapi.json by `npm run generate`. Do not edit.

export interface Contact {
  id: string;
  /** null when nobody told one, or the content was destroyed. */
  name: string | null;
  isGroup: boolean;
  identities: ContactIdentity[];
  attributes: Record<string, unknown>;
  conversationIds: string[];
  createdAt: string;
  updatedAt: string;
  restrictedAt: string | null;
}

export interface ContactIdentity {
  /** `phone`, `wa_user_id`, `username`, … */
  kind: string;
  value: string;
}

export interface Label {
  id: string;
  name: string;
  color: "grey" | "blue" | "green" | "amber" | "red" | "teal" | "brown";
}

export interface Note {
  id: string;
  conversationId: string;
  /** The member; null when an API key wrote it. */
  authorId: string | null;
  /** null when the content was destroyed. */
  text: string | null;
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
  /** Also in the `x-request-id` header and the operator's log. */
  traceId: string;
}

/** Every code that an answer of this version can carry. */
export type ProblemCode =
  | "forbidden"
  | "idempotency_conflict"
  | "idempotency_in_progress"
  | "internal"
  | "label.name_taken"
  | "not_found"
  | "outcome_unknown"
  | "payload_too_large"
  | "service_busy"
  | "too_many_requests"
  | "unauthorized"
  | "unsupported_media_type"
  | "validation_failed";

export interface Operations {
  /** Read one contact */
  "contact.get": {
    kind: "json";
    input: {
      id: string;
    };
    result: Contact;
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
    };
    result: {
      data: Contact[];
      nextCursor: string | null;
    };
  };
  /** Change a contact's name or attributes */
  "contact.update": {
    kind: "json";
    input: {
      id: string;
    } & ({
      name?: string | undefined;
      /** Replaces all attributes. */
      attributes?: Record<string, string> | undefined;
    });
    result: Contact;
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
  /** Write a private note */
  "note.create": {
    kind: "json";
    input: {
      id: string;
    } & {
      text: string;
    };
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
}

/** Payloads of the events, ids only. */
export interface EventPayloads {
  /** Emitted when an API key is made or revoked. */
  "api_key.changed": {
    apiKeyId: string;
    action: "created" | "revoked";
    /** Who did it. */
    by: {
      kind: "member" | "api_key" | "person" | "system";
      id: string | null;
    };
  };
  /** Emitted when a person wrote for the first time, or was added. */
  "contact.created": {
    contactId: string;
  };
  /** Emitted when a contact's name, attributes or identities changed. */
  "contact.updated": {
    contactId: string;
  };
  /** Emitted when a person's first message on a channel, or our first message to them, opened a conversation. */
  "conversation.created": {
    conversationId: string;
    contactId: string;
    channelId: string;
  };
  /** Emitted when status, assignee, labels or snooze of a conversation changed, or a member read it. */
  "conversation.updated": {
    conversationId: string;
    changed: ("status" | "assignee" | "labels" | "snooze" | "read")[];
    memberId?: string | undefined;
  };
  /** Emitted when an invitation is made, accepted or revoked. */
  "invitation.changed": {
    invitationId: string;
    action: "created" | "accepted" | "revoked";
    role?: "owner" | "admin" | "agent" | undefined;
    /** Who did it. */
    by: {
      kind: "member" | "api_key" | "person" | "system";
      id: string | null;
    };
  };
  /** Emitted when a label was made, renamed, recoloured or removed. */
  "label.changed": {
    labelId: string;
  };
  /** Emitted when someone joins a workspace, gets another role or other channels, leaves, or changes how they sign in. */
  "member.changed": {
    memberId: string;
    action: "joined" | "role_changed" | "channels_changed" | "removed" | "password_changed" | "email_changed";
    role?: "owner" | "admin" | "agent" | undefined;
    /** Who did it. */
    by: {
      kind: "member" | "api_key" | "person" | "system";
      id: string | null;
    };
  };
  /** Emitted when a private note was written or removed. */
  "note.changed": {
    noteId: string;
    conversationId: string;
  };
  /** Emitted when a workspace is created or renamed. */
  "workspace.changed": {
    workspaceId: string;
    action: "created" | "renamed";
    /** Who did it. */
    by: {
      kind: "member" | "api_key" | "person" | "system";
      id: string | null;
    };
  };
}

export const operations = {
  "contact.get": { method: "GET", path: "/v1/contacts/{id}", kind: "json", query: [], isIdempotent: false },
  "contact.list": { method: "GET", path: "/v1/contacts", kind: "json", query: ["cursor","limit","q"], isIdempotent: false },
  "contact.update": { method: "PATCH", path: "/v1/contacts/{id}", kind: "json", query: [], isIdempotent: false },
  "label.create": { method: "POST", path: "/v1/labels", kind: "json", query: [], isIdempotent: false },
  "label.list": { method: "GET", path: "/v1/labels", kind: "json", query: [], isIdempotent: false },
  "label.remove": { method: "DELETE", path: "/v1/labels/{id}", kind: "json", query: [], isIdempotent: false },
  "label.update": { method: "PATCH", path: "/v1/labels/{id}", kind: "json", query: [], isIdempotent: false },
  "note.create": { method: "POST", path: "/v1/conversations/{id}/notes", kind: "json", query: [], isIdempotent: true },
  "note.list": { method: "GET", path: "/v1/conversations/{id}/notes", kind: "json", query: [], isIdempotent: false },
  "note.remove": { method: "DELETE", path: "/v1/conversations/{id}/notes/{noteId}", kind: "json", query: [], isIdempotent: false },
} as const;
