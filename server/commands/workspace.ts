import path from "node:path";
import { actedBy } from "../identity/identity-events.ts";
import { insertApiKey, revokeApiKey, scopesSchema } from "../identity/api-keys.ts";
import { acceptAgreements } from "../identity/agreements.ts";
import { createPerson, emailSchema, findPersonByEmail } from "../identity/people.ts";
import { hashNewPassword } from "../identity/passwords.ts";
import { createLoginLink } from "../identity/sign-in.ts";
import { resumeWorkspace, suspendWorkspace, suspensionReasons } from "../identity/suspend-workspace.ts";
import { createWorkspace, workspaceNameSchema } from "../identity/workspaces.ts";
import { baseUrl, type Config } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { permissions, permissionSchema, type Permission } from "../platform/route.ts";
import { runningServerUrl } from "../platform/running-server.ts";
import {
  CommandFailed,
  configOf,
  dataDirOption,
  jsonOption,
  print,
  required,
  text,
  withApp,
  type Command,
  type Values,
} from "./command.ts";

const system = { kind: "system" } as const;
const dayMs = 24 * 3_600_000;

const createWorkspaceCommand: Command = {
  name: "workspace create",
  summary: "Make a workspace with an owner and an API key",
  details: [
    "An e-mail address that is known here becomes an owner of the new workspace as well; its password stays.",
    "Without --password a new owner gets a link that signs in once, within a day.",
    "You accept /privacy/terms and /privacy/data-processing for the owner by it, whom you may bind.",
    "For somebody else's workspace there is --agreements-pending: nothing is sent before an owner accepts both, which the app asks them to.",
  ],
  options: {
    name: { type: "string", value: "N", doc: "Name of the workspace.", isRequired: true },
    "owner-email": { type: "string", value: "E", doc: "E-mail address of the owner.", isRequired: true },
    password: { type: "string", value: "P", doc: "Password of a new owner, 12 characters or more." },
    "agreements-pending": { type: "boolean", doc: "Leave the agreements to the owner; nothing is sent before." },
    ...dataDirOption,
    ...jsonOption,
  },
  run: async (values) => {
    const name = workspaceNameSchema.safeParse(required(values, "name"));
    if (!name.success) throw new CommandFailed("--name must have 1 to 80 characters");
    const email = emailSchema.safeParse(required(values, "owner-email"));
    if (!email.success) throw new CommandFailed("--owner-email is not an e-mail address");
    const password = text(values, "password");
    const hasAccepted = values["agreements-pending"] !== true;
    const passwordHash = password === undefined ? null : await hashNewPassword(password, [email.data], "password");
    const made = await withApp(configOf(values), (app) =>
      app.db.tx({ workspaceIds: [] }, async (tx) => {
        const known = await findPersonByEmail(app, tx, email.data);
        const userId = known?.id ?? (await createPerson(app, tx, { email: email.data, name: null, passwordHash }));
        const { workspaceId } = await createWorkspace(app, tx, {
          ...{ name: name.data, ownerId: userId, acceptedBy: hasAccepted ? "operator" : null },
        });
        const scopes = Object.keys(permissions) as Permission[];
        const by = actedBy(system);
        const { key } = await insertApiKey(app, tx, { workspaceId, name: "Command line", scopes, by });
        const hasPassword = known ? known.passwordHash !== null : passwordHash !== null;
        const token = hasPassword ? undefined : await createLoginLink(app, tx, userId, "sign_in", dayMs);
        return {
          workspaceId,
          userId,
          apiKey: key,
          hasAccepted,
          signInUrl: token && `${linkBase(app.config)}/sign-in/link/${token}`,
        };
      }),
    );
    print(values, made, [
      `workspace  ${made.workspaceId}`,
      `owner      ${made.userId}`,
      `API key    ${made.apiKey}   (shown once)`,
      `agreements ${hasAccepted ? "accepted by you for the owner" : "open: nothing is sent before an owner accepts them in the app"}`,
      ...(made.signInUrl ? [`sign in    ${made.signInUrl}   (once, within a day)`] : []),
    ]);
    noteIdleFolder(configOf(values));
  },
};

const createApiKeyCommand: Command = {
  name: "api-key create",
  summary: "Make an API key for a workspace",
  details: [`Scopes: ${permissionSchema.options.join(", ")}`],
  options: {
    workspace: { type: "string", value: "W", doc: "Id of the workspace.", isRequired: true },
    name: { type: "string", value: "N", doc: "What the key is for.", isRequired: true },
    scopes: { type: "string", value: "A,B", doc: "What it may do; `all` for everything.", isRequired: true },
    ...dataDirOption,
    ...jsonOption,
  },
  run: async (values) => {
    const workspaceId = required(values, "workspace");
    const name = required(values, "name").slice(0, 80);
    const listed = required(values, "scopes");
    const scopes = scopesSchema.safeParse(
      listed === "all" ? permissionSchema.options : listed.split(",").map((s) => s.trim()),
    );
    if (!scopes.success) throw new CommandFailed(`--scopes takes some of: ${permissionSchema.options.join(", ")}`);
    const made = await inWorkspace(values, workspaceId, (app, tx) =>
      insertApiKey(app, tx, { workspaceId, name, scopes: scopes.data, by: actedBy(system) }),
    );
    print(values, { id: made.id, apiKey: made.key, scopes: made.scopes }, [`${made.id}   ${made.key}   (shown once)`]);
  },
};

const revokeApiKeyCommand: Command = {
  name: "api-key revoke",
  summary: "End an API key, everywhere within five seconds",
  options: {
    workspace: { type: "string", value: "W", doc: "Id of the workspace.", isRequired: true },
    id: { type: "string", value: "ID", doc: "Id of the key.", isRequired: true },
    ...dataDirOption,
    ...jsonOption,
  },
  run: async (values) => {
    const workspaceId = required(values, "workspace");
    const id = required(values, "id");
    await inWorkspace(values, workspaceId, (app, tx) => revokeApiKey({ ...app, tx, workspaceId, actor: system }, id));
    print(values, { id, isRevoked: true }, [`${id} is revoked`]);
  },
};

/** A mistyped folder is a new installation, where a key is made that no server knows. */
function noteIdleFolder({ databaseUrl, dataDir }: Config): void {
  if (databaseUrl !== undefined || runningServerUrl(dataDir) !== undefined) return;
  const dir = path.resolve(dataDir);
  process.stderr.write(`keepword: no server runs on ${dir}: start one with --data-dir ${dir}\n`);
}

/** The public address, else where the server of this data folder answers, else where it would. */
export const linkBase = (config: Config): string =>
  config.publicUrl ?? runningServerUrl(config.dataDir) ?? baseUrl(config);

async function inWorkspace<T>(values: Values, workspaceId: string, work: (app: App, tx: Tx) => Promise<T>): Promise<T> {
  if (!/^wsp_[0-9a-z]{26}$/.test(workspaceId)) throw new CommandFailed("--workspace is not the id of a workspace");
  return withApp(configOf(values), (app) =>
    app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
      const found = await tx.query("select 1 from workspace where id = $1 and closed_at is null", [workspaceId]);
      if (found.length === 0) throw new CommandFailed(`There is no workspace ${workspaceId}`);
      return work(app, tx);
    }),
  );
}

const suspendCommand: Command = {
  name: "workspace suspend",
  summary: "Stop a workspace's sending; what comes in is stored as ever",
  details: [
    "New messages are refused, and what waits stays where it is. Its owners and admins are told; the audit trail has the entry.",
    `Reasons: ${suspensionReasons.join(", ")}`,
  ],
  options: {
    workspace: { type: "string", value: "W", doc: "Id of the workspace.", isRequired: true },
    reason: { type: "string", value: "R", doc: "Why, as one of the words above.", isRequired: true },
    ...dataDirOption,
    ...jsonOption,
  },
  run: async (values) => {
    const workspaceId = required(values, "workspace");
    const reason = suspensionReasons.find((one) => one === text(values, "reason"));
    if (!reason) throw new CommandFailed(`--reason takes one of: ${suspensionReasons.join(", ")}`);
    const isChanged = await inWorkspace(values, workspaceId, (app, tx) =>
      suspendWorkspace(app, tx, { workspaceId, reason }),
    );
    print(values, { workspaceId, isSuspended: true, isChanged }, [
      `${workspaceId} ${isChanged ? "sends nothing any more" : "was suspended already"}`,
    ]);
  },
};

const resumeCommand: Command = {
  name: "workspace resume",
  summary: "Let a suspended workspace send again, what waited first",
  options: {
    workspace: { type: "string", value: "W", doc: "Id of the workspace.", isRequired: true },
    ...dataDirOption,
    ...jsonOption,
  },
  run: async (values) => {
    const workspaceId = required(values, "workspace");
    const isChanged = await inWorkspace(values, workspaceId, (app, tx) => resumeWorkspace(app, tx, workspaceId));
    print(values, { workspaceId, isSuspended: false, isChanged }, [
      `${workspaceId} ${isChanged ? "sends again" : "was not suspended"}`,
    ]);
  },
};

const acceptAgreementsCommand: Command = {
  name: "workspace accept-agreements",
  summary: "Accept the agreements in force for a workspace of your own",
  details: [
    "Both /privacy/terms and /privacy/data-processing, for an owner whom you may bind. What waits goes out then.",
  ],
  options: {
    workspace: { type: "string", value: "W", doc: "Id of the workspace.", isRequired: true },
    ...dataDirOption,
    ...jsonOption,
  },
  run: async (values) => {
    const workspaceId = required(values, "workspace");
    await inWorkspace(values, workspaceId, (app, tx) => acceptAgreements(app, tx, { workspaceId, memberId: null }));
    print(values, { workspaceId, hasAccepted: true }, [`${workspaceId} has accepted the agreements`]);
  },
};

export const workspaceCommands = [
  ...[createWorkspaceCommand, acceptAgreementsCommand, suspendCommand, resumeCommand],
  ...[createApiKeyCommand, revokeApiKeyCommand],
];
