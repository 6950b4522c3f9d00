import { parseArgs } from "node:util";
import { silenceLibrary, startWhatsappLinked } from "./server.ts";
import type { SimOptions } from "./state.ts";

/** The simulator as a process. Prints one JSON line when it listens; ends on SIGINT or SIGTERM, or with its parent's pipe. */
const { values } = parseArgs({
  options: {
    port: { type: "string" },
    host: { type: "string" },
    seed: { type: "string" },
    receipts: { type: "string" },
    "with-parent": { type: "boolean" },
  },
});

silenceLibrary();
const { receipts } = values;
if (receipts !== undefined && receipts !== "none" && receipts !== "delivered" && receipts !== "read") {
  throw new Error("--receipts is none, delivered or read");
}
const options: SimOptions = { receipts: receipts ?? "delivered" };
if (values.port) options.port = Number(values.port);
if (values.host) options.host = values.host;
if (values.seed) options.seed = values.seed;

const sim = await startWhatsappLinked(options);
sim.addPhone({ phone: "15550001111", name: "The shop's phone" });
sim.addPhone({ phone: "254700000101", name: "Wanjiru" });
sim.addPhone({ phone: "420600000102", name: "Pavel", addressing: "lid" });
sim.addPhone({ phone: "966500000103", name: "ليلى" });
sim.addPhone({ phone: "351910000104", name: "Inês", hidesNumber: true });
console.log(JSON.stringify({ ready: true, url: sim.url, webSocketUrl: sim.webSocketUrl }));

// the pipe closes however the parent ends; an orphan would keep the port
if (values["with-parent"]) process.stdin.resume().once("close", () => process.exit(0));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void sim[Symbol.asyncDispose]().then(() => process.exit(0)));
}
