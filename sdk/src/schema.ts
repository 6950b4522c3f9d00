// Generated from docs/openapi.json by `npm run generate`. Do not edit.

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
  | "internal"
  | "invitation.not_valid"
  | "login_link.not_valid"
  | "member.already_member"
  | "member.last_owner"
  | "not_found"
  | "outcome_unknown"
  | "payload_too_large"
  | "person.email_taken"
  | "person.wrong_password"
  | "service_busy"
  | "sign_in.wrong_credentials"
  | "sign_up.closed"
  | "too_many_requests"
  | "unauthorized"
  | "unsupported_media_type"
  | "validation_failed";

export interface Operations {
  /** Make an API key */
  "api_key.create": {
    kind: "json";
    input: {
      name: string;
      scopes: ("channel:read" | "channel:manage" | "conversation:read" | "conversation:write" | "message:read" | "message:send" | "contact:read" | "contact:write" | "contact:erase" | "media:read" | "media:write" | "template:read" | "template:manage" | "event:read" | "webhook:read" | "webhook:manage" | "member:read" | "member:manage" | "api_key:read" | "api_key:manage" | "workspace:read" | "workspace:manage" | "workspace:close")[];
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
      })[];
      nextCursor: string | null;
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
  /** Join the workspace of an invitation */
  "invitation.accept": {
    kind: "json";
    input: {
      token: string;
    };
    result: {
      person: {
        id: string;
        email: string;
        name: string | null;
        hasPassword: boolean;
        createdAt: string;
      };
      memberships: ({
        workspace: {
          id: string;
          name: string;
        };
        memberId: string;
        role: "owner" | "admin" | "agent";
        /** The channels the member may see; null means all. */
        channelIds: string[] | null;
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
        userAgent: string | null;
        ip: string | null;
        createdAt: string;
        /** To the minute. */
        lastUsedAt: string;
        expiresAt: string;
      })[];
      nextCursor: string | null;
    };
  };
  /** Who is signed in, and where they belong */
  "me.get": {
    kind: "json";
    input: object;
    result: {
      person: {
        id: string;
        email: string;
        name: string | null;
        hasPassword: boolean;
        createdAt: string;
      };
      memberships: ({
        workspace: {
          id: string;
          name: string;
        };
        memberId: string;
        role: "owner" | "admin" | "agent";
        /** The channels the member may see; null means all. */
        channelIds: string[] | null;
        permissions: string[];
      })[];
    };
  };
  /** Change name, e-mail address or password */
  "me.update": {
    kind: "json";
    input: {
      name?: string | undefined;
      email?: string | undefined;
      newPassword?: string | undefined;
      password?: string | undefined;
    };
    result: {
      person: {
        id: string;
        email: string;
        name: string | null;
        hasPassword: boolean;
        createdAt: string;
      };
      memberships: ({
        workspace: {
          id: string;
          name: string;
        };
        memberId: string;
        role: "owner" | "admin" | "agent";
        /** The channels the member may see; null means all. */
        channelIds: string[] | null;
        permissions: string[];
      })[];
    };
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
      role: "owner" | "admin" | "agent";
      /** The channels an agent may see; null means all. Owners and admins always see all. */
      channelIds: string[] | null;
      createdAt: string;
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
    };
  };
  /** Sign in */
  "sign_in.create": {
    kind: "json";
    input: {
      email: string;
      password: string;
    };
    result: {
      person: {
        id: string;
        email: string;
        name: string | null;
        hasPassword: boolean;
        createdAt: string;
      };
      memberships: ({
        workspace: {
          id: string;
          name: string;
        };
        memberId: string;
        role: "owner" | "admin" | "agent";
        /** The channels the member may see; null means all. */
        channelIds: string[] | null;
        permissions: string[];
      })[];
    };
  };
  /** Sign in by a link that works once */
  "sign_in.use_link": {
    kind: "json";
    input: {
      token: string;
    };
    result: {
      person: {
        id: string;
        email: string;
        name: string | null;
        hasPassword: boolean;
        createdAt: string;
      };
      memberships: ({
        workspace: {
          id: string;
          name: string;
        };
        memberId: string;
        role: "owner" | "admin" | "agent";
        /** The channels the member may see; null means all. */
        channelIds: string[] | null;
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
      name?: string | undefined;
      workspaceName?: string | undefined;
      invitationToken?: string | undefined;
    };
    result: {
      person: {
        id: string;
        email: string;
        name: string | null;
        hasPassword: boolean;
        createdAt: string;
      };
      memberships: ({
        workspace: {
          id: string;
          name: string;
        };
        memberId: string;
        role: "owner" | "admin" | "agent";
        /** The channels the member may see; null means all. */
        channelIds: string[] | null;
        permissions: string[];
      })[];
    };
  };
  /** Make another workspace */
  "workspace.create": {
    kind: "json";
    input: {
      name: string;
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
  /** Emitted when a received medium was fetched, or cannot be. */
  "attachment.updated": {
    attachmentId: string;
    messageId: string;
  };
  /** Emitted when the provider confirmed a channel's credentials and events are subscribed. */
  "channel.connected": {
    channelId: string;
  };
  /** Emitted when a channel was removed, or the provider stopped it. */
  "channel.disconnected": {
    channelId: string;
  };
  /** Emitted when a channel was made or changed, or its check or the provider reported something new about it. */
  "channel.updated": {
    channelId: string;
  };
  /** Emitted when a contact gave or withdrew a consent, or told the provider to stop or resume. */
  "consent.changed": {
    contactId: string;
    purpose: string;
    action: string;
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
  /** Emitted when the author withdrew a message. Its content is destroyed. */
  "message.deleted": {
    messageId: string;
    conversationId: string;
    contactId: string;
    channelId: string;
  };
  /** Emitted when a message of ours reached the person's device. */
  "message.delivered": {
    messageId: string;
    conversationId: string;
    contactId: string;
    channelId: string;
  };
  /** Emitted when the author changed a message. */
  "message.edited": {
    messageId: string;
    conversationId: string;
    contactId: string;
    channelId: string;
  };
  /** Emitted when a message of ours will not arrive. Its `error` says why and what to do. */
  "message.failed": {
    messageId: string;
    conversationId: string;
    contactId: string;
    channelId: string;
  };
  /** Emitted when a message came from a history, or from the business's own phone app. It notifies nobody. */
  "message.imported": {
    messageId: string;
    conversationId: string;
    contactId: string;
    channelId: string;
  };
  /** Emitted when the person played a voice message of ours. */
  "message.played": {
    messageId: string;
    conversationId: string;
    contactId: string;
    channelId: string;
  };
  /** Emitted when a message of ours was accepted for sending. */
  "message.queued": {
    messageId: string;
    conversationId: string;
    contactId: string;
    channelId: string;
  };
  /** Emitted when someone put, changed or took back a reaction. */
  "message.reacted": {
    messageId: string;
    conversationId: string;
    contactId: string;
    channelId: string;
  };
  /** Emitted when the person read a message of ours. */
  "message.read": {
    messageId: string;
    conversationId: string;
    contactId: string;
    channelId: string;
  };
  /** Emitted when a person's message was stored. */
  "message.received": {
    messageId: string;
    conversationId: string;
    contactId: string;
    channelId: string;
  };
  /** Emitted when the provider took a message of ours. */
  "message.sent": {
    messageId: string;
    conversationId: string;
    contactId: string;
    channelId: string;
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
  "api_key.create": { method: "POST", path: "/v1/api-keys", kind: "json", query: [], isIdempotent: false },
  "api_key.delete": { method: "DELETE", path: "/v1/api-keys/{id}", kind: "json", query: [], isIdempotent: false },
  "api_key.list": { method: "GET", path: "/v1/api-keys", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "audit_entry.list": { method: "GET", path: "/v1/audit-entries", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "invitation.accept": { method: "POST", path: "/v1/invitations/accept", kind: "json", query: [], isIdempotent: false },
  "invitation.create": { method: "POST", path: "/v1/invitations", kind: "json", query: [], isIdempotent: false },
  "invitation.delete": { method: "DELETE", path: "/v1/invitations/{id}", kind: "json", query: [], isIdempotent: false },
  "invitation.list": { method: "GET", path: "/v1/invitations", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "login.delete": { method: "DELETE", path: "/v1/logins/{id}", kind: "json", query: [], isIdempotent: false },
  "login.delete_others": { method: "DELETE", path: "/v1/logins", kind: "json", query: [], isIdempotent: false },
  "login.list": { method: "GET", path: "/v1/logins", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "me.get": { method: "GET", path: "/v1/me", kind: "json", query: [], isIdempotent: false },
  "me.update": { method: "PATCH", path: "/v1/me", kind: "json", query: [], isIdempotent: false },
  "member.delete": { method: "DELETE", path: "/v1/members/{id}", kind: "json", query: [], isIdempotent: false },
  "member.get": { method: "GET", path: "/v1/members/{id}", kind: "json", query: [], isIdempotent: false },
  "member.list": { method: "GET", path: "/v1/members", kind: "json", query: ["cursor","limit"], isIdempotent: false },
  "member.update": { method: "PATCH", path: "/v1/members/{id}", kind: "json", query: [], isIdempotent: false },
  "password_reset.confirm": { method: "POST", path: "/v1/password-reset/confirm", kind: "json", query: [], isIdempotent: false },
  "password_reset.create": { method: "POST", path: "/v1/password-reset", kind: "json", query: [], isIdempotent: false },
  "sign_in.create": { method: "POST", path: "/v1/sign-in", kind: "json", query: [], isIdempotent: false },
  "sign_in.use_link": { method: "POST", path: "/v1/sign-in/link", kind: "json", query: [], isIdempotent: false },
  "sign_out.create": { method: "POST", path: "/v1/sign-out", kind: "json", query: [], isIdempotent: false },
  "sign_up.create": { method: "POST", path: "/v1/sign-up", kind: "json", query: [], isIdempotent: false },
  "workspace.create": { method: "POST", path: "/v1/workspaces", kind: "json", query: [], isIdempotent: false },
  "workspace.get": { method: "GET", path: "/v1/workspaces/{id}", kind: "json", query: [], isIdempotent: false },
  "workspace.list": { method: "GET", path: "/v1/workspaces", kind: "json", query: [], isIdempotent: false },
  "workspace.update": { method: "PATCH", path: "/v1/workspaces/{id}", kind: "json", query: [], isIdempotent: false },
} as const;
