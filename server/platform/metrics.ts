import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** Figures for `/metrics` in Prometheus' format. Labels are declared names (routes, jobs, kinds), never ids. */
export interface Metrics {
  registry: Registry;
  httpSeconds: Histogram<"route" | "status">;
  counter<Label extends string = never>(name: string, help: string, labels?: readonly Label[]): Counter<Label>;
  gauge<Label extends string = never>(
    name: string,
    help: string,
    read: (gauge: Gauge<Label>) => void | Promise<void>,
    labels?: readonly Label[],
  ): Gauge<Label>;
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
      new Gauge({
        name,
        help,
        labelNames: labels,
        registers,
        async collect() {
          await read(this);
        },
      }),
  };
}
