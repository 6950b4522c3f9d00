// Prints the records of processing (Art. 30 GDPR), who receives data, stores and cookies, from the declarations alone.
import type { ProcessorDeclaration, StoreDeclaration } from "../server/platform/store.ts";
import { describe } from "../server/platform/table.ts";
import { activitiesOf, outlivingTables, type Activity } from "../server/privacy/processing-record.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |\n`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  row(head) + row(head.map(() => "---")) + rows.map(row).join("");
const list = (words: readonly string[]): string => (words.length === 0 ? "nothing of a person" : words.join(", "));

export function printProcessing(declared: {
  note: string;
  tables: readonly Parameters<typeof describe>[0][];
  stores: readonly StoreDeclaration[];
  processors: readonly ProcessorDeclaration[];
}): string {
  const tables = declared.tables.map(describe);
  const { processors } = declared;
  return [
    declared.note,
    "# Records of processing\n",
    "What is processed, for what, for how long and by whom, as Article 30 GDPR asks for it. Derived from the declarations of tables, stores and processors; a test compares them with the live database, the code and the sockets of a working server. Who the controller is, its representative and its data protection officer are named by whoever runs the server.\n",
    "## As controller (Article 30(1))\n",
    ...activitiesOf("controller", { tables, processors }).map(activity),
    "## On behalf of workspaces (Article 30(2))\n",
    "The categories of processing for each workspace, which is the controller. The annex to the contract with it, [processing-annex.md](processing-annex.md), says the same.\n",
    ...activitiesOf("processor", { tables, processors }).map(activity),
    "## What outlives an erase or a deleted workspace\n",
    "Ids, kinds and times, no content, no name and no address. Nothing else does.\n",
    table(
      ["Table", "Outlives the", "Why", "Statute", "Years", "From"],
      outlivingTables(tables).map((one) => [
        ...[one.table, one.outlives, one.rule, one.statute, String(one.years), `\`${one.from}\``],
      ]),
    ),
    "## Security measures\n",
    "What people said, their names and addresses are sealed with AES-256-GCM under a key of their own before they are written; keys lie outside the database and its backups. Every table of a workspace has row-level security. Logs hold ids only. The server reaches no host that is not in the list below.\n",
    "## Who receives data\n",
    table(
      ["Who", "What for", "As", "Where", "Data", "When", "Transfer", "Agreement", "Their policy", "Keeps"],
      declared.processors.map((one) => [
        one.name,
        one.does,
        one.role.replace("_", "-"),
        one.country,
        list(one.categories),
        one.when,
        one.transfer === undefined ? "" : `${one.transfer.mechanism}, since ${one.transfer.signedAt}`,
        ...[one.agreement?.url ?? "", one.policy ?? "", one.keeps ?? ""],
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

/** What a workspace and the operator attach to their contract (Article 28(3)). */
export function printAnnex(declared: {
  note: string;
  tables: readonly Parameters<typeof describe>[0][];
  processors: readonly ProcessorDeclaration[];
}): string {
  const activities = activitiesOf("processor", {
    tables: declared.tables.map(describe),
    processors: declared.processors,
  });
  return [
    declared.note,
    "# Annex to the contract on processing\n",
    "What the operator does on behalf of a workspace, derived from the same declarations as the record of processing. The contract itself is the operator's; a running server shows this annex with its own processors and measures under `/privacy/annex`.\n",
    "## What is processed\n",
    ...activities.map(activity),
    "## Who else processes\n",
    table(
      ["Who", "What for", "Where", "Data"],
      declared.processors
        .filter(({ role }) => role !== "controller")
        .map((one) => [one.name, one.does, one.country, list(one.categories)]),
    ),
  ].join("\n");
}

function activity({ sentence, use, basis, people, categories, recipients, kept }: Activity): string {
  return [
    `### ${sentence}\n`,
    table(
      ["", ""],
      [
        ["Purpose", `\`${use}\``],
        ["Legal basis", basis.replace("_", " ")],
        ["People", list(people)],
        ["Categories of data", list(categories)],
        ["Recipients", list(recipients)],
        ["Kept", kept.join("; ")],
      ],
    ),
  ].join("\n");
}

function keptFor({ kept, table: parent }: StoreDeclaration): string {
  if (typeof kept === "string")
    return kept === "with-row" ? `with its row in \`${parent ?? ""}\`` : kept.replaceAll("-", " ");
  return "days" in kept ? `${kept.days} days` : `${kept.minutes} minutes`;
}
