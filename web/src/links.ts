/** Every address of the app is built here and declared in routes.tsx; screens write neither paths nor query names. */
export interface LinkTarget {
  to: string;
  params?: Record<string, string>;
  search?: Record<string, string | undefined>;
}

export const views = ["mine", "unassigned", "all"] as const;
export const statuses = ["open", "snoozed", "resolved"] as const;

/** Filters of the inbox; all of them live in the address, so that a view can be shared and bookmarked. */
export interface InboxFilters {
  view?: (typeof views)[number];
  status?: (typeof statuses)[number];
  channel?: string;
  label?: string;
  /** conversations with a note that mentions the person, unread since */
  mentioned?: "me";
  q?: string;
  /** A message to scroll to and mark, e.g. from a search. */
  message?: string;
}

/** The status that is listed: what the person chose; a search looks through all, and without one the open ones are shown. */
export function listedStatus(filters: InboxFilters): InboxFilters["status"] {
  return filters.status ?? (filters.q || filters.mentioned ? undefined : "open");
}

export const settingsSections = [
  "profile",
  "security",
  "notifications",
  "appearance",
  "workspace",
  "members",
  "labels",
  "replies",
  "fields",
  "views",
  "api-keys",
  "webhooks",
  "privacy",
  "requests",
] as const;
export type SettingsSection = (typeof settingsSections)[number];

const search = (filters: InboxFilters): Record<string, string | undefined> => ({ ...filters });

export const links = {
  home: () => ({ to: "/" }),
  signIn: (next?: string) => ({ to: "/sign-in", search: { next } }),
  signUp: (next?: string) => ({ to: "/sign-up", search: { next } }),
  reset: (token?: string) => ({ to: "/reset", search: { token } }),
  invite: (token: string) => ({ to: "/invite/$token", params: { token } }),
  inbox: (filters: InboxFilters = {}) => ({ to: "/inbox", search: search(filters) }),
  conversation: (conversationId: string, filters: InboxFilters = {}) => ({
    to: "/inbox/$conversationId",
    params: { conversationId },
    search: search(filters),
  }),
  workspaces: (next?: string) => ({ to: "/workspaces", search: { next } }),
  contact: (contactId: string) => ({ to: "/contacts/$contactId", params: { contactId } }),
  contacts: (q?: string) => ({ to: "/contacts", search: { q } }),
  contactImports: () => ({ to: "/contacts/import" }),
  contactImport: (importId: string) => ({ to: "/contacts/import/$importId", params: { importId } }),
  channels: () => ({ to: "/channels" }),
  newChannel: () => ({ to: "/channels/new" }),
  channel: (channelId: string) => ({ to: "/channels/$channelId", params: { channelId } }),
  health: () => ({ to: "/health" }),
  settings: (section: SettingsSection = "profile") => ({ to: "/settings/$section", params: { section } }),
  settingsHome: () => ({ to: "/settings" }),
  webhookEndpoint: (endpointId: string) => ({ to: "/settings/webhooks/$endpointId", params: { endpointId } }),
  setup: () => ({ to: "/setup" }),
} satisfies Record<string, (...args: never[]) => LinkTarget>;
