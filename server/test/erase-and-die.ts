// A process of its own that works on an erase request and is killed (SIGKILL, by itself) in a named step: after its work, before it is noted.
import { createApp } from "../app.ts";
import { readConfig } from "../platform/config.ts";
import { createLog } from "../platform/log.ts";
import { advanceRequest, stepsOf } from "../privacy/advance-request.ts";
import type { Step } from "../privacy/request-steps.ts";

const [dataDir = "", databaseUrl = "", workspaceId = "", requestId = "", victim = ""] = process.argv.slice(2);

const die = (): void => void process.kill(process.pid, "SIGKILL");

/** In `rows` it dies with half of the tables done. */
const dying = (step: Step): Step =>
  step.name !== victim
    ? step
    : {
        name: step.name,
        run: async (run) => {
          const { contact } = run.app.subjectGraph;
          const half = { ...run.app.subjectGraph, contact: contact.slice(0, Math.ceil(contact.length / 2)) };
          const app = victim === "rows" ? Object.assign(Object.create(run.app), { subjectGraph: half }) : run.app;
          const result = await step.run({ ...run, app });
          die();
          return result;
        },
      };

await using app = await createApp(readConfig({ KEEPWORD_DATA_DIR: dataDir, KEEPWORD_PORT: "0" }), {
  readyDatabaseUrl: databaseUrl,
  connections: 4,
  hasJobs: false,
  log: createLog({ level: "silent" }),
});
await advanceRequest(app, { workspaceId, requestId }, (request) => stepsOf(request).map(dying));
