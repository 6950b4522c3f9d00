// The measures that keep data safe (GDPR Art. 32), each with what tells whether it is on here and now: the annex lists those that are, and no other.
import { isOwnHost } from "../platform/operator-register.ts";
import type { Config } from "../platform/config.ts";
import type { App } from "../platform/context.ts";
import { handlingOf } from "../platform/table.ts";
import { databaseHost, isDatabaseVerified, isMailEncrypted } from "../platform/transport.ts";

interface Measure {
  id: string;
  /** A sentence for the annex. */
  says: string;
  /** By the settings. Losing one is a change of the policy that everybody is told of. */
  isSet?: (config: Config) => boolean;
  /** By looking: at the live database, or at the declarations that the server works by. */
  isSeen?: (app: Pick<App, "db" | "registry">) => boolean | Promise<boolean>;
  /** For the operator: how to turn it on. */
  advice: string;
}

export const measures: readonly Measure[] = [
  {
    id: "sealed_content",
    says: "What people said, their names and addresses are encrypted with AES-256-GCM under a key of their own, outside the database and its backups; destroying the key erases them.",
    isSeen: ({ registry }) =>
      registry.tables.every(({ columns }) =>
        Object.values(columns).every(
          (one) =>
            !/^user\.(content|name|contact|unique_id)/.test(one.category) || handlingOf(one).protect === "sealed",
        ),
      ),
    advice: "a column of a person is declared as not sealed: report it",
  },
  {
    id: "row_security",
    says: "Each workspace's rows are visible to that workspace alone, by row-level security of the database under every statement.",
    isSeen: ({ db, registry }) =>
      db.tx({ workspaceIds: [] }, async (tx) => {
        const rows = await tx.query<{ name: string }>(
          "select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity",
        );
        const secured = new Set(rows.map(({ name }) => name));
        return registry.tables.every(({ name, privacy }) => privacy.scope !== "workspace" || secured.has(name));
      }),
    advice: "a table has no row-level security: run keepword migrate",
  },
  {
    id: "least_privilege",
    says: "The server works as a role of the database that can neither log in, nor see past row-level security, nor make roles.",
    isSeen: ({ db }) =>
      db.tx({ workspaceIds: [] }, async (tx) => {
        const rows = await tx.query(
          "select 1 from pg_roles where rolname = current_user and not (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin)",
        );
        return rows.length === 1;
      }),
    advice: "the role keepword_app has more rights than it needs: take them back",
  },
  {
    id: "closed_ways_out",
    says: "The server opens connections to declared hosts only, and webhooks reach no private network.",
    isSet: ({ allowPrivateTargets }) => !allowPrivateTargets,
    advice: "unset KEEPWORD_ALLOW_PRIVATE_TARGETS",
  },
  {
    id: "https",
    says: "Browsers and programs come over https; cookies are bound to it.",
    isSet: ({ publicUrl }) => publicUrl?.startsWith("https:") === true,
    advice: "serve behind https and set KEEPWORD_PUBLIC_URL",
  },
  {
    id: "mail_encrypted",
    says: "Mails go to the mail server over an encrypted connection.",
    isSet: ({ smtpUrl }) => smtpUrl !== undefined && isMailEncrypted(smtpUrl.reveal()),
    advice:
      "use an smtps:// address in SMTP_URL, or the smtp:// address of another machine, which has to know STARTTLS",
  },
  {
    id: "database_encrypted",
    says: "The database is inside the server's own network, or reached over an encrypted connection.",
    isSet: ({ databaseUrl }) => {
      const address = databaseUrl?.reveal();
      return address === undefined || isOwnHost(databaseHost(address)) || isDatabaseVerified(address);
    },
    advice: "add sslmode=verify-full to DATABASE_URL",
  },
  {
    id: "root_key_apart",
    says: "The key above all keys is kept apart from the data.",
    isSet: ({ rootKey, rootKeyFile }) => rootKey !== undefined || rootKeyFile !== undefined,
    advice: "keep the root key elsewhere and name it with KEEPWORD_ROOT_KEY_FILE",
  },
  {
    id: "invited_people_only",
    says: "Nobody makes a workspace on this server without being let in.",
    isSet: ({ signUp }) => signUp !== "open",
    advice: "set KEEPWORD_SIGN_UP to first or closed",
  },
];

/** Those that are on by the settings, for the policy's versions. */
export const measuresSet = (config: Config): string[] =>
  measures.filter(({ isSet }) => isSet?.(config) === true).map(({ id }) => id);

export type MeasureState = Pick<Measure, "id" | "says" | "advice"> & {
  isOn: boolean;
  /** no setting turns it off: that it is off is a fault */
  isAlways: boolean;
};

/** Looks now. One that cannot be looked at counts as off. */
export function readMeasures(app: Pick<App, "db" | "registry" | "config">): Promise<MeasureState[]> {
  return Promise.all(
    measures.map(async ({ id, says, advice, isSet, isSeen }) => {
      const isOn = (isSet?.(app.config) ?? true) && (await Promise.resolve(isSeen?.(app) ?? true).catch(() => false));
      return { id, says, advice, isOn, isAlways: isSet === undefined };
    }),
  );
}
