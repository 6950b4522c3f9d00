import { configOf, dataDirOption, text, type Command } from "./command.ts";

export const startCommand: Command = {
  name: "start",
  summary: "Run the server",
  details: ["Prints `ready <url>` when it answers. SIGTERM or SIGINT ends it after the requests at hand."],
  options: {
    host: { type: "string", value: "H", doc: "Address to listen on (KEEPWORD_HOST, default 127.0.0.1)." },
    port: { type: "string", value: "N", doc: "Port to listen on (KEEPWORD_PORT, default 3000)." },
    ...dataDirOption,
    roles: { type: "string", value: "A,B", doc: "web, worker, sessions (KEEPWORD_ROLES, default all)." },
    demo: { type: "boolean", doc: "Add simulated providers on port + 1 and a workspace to try." },
    "no-demo": { type: "boolean", doc: "No demo; this is the default." },
  },
  run: async (values) => {
    const { serve } = await import("../main.ts");
    const flags = { host: text(values, "host"), port: text(values, "port"), roles: text(values, "roles") };
    if (values["demo"] === true && values["no-demo"] !== true) {
      const { startDemo } = await import("../demo.ts");
      await using demo = await startDemo(configOf(values, flags));
      await serve(configOf(values, { ...flags, providerOrigins: demo.providerOrigins }), demo.prepare);
    } else await serve(configOf(values, flags));
  },
};
