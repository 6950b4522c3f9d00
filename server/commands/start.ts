import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { trialRegion } from "../platform/config.ts";
import { watchParent } from "../platform/parent.ts";
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
    demo: { type: "boolean", doc: "Add simulated providers on the next two ports and a workspace to try." },
    "no-demo": { type: "boolean", doc: "No demo; this is the default." },
    "with-parent": { type: "boolean", doc: "End as well when the process that started it does, as npm start has it." },
  },
  run: async (values) => {
    // before anything else, so that hardly any time is left in which its end is missed
    using parent = values["with-parent"] === true ? watchParent() : undefined;
    const ended = parent?.ended;
    const { serve } = await import("../main.ts");
    if (text(values, "roles") !== "sessions") buildWebIfMissing();
    const flags = { host: text(values, "host"), port: text(values, "port"), roles: text(values, "roles") };
    if (values["demo"] === true && values["no-demo"] !== true) {
      const { startDemo } = await import("../demo.ts");
      await using demo = await startDemo(configOf(values, flags));
      const demoFlags = { ...flags, ...demoIdentity(process.env), providerOrigins: demo.providerOrigins };
      await serve(configOf(values, demoFlags), { prepare: demo.prepare, ended });
    } else await serve(configOf(values, flags), { ended });
  },
};

/** A demo answers for itself, where its operator does not. */
function demoIdentity(env: NodeJS.ProcessEnv): { operatorName?: string; privacyContact?: string; region?: string } {
  return {
    ...(env["KEEPWORD_OPERATOR_NAME"] ? {} : { operatorName: "Keepword demo on this machine" }),
    ...(env["KEEPWORD_PRIVACY_CONTACT"] ? {} : { privacyContact: "privacy@demo.example" }),
    ...(env["KEEPWORD_REGION"] ? {} : { region: trialRegion }),
  };
}

/** A fresh checkout has the web app's source only; where it cannot be built, the API is served without it. */
function buildWebIfMissing(): void {
  const root = path.join(import.meta.dirname, "../..");
  const script = path.join(root, "scripts/build-web.ts");
  if (fs.existsSync(path.join(root, "web/dist/index.html")) || !fs.existsSync(script)) return;
  const { status } = spawnSync(process.execPath, [script], { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) console.error("keepword: the web app could not be built; serving the API only");
}
