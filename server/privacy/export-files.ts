// The files of a person's copy: the same content for programs (JSON), tables (CSV) and people (HTML).
import { csvCell } from "../platform/csv-cell.ts";
import { inChunks } from "./zip.ts";
import type { KeptField, Recipient } from "./describe-kept.ts";
import { EXPORT_FORMAT, type ExportedMessage } from "./export-format.ts";
import type { ExportHead } from "./read-export.ts";

type Messages = () => AsyncIterable<ExportedMessage>;

export interface ExportFrame {
  head: ExportHead;
  exportedAt: string;
  /** what is kept why and for how long, from the declarations */
  purposes: { what: string; purpose: string; keptFor: string }[];
  fields: readonly KeptField[];
  recipients: readonly Recipient[];
}

export function jsonOf({ head, ...about }: ExportFrame, messages: Messages): AsyncIterable<string> {
  async function* pieces(): AsyncGenerator<string> {
    const frame = JSON.stringify({ format: EXPORT_FORMAT, ...about, ...head });
    yield `${frame.slice(0, -1)},"messages":[`;
    let isFirst = true;
    for await (const message of messages()) {
      yield `${isFirst ? "" : ","}\n${JSON.stringify(message)}`;
      isFirst = false;
    }
    yield "\n]}\n";
  }
  return inChunks(pieces());
}

const columns = ["at", "conversationId", "sender", "type", "text", "status", "files"] as const;

export function csvOf(messages: Messages): AsyncIterable<string> {
  async function* lines(): AsyncGenerator<string> {
    yield `\uFEFF${columns.join(",")}\r\n`;
    for await (const message of messages()) {
      const files = message.attachments.flatMap(({ file }) => file ?? []).join(" ");
      const row = { ...message, text: message.text ?? "", files };
      yield `${columns.map((name) => csvCell(row[name])).join(",")}\r\n`;
    }
  }
  return inChunks(lines());
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const safe = (text: string): string => text.replaceAll(/[&<>"']/g, (c) => escapes[c] ?? c);

const style = `body{font:15px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1c2333;background:#fcfbf8}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}dt{color:#5b6478}dd{margin:0 0 .5rem}li{margin:.5rem 0;list-style:none}ol{padding:0}
table{border-collapse:collapse;font-size:.85rem;overflow-wrap:anywhere}th,td{text-align:start;vertical-align:top;padding:.25rem .5rem .25rem 0}
.team{padding-inline-start:3rem}time{color:#5b6478;font-size:.8rem}p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{background:#15181f;color:#e8eaf0}dt,time{color:#a3abbd}a{color:#9db8f0}}`;

/** Why each field is kept, for how long, from whom it is, and who outside may receive it. */
function keptTable(fields: readonly KeptField[], recipients: readonly Recipient[]): string {
  const names = new Map(recipients.map(({ id, name }) => [id, name]));
  const rows = fields.map(({ what, purpose, keptFor, source, recipients: ids }) =>
    [what, purpose, keptFor, source.join(", "), ids.map((id) => names.get(id) ?? id).join(", ") || "–"]
      .map((text) => `<td>${safe(text)}</td>`)
      .join(""),
  );
  const heads = ["What", "Why", "How long", "From whom", "Who outside may receive it"];
  return `<h2>Why it is kept</h2><table><tr>${heads.map((one) => `<th>${one}</th>`).join("")}</tr>${rows
    .map((row) => `<tr>${row}</tr>`)
    .join("")}</table><ul>${recipients
    .map(({ name, does, country }) => `<li>${safe(name)}: ${safe(does)} <time>${safe(country)}</time></li>`)
    .join("")}</ul>`;
}

export function htmlOf(
  { head, exportedAt, fields, recipients }: ExportFrame,
  messages: Messages,
): AsyncIterable<string> {
  const { person, workspace, consents, notes } = head;
  const facts: [string, string][] = [
    ["Name", person?.name ?? "–"],
    ...(person?.identities ?? []).map(({ kind, value }): [string, string] => [kind, value]),
    ...Object.entries(person?.attributes ?? {}).map(([name, value]): [string, string] => [
      person?.specialAttributes?.includes(name) === true ? `${name} (special category)` : name,
      value,
    ]),
  ];
  async function* pieces(): AsyncGenerator<string> {
    yield `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="default-src 'none'; img-src 'self'; style-src 'unsafe-inline'">
<title>Your data at ${safe(workspace)}</title><style>${style}</style>
<h1>Your data at ${safe(workspace)}</h1><p>${safe(exportedAt)}</p><h2>You</h2><dl>${facts
      .map(([name, value]) => `<dt>${safe(name)}</dt><dd dir="auto">${safe(value)}</dd>`)
      .join("")}</dl>`;
    yield `<h2>Consents</h2><ul>${consents
      .map((one) => `<li>${safe(one.purpose)}: ${safe(one.action)} <time>${one.occurredAt}</time></li>`)
      .join("")}</ul><h2>Notes</h2><ul>${notes
      .map((note) => `<li dir="auto">${safe(note.text ?? "–")} <time>${note.createdAt}</time></li>`)
      .join("")}</ul>${keptTable(fields, recipients)}<h2>Messages</h2><ol>`;
    for await (const { sender, text, type, at, attachments } of messages()) {
      const files = attachments
        .flatMap(({ file, fileName }) => (file ? [`<a href="${safe(file)}">${safe(fileName ?? file)}</a>`] : []))
        .join(" ");
      yield `<li class="${sender}"><p dir="auto">${safe(text ?? (files ? "" : type))}</p>${files} <time>${sender} · ${at}</time></li>\n`;
    }
    yield "</ol></html>\n";
  }
  return inChunks(pieces());
}
