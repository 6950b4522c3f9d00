// A process of its own that forgets a person and is killed (SIGKILL, by itself) right after the commit, before the key is destroyed.
import { createApp } from "../app.ts";
import { readConfig } from "../platform/config.ts";
import { createLog } from "../platform/log.ts";
import { forgetPerson } from "../privacy/erase-person.ts";

const [dataDir = "", databaseUrl = "", personId = ""] = process.argv.slice(2);

await using app = await createApp(readConfig({ KEEPWORD_DATA_DIR: dataDir, KEEPWORD_PORT: "0" }), {
  readyDatabaseUrl: databaseUrl,
  connections: 4,
  hasJobs: false,
  log: createLog({ level: "silent" }),
});
const keyring = Object.assign(Object.create(app.keyring), { destroy: () => process.kill(process.pid, "SIGKILL") });
await forgetPerson({ ...app, keyring }, personId);
