// Prints the records of processing (Art. 30 GDPR), who receives data, stores and cookies, from the declarations alone.
import type { ProcessorDeclaration, StoreDeclaration } from "../server/platform/store.ts";
import { describe, handlingOf, retentionsOf, type TableDeclaration } from "../server/platform/table.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |\n`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  row(head) + row(head.map(() => "---")) + rows.map(row).join("");
const list = (words: readonly string[]): string => (words.length === 0 ? "nothing of a person" : words.join(", "));

const purposes: Record<TableDeclaration["privacy"]["purpose"], string> = {
  deliver: "Carry messages between a business and the people it talks with",
  inbox: "Let a team read and answer what people wrote",
  security: "Keep accounts and data safe, and prove who did what",
  insight: "Count what happened, without persons",
  billing: "Send invoices, and keep them as long as the law says",
  account: "Let people sign in, and run their workspaces",
};

export function printProcessing(declared: {
  note: string;
  tables: readonly Parameters<typeof describe>[0][];
  stores: readonly StoreDeclaration[];
  processors: readonly ProcessorDeclaration[];
}): string {
  const tables = declared.tables.map(describe);
  return [
    declared.note,
    "# Records of processing\n",
    "What is processed, for what, for how long and by whom, as Article 30 GDPR asks for it. Derived from the declarations of tables, stores and processors; a test compares them with the live database, the code and the sockets of a working server. Who the controller is, its representative and its data protection officer are named by whoever runs the server.\n",
    ...Object.entries(purposes).map(([purpose, sentence]) =>
      activity(
        sentence,
        tables.filter((one) => one.privacy.purpose === purpose),
        declared.processors.filter((one) => one.purpose === purpose),
      ),
    ),
    "## Security measures\n",
    "What people said, their names and addresses are sealed with AES-256-GCM under a key of their own before they are written; keys lie outside the database and its backups. Every table of a workspace has row-level security. Logs hold ids only. The server reaches no host that is not in the list below.\n",
    "## Who receives data\n",
    table(
      ["Who", "What for", "As", "Where", "Data", "When", "Terms"],
      declared.processors.map((one) => [
        one.name,
        one.does,
        one.role.replace("_", "-"),
        one.country,
        list(one.categories),
        one.when,
        one.terms ?? "",
      ]),
    ),
    "Webhooks go where a workspace sends them: that recipient is the workspace's own.\n",
    "## Outside the tables\n",
    table(
      ["Kind", "Name", "What is in it", "Where", "Data", "Protected", "Kept"],
      declared.stores
        .filter(({ kind }) => kind !== "cookie" && kind !== "browser")
        .map((one) => [one.kind, one.name, one.holds, one.place, list(one.categories), one.protect, keptFor(one)]),
    ),
    "## Cookies and browser storage\n",
    table(
      ["Kind", "Name", "What for", "Needs a choice", "Kept"],
      declared.stores
        .filter(({ kind }) => kind === "cookie" || kind === "browser")
        .map((one) => [
          one.kind,
          `\`${one.name}\``,
          one.holds,
          one.necessity === "analytics" ? "yes" : `no: ${(one.necessity ?? "strictly_necessary").replace("_", " ")}`,
          keptFor(one),
        ]),
    ),
  ].join("\n");
}

function activity(
  sentence: string,
  tables: readonly TableDeclaration[],
  processors: readonly ProcessorDeclaration[],
): string {
  if (tables.length === 0) return "";
  const categories = new Set(
    tables.flatMap(({ columns }) =>
      Object.values(columns).flatMap((c) => (handlingOf(c).log === "never" ? [c.category] : [])),
    ),
  );
  const subjects = new Set(tables.flatMap(({ privacy }) => (privacy.subjects ?? []).map(({ kind }) => kind)));
  const ages = tables.flatMap(({ name, privacy }) =>
    retentionsOf(privacy).map(
      (r) =>
        `${name} ${typeof r.days === "number" ? `${r.days} days` : `\`${r.days.setting}\`, at most ${r.days.max} days`}`,
    ),
  );
  const rest = tables.flatMap(({ name, privacy: { retention } }) =>
    typeof retention === "string" ? [`${name} ${retention.replaceAll("-", " ")}`] : [],
  );
  return [
    `## ${sentence}\n`,
    table(
      ["", ""],
      [
        ["Roles", [...new Set(tables.map(({ privacy }) => privacy.role))].join(", ")],
        ["People", list([...subjects])],
        ["Categories of data", list([...categories])],
        ["Recipients", list(processors.map(({ name }) => name)).replace("nothing of a person", "nobody outside")],
        ["Kept", [...ages, ...rest].join("; ")],
      ],
    ),
  ].join("\n");
}

function keptFor({ kept, table: parent }: StoreDeclaration): string {
  if (typeof kept === "string")
    return kept === "with-row" ? `with its row in \`${parent ?? ""}\`` : kept.replaceAll("-", " ");
  return "days" in kept ? `${kept.days} days` : `${kept.minutes} minutes`;
}
