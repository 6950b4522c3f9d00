import { text } from "./drizzle.ts";
import { column, table } from "./table.ts";

/** What the installation itself must remember, such as which keyring its sealed columns belong to. */
export const installationValue = table(
  "installation_value",
  {
    scope: "installation",
    purpose: "security",
    role: "controller",
    retention: "until-removed",
    grants: ["select", "insert"],
  },
  { name: column("system", text().notNull()), value: column("system", text().notNull()) },
);
