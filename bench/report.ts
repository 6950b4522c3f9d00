// What a benchmark says: figures beside their goals, the machine, the command. Printed as a table, and as JSON for comparison.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";

export interface Figure {
  /** of facts and issues: `G1` */
  goal?: string;
  what: string;
  value: number;
  unit: string;
  /** The raw limit of the same machine, measured back to back; in the same unit. */
  raw?: number;
  /** What must hold, of `ratio` where there is a raw limit, else of `value`. */
  must?: Bound;
  stretch?: Bound;
  note?: string;
}

export interface Bound {
  op: "≤" | "≥";
  limit: number;
}

export const atMost = (limit: number): Bound => ({ op: "≤", limit });
export const atLeast = (limit: number): Bound => ({ op: "≥", limit });

/** What the bounds speak of. */
const judged = (figure: Figure): number => (figure.raw === undefined ? figure.value : figure.value / figure.raw);

const holds = (bound: Bound, value: number): boolean =>
  bound.op === "≤" ? value <= bound.limit : value >= bound.limit;

export function verdict(figure: Figure): "pass" | "stretch" | "MISS" | "" {
  const value = judged(figure);
  if (figure.must && !(holds(figure.must, value) && Number.isFinite(value))) return "MISS";
  if (figure.stretch && holds(figure.stretch, value)) return "stretch";
  return figure.must ? "pass" : "";
}

function number(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en-US");
  return size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
}

const boundText = (bound: Bound | undefined): string => (bound ? `${bound.op} ${number(bound.limit)}` : "");

/** The figures as a table that is also Markdown. */
export function table(figures: readonly Figure[]): string {
  const head = ["goal", "what", "figure", "raw limit", "ratio", "must", "stretch", "verdict"];
  const rows = figures.map((figure) => [
    figure.goal ?? "",
    figure.note === undefined ? figure.what : `${figure.what} (${figure.note})`,
    `${number(figure.value)} ${figure.unit}`.trim(),
    figure.raw === undefined ? "" : `${number(figure.raw)} ${figure.unit}`.trim(),
    figure.raw === undefined ? "" : number(judged(figure)),
    boundText(figure.must),
    boundText(figure.stretch),
    verdict(figure),
  ]);
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  kernel: string;
  node: string;
  /** 1, 5 and 15 minutes, before the benchmark began: other work on the machine */
  loadBefore: number[];
  commit: string;
  date: string;
}

export function describeMachine(): Machine {
  const git = (...args: string[]): string => {
    try {
      return execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8" }).trim();
    } catch {
      return "";
    }
  };
  return {
    cpu: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    memoryGb: Math.round(os.totalmem() / 2 ** 30),
    kernel: `${os.type()} ${os.release()}`,
    node: process.version,
    loadBefore: os.loadavg().map((load) => Math.round(load * 100) / 100),
    commit: `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain") === "" ? "" : " and changes"}`,
    date: new Date().toISOString(),
  };
}

export interface Report {
  name: string;
  command: string;
  machine: Machine;
  seconds: number;
  figures: Figure[];
}

export function printReport(report: Report, jsonFile: string | undefined): void {
  const { machine } = report;
  console.log(`\n${report.name}: npm run bench -- ${report.command}`);
  console.log(
    `${machine.date}, commit ${machine.commit}, Node ${machine.node}; ${machine.cores} cores ${machine.cpu}, ` +
      `${machine.memoryGb} GB, ${machine.kernel}; load before ${machine.loadBefore.join(" ")}; took ${report.seconds} s\n`,
  );
  console.log(table(report.figures));
  if (jsonFile === undefined) return;
  const judgedFigures = report.figures.map((figure) => ({ ...figure, verdict: verdict(figure) }));
  fs.writeFileSync(jsonFile, `${JSON.stringify({ ...report, figures: judgedFigures }, null, 2)}\n`);
}

/** The value below which the share `q` (0…1) of the sorted values lies. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}
