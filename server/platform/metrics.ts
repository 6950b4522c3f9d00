import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** Everything a figure may be split by. None leads to anybody: a figure of a person, a workspace or a channel does not compile. */
export type FigureLabel = "kind" | "outcome" | "queue" | "receiver" | "route" | "state" | "status" | "table";

declare const figureWordBrand: unique symbol;
/** A word that is no literal in the code: a route's path, a status in a column. */
export type FigureWord = string & { readonly [figureWordBrand]: true };

const declared = /^[a-z/][a-z0-9_./:*{}-]{0,99}$/i;
const idLike = /(^|[/:])[a-z]{2,4}_[0-9a-z]{20,}|\d{5,}|@/i;

/** Somebody's text, number or id is not counted by itself: it becomes `other`. */
export const figureWord = (text: string): FigureWord =>
  (/^\d{3}$/.test(text) || (declared.test(text) && !idLike.test(text)) ? text : "other") as FigureWord;

/** Only literals and `FigureWord`s: a value that is merely a string (content, a name, an id) does not compile. */
type Closed<V> = { readonly [K in keyof V]: string extends V[K] ? never : V[K] };

export interface Count<Label extends FigureLabel> {
  inc<const V extends Readonly<Record<Label, string>>>(words: V & Closed<V>): void;
}
export interface Figure<Label extends FigureLabel> {
  set(this: Figure<never>, value: number): void;
  set<const V extends Readonly<Record<Label, string>>>(words: V & Closed<V>, value: number): void;
  reset(): void;
}
export interface Times<Label extends FigureLabel> {
  observe<const V extends Readonly<Record<Label, string>>>(words: V & Closed<V>, seconds: number): void;
}

/** Figures for `/metrics` in Prometheus' format. Labels are declared names (routes, jobs, kinds), never ids. */
export interface Metrics {
  registry: Registry;
  httpSeconds: Times<"route" | "status">;
  counter<Label extends FigureLabel = never>(name: string, help: string, labels?: readonly Label[]): Count<Label>;
  gauge<Label extends FigureLabel = never>(
    name: string,
    help: string,
    read: (gauge: Figure<Label>) => void | Promise<void>,
    labels?: readonly Label[],
  ): void;
}

/** One registry per app, so that several apps can live in one process. `process: true` adds CPU, memory and event loop. */
export function createMetrics(options: { process: boolean }): Metrics {
  const registry = new Registry();
  if (options.process) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    httpSeconds: new Histogram({
      name: "keepword_http_seconds",
      help: "Time to answer, by declared route.",
      labelNames: ["route", "status"],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: labels, registers }),
    gauge: (name, help, read, labels = []) =>
      void new Gauge({
        name,
        help,
        labelNames: labels,
        registers,
        async collect() {
          await read(this as unknown as Parameters<typeof read>[0]);
        },
      }),
  };
}
