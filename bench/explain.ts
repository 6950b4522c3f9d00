import pg from "pg";

export interface Statement {
  name: string;
  text: string;
  values: unknown[];
}

export interface Plan {
  buffers: number;
  /** rows that went through the largest Sort */
  sortedRows: number;
  text: string;
}

interface Node {
  "Node Type": string;
  "Actual Rows"?: number;
  "Actual Loops"?: number;
  "Shared Hit Blocks"?: number;
  "Shared Read Blocks"?: number;
  Plans?: Node[];
}

/** The plan that the named statement uses on this connection by now, custom or generic, and what it touched. */
export async function explain(client: pg.Client, workspaceId: string, statement: Statement): Promise<Plan> {
  const list = statement.values.map(literal).join(", ");
  const execute = `execute ${pg.escapeIdentifier(statement.name)}${list === "" ? "" : `(${list})`}`;
  await client.query(`begin; set local kw.workspaces = '{${workspaceId}}'`);
  try {
    const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: Node }] }>(
      `explain (analyze, buffers, timing off, format json) ${execute}`,
    );
    const lines = await client.query<{ "QUERY PLAN": string }>(`explain (analyze, buffers, timing off) ${execute}`);
    const root = rows[0]?.["QUERY PLAN"][0].Plan;
    return {
      buffers: (root?.["Shared Hit Blocks"] ?? 0) + (root?.["Shared Read Blocks"] ?? 0),
      sortedRows: root ? largestSort(root) : 0,
      text: lines.rows.map((row) => row["QUERY PLAN"]).join("\n"),
    };
  } finally {
    await client.query("commit");
  }
}

function largestSort(node: Node): number {
  const own = node["Node Type"].includes("Sort") ? sortInput(node) : 0;
  return Math.max(own, ...(node.Plans ?? []).map(largestSort));
}

/** A top-N sort gives few rows and reads many: what it read is what its input gave. */
const sortInput = (node: Node): number =>
  Math.max(...(node.Plans ?? []).map((input) => (input["Actual Rows"] ?? 0) * (input["Actual Loops"] ?? 1)), 0);

function literal(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number") return String(value);
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString());
  if (Buffer.isBuffer(value)) return `'\\x${value.toString("hex")}'::bytea`;
  if (Array.isArray(value)) return `array[${value.map(literal).join(", ")}]`;
  return pg.escapeLiteral(typeof value === "string" ? value : JSON.stringify(value));
}
