import { parseArgs } from "node:util";
import { startWhatsAppCloudSim } from "./server.ts";
import type { SimOptions } from "./state.ts";

/** The simulator as a process. Prints one JSON line when it listens; ends on SIGINT or SIGTERM, or with its parent's pipe. */
const { values } = parseArgs({
  options: {
    port: { type: "string" },
    host: { type: "string" },
    "app-secret": { type: "string" },
    "verify-token": { type: "string" },
    "access-token": { type: "string" },
    "phone-number-id": { type: "string" },
    "waba-id": { type: "string" },
    "webhook-url": { type: "string" },
    throughput: { type: "string" },
    "enforce-window": { type: "boolean" },
    "with-parent": { type: "boolean" },
  },
});

// A server that restarts during a demo must still get what was written meanwhile.
const options: SimOptions = {
  enforceWindow: values["enforce-window"] ?? false,
  delivery: { attempts: 200, retryMaxMs: 15_000 },
};
if (values.port) options.port = Number(values.port);
if (values.host) options.host = values.host;
// flags are in the process list; whoever shares the machine gives secrets by environment
const appSecret = values["app-secret"] ?? process.env["SIM_APP_SECRET"];
const verifyToken = values["verify-token"] ?? process.env["SIM_VERIFY_TOKEN"];
const accessToken = values["access-token"] ?? process.env["SIM_ACCESS_TOKEN"];
if (appSecret) options.appSecret = appSecret;
if (verifyToken) options.verifyToken = verifyToken;
if (accessToken) options.accessToken = accessToken;
if (values["phone-number-id"]) options.phoneNumberId = values["phone-number-id"];
if (values["waba-id"]) options.wabaId = values["waba-id"];
if (values["webhook-url"]) options.webhookUrl = values["webhook-url"];
if (values.throughput) options.throughput = Number(values.throughput);

const sim = await startWhatsAppCloudSim(options);
console.log(JSON.stringify({ ready: true, url: sim.url, phoneNumberId: sim.phoneNumberId, wabaId: sim.wabaId }));

// the pipe closes however the parent ends; an orphan would keep the port
if (values["with-parent"]) process.stdin.resume().once("close", () => process.exit(0));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void sim[Symbol.asyncDispose]().then(() => process.exit(0)));
}
