import { insertApiKey } from "../identity/api-keys.ts";
import { startLogin } from "../identity/logins.ts";
import { addMember } from "../identity/members.ts";
import { createPerson } from "../identity/people.ts";
import { createWorkspace, enterWorkspaces } from "../identity/workspaces.ts";
import type { App, Role } from "../platform/context.ts";
import { hashPassword } from "../platform/password.ts";
import { permissions, type Permission } from "../platform/route.ts";
import { createApiClient, type ApiClient } from "./api.ts";

export interface GivenPerson {
  personId: string;
  email: string;
}

export interface GivenMember extends GivenPerson {
  workspaceId: string;
  memberId: string;
  role: Role;
  /** Value of the session cookie. */
  cookie: string;
  /** Calls as this member, in a browser. */
  api: ApiClient;
}

export interface GivenWorkspace {
  id: string;
  owner: GivenMember;
  /** Calls with a key that holds every permission. */
  api: ApiClient;
  apiKey: string;
}

export interface GivenKey {
  id: string;
  key: string;
  api: ApiClient;
}

/** Test data made by the product's own functions. Without a workspace, a new one is made; its owner accepted the agreements. */
export interface Given {
  /** Without `password` the person has none: hashing takes 100 ms. */
  person(input?: { email?: string; name?: string; password?: string }): Promise<GivenPerson>;
  workspace(input?: { name?: string; owner?: GivenPerson; hasAgreed?: boolean }): Promise<GivenWorkspace>;
  /** `channelIds` limits an agent. */
  member(
    workspaceId: string,
    role: Role,
    input?: { person?: GivenPerson; channelIds?: string[]; name?: string },
  ): Promise<GivenMember>;
  /** Default: every permission. */
  apiKey(workspaceId: string, input?: { scopes?: readonly Permission[]; channelIds?: string[] }): Promise<GivenKey>;
  /** A signed-in browser of a person. */
  login(person: GivenPerson): Promise<{ cookie: string; loginId: string; api: ApiClient }>;
}

export const allPermissions = Object.keys(permissions) as Permission[];

export function createGiven(app: App, url: string): Given {
  let count = 0;

  const person: Given["person"] = async (input = {}) => {
    const email = input.email ?? `person-${++count}@example.test`;
    const passwordHash = input.password === undefined ? null : await hashPassword(input.password);
    const name = input.name ?? `Person ${count}`;
    const personId = await app.db.tx({ workspaceIds: [] }, (tx) =>
      createPerson(app, tx, { email, name, passwordHash }),
    );
    return { personId, email };
  };

  const login: Given["login"] = async ({ personId }) => {
    const request = { ip: "127.0.0.1", userAgent: "given" };
    const started = await app.db.tx({ workspaceIds: [] }, (tx) =>
      startLogin(app, tx, personId, request, { method: "sign_up" }),
    );
    const cookie = started.token;
    return { cookie, loginId: started.loginId, api: createApiClient(url, { cookie }) };
  };

  const member: Given["member"] = async (workspaceId, role, input = {}) => {
    const who = input.person ?? (await person(input.name === undefined ? {} : { name: input.name }));
    const memberId = await app.db.tx({ workspaceIds: [] }, async (tx) => {
      await enterWorkspaces(tx, [workspaceId]);
      const channelIds = input.channelIds ?? null;
      return addMember(app, tx, { workspaceId, personId: who.personId, role, channelIds });
    });
    const { cookie, api } = await login(who);
    return { ...who, workspaceId, memberId, role, cookie, api };
  };

  const apiKey: Given["apiKey"] = async (workspaceId, input = {}) => {
    const made = await app.db.tx({ workspaceIds: [workspaceId] }, (tx) =>
      insertApiKey(app, tx, {
        workspaceId,
        name: "given",
        scopes: [...(input.scopes ?? allPermissions)],
        channelIds: input.channelIds ?? null,
        by: { kind: "system", id: null },
      }),
    );
    return { id: made.id, key: made.key, api: createApiClient(url, { apiKey: made.key }) };
  };

  const workspace: Given["workspace"] = async (input = {}) => {
    const who = input.owner ?? (await person());
    const { workspaceId: id, memberId } = await app.db.tx({ workspaceIds: [] }, (tx) =>
      createWorkspace(app, tx, {
        ...{ name: input.name ?? `Workspace ${++count}`, ownerId: who.personId },
        acceptedBy: input.hasAgreed === false ? null : "owner",
      }),
    );
    const { cookie, api } = await login(who);
    const owner: GivenMember = { ...who, workspaceId: id, memberId, role: "owner", cookie, api };
    const key = await apiKey(id);
    return { id, owner, api: key.api, apiKey: key.key };
  };

  return { person, login, member, apiKey, workspace };
}
