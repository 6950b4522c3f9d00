import type { Scope } from "../../admin-api.ts";
import type { TextKey } from "../../text.ts";

/** Groups in the order a person looks for them; a scope the server adds later is not offered until it is explained here. */
export const scopeGroups = {
  message: ["message:read", "message:send"],
  conversation: ["conversation:read", "conversation:write"],
  contact: ["contact:read", "contact:write", "contact:special"],
  media: ["media:read", "media:write"],
  template: ["template:read", "template:manage"],
  channel: ["channel:read", "channel:manage"],
  event: ["event:read"],
  webhook: ["webhook:read", "webhook:manage"],
  privacy: ["privacy:read", "privacy:manage"],
  member: ["member:read", "member:manage"],
  api_key: ["api_key:read", "api_key:manage"],
  workspace: ["workspace:read", "workspace:manage"],
} as const satisfies Record<string, readonly Scope[]>;

export type ScopeGroup = keyof typeof scopeGroups;
export type ShownScope = (typeof scopeGroups)[ScopeGroup][number];
export const allScopes: readonly ShownScope[] = Object.values(scopeGroups).flat();

export const presets = {
  send: [
    ...["message:read", "message:send", "conversation:read", "contact:read", "media:read", "media:write"],
    ...["template:read", "channel:read", "event:read"],
  ] as ShownScope[],
  read: allScopes.filter((scope) => scope.endsWith(":read")),
  all: allScopes,
  none: [],
} satisfies Record<string, readonly ShownScope[]>;
export type Preset = keyof typeof presets;

/** Whoever has it and is limited to channels writes by an address only to people of these channels; the server decides. */
export const showsPeople = (scope: ShownScope): boolean => /^(contact|conversation|privacy):/.test(scope);

export function scopeText(scope: ShownScope): TextKey {
  return `scope.${scope.replace(":", ".")}` as TextKey;
}
