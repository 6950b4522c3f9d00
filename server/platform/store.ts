// Everything outside the tables that may hold something about somebody, and everyone outside the house who may receive it: declared like
// tables, and read by the data map, the records of processing, the list of sub-processors, the cookie table, the egress allowlist and the scan.
import type { Config } from "./config.ts";
import type { Category, TablePrivacy } from "./table.ts";

export type StoreKind = "blob" | "queue" | "cache" | "log" | "cookie" | "browser" | "mail" | "file";

/** `with-row`: goes with the row that names it · `in-memory`: ends with the process at the latest · `until-removed`: somebody removes it */
export type Kept = { days: number } | { minutes: number } | "with-row" | "in-memory" | "until-removed";

export interface StoreDeclaration {
  kind: StoreKind;
  /** Unique within its kind: `attachments`, `kw`, `invitation`. */
  name: string;
  /** One sentence for the documents: what is in it, and in which form. */
  holds: string;
  /** Where it lies: below the data folder, in memory, in the browser, at the mail server. */
  place: string;
  /** What of a person is in it; empty where nothing is. */
  categories: readonly Category[];
  subjects: readonly ("contact" | "member" | "person" | "workspace" | "visitor")[];
  purpose: TablePrivacy["purpose"];
  role: TablePrivacy["role"];
  /** `sealed`: under a key of the keyring, so that destroying the key is enough */
  protect: "sealed" | "hash" | "plain";
  kept: Kept;
  /** Tells how the product fared, and what went wrong. */
  isDiagnostic?: true;
  /** The table whose rows decide about it, where `kept` is `with-row`. */
  table?: string;
  /** Caches: the files of server/ that hold it. */
  heldBy?: readonly string[];
  /** Files: the entry of the data folder. */
  path?: string;
  /** Only there while this processor is on. */
  processor?: string;
  /** Cookies and browser storage: whether the law wants a choice first. */
  necessity?: "strictly_necessary" | "preference" | "analytics";
}

/** Declares a store that is not a table. */
export function store(declaration: StoreDeclaration): StoreDeclaration {
  return declaration;
}

/** What a page's content security policy has to allow, by directive. */
export interface BrowserSources {
  "script-src": readonly string[];
  "connect-src": readonly string[];
  "img-src": readonly string[];
}

export interface ProcessorDeclaration {
  /** lower case with underscores; stable, because notices and versions name it */
  id: string;
  /** Who it is, as the public list names them. */
  name: string;
  /** What they do for us, in a sentence. */
  does: string;
  /**
   * `sub_processor`: acts on the operator's instruction · `controller`: decides by itself, under terms of its own · `operator`: a machine that
   * the operator runs or rents, which the product cannot know more of
   */
  role: "sub_processor" | "controller" | "operator";
  /** Where, as a word for the page: a country, or who decides. */
  country: string;
  categories: readonly Category[];
  subjects: readonly ("contact" | "member" | "person" | "workspace" | "visitor")[];
  purpose: TablePrivacy["purpose"];
  /** The provider value whose hosts these are. */
  provider?: string;
  /**
   * Hosts that the server opens connections to on its behalf, names below them included. As a function where the operator names them. The
   * egress allowlist is the union over all processors that are on: a host that is in none is not reached.
   */
  hosts?: readonly string[] | ((config: Config) => readonly string[]);
  /**
   * Origins that a visitor's browser loads from or sends to on its behalf, after the visitor agreed. The content security policy of the pages
   * is derived from them; the server itself does not reach them.
   */
  browser?: (config: Config) => BrowserSources;
  /** When it receives anything at all, in a sentence. */
  when: string;
  /** By configuration; channels that a workspace connects count as possible. */
  isOn: (config: Config) => boolean;
  /** ISO 3166 codes, where the declaration can know them; a machine of the operator's is where KEEPWORD_PROCESSORS says. */
  countries?: readonly string[];
  /** What it tells people about itself. */
  policy?: string;
  /** Its public agreement on data, and what it lets the processor do. */
  agreement?: { url: string; signedAt: string | null; instructions: string };
  /** By which mechanism data leaves the EEA, as it says publicly since that day. */
  transfer?: { mechanism: "adequacy" | "dpf" | "scc" | "bcr"; signedAt: string };
  /** How long it keeps a copy of its own, in a sentence. */
  keeps?: string;
  /** How long it may keep what it receives, where its own settings decide: the operator states what is set there. */
  mostMonths?: number;
  /** Tells it to erase what it has about these contacts, where it offers that; idempotent, throws to be asked again. */
  erase?: (workspaceId: string, contactIds: readonly string[]) => Promise<void>;
}

/** Declares somebody outside who receives data. */
export function processor(declaration: ProcessorDeclaration): ProcessorDeclaration {
  return declaration;
}

/** The hosts of a processor under this configuration. */
export function hostsOf(
  { hosts = [], provider }: ProcessorDeclaration,
  config: Config,
  providers: Readonly<Record<string, { readonly hosts: readonly string[] } | undefined>>,
): readonly string[] {
  const named = typeof hosts === "function" ? hosts(config) : hosts;
  return provider === undefined ? named : [...named, ...(providers[provider]?.hosts ?? [])];
}

/** Whether a host is one of these names, or below one. */
export const isHostAmong = (host: string, names: readonly string[]): boolean =>
  names.some((name) => host === name || host.endsWith(`.${name}`));
