import { text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

const at = () => timestamp({ withTimezone: true });

/** What a workspace notes about its contacts; the values are sealed with each contact. */
export const contactAttributeTable = table(
  "contact_attribute",
  { scope: "workspace", purpose: "inbox", role: "processor", origin: ["team"], retention: "until-removed" },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    // a workspace's own vocabulary ("shoe size"), not about one person
    name: column("organization.name", text().notNull()),
    skeleton: column("organization.name", text().notNull()),
    label: column("organization.name", text().notNull()),
    type: column("system", text().notNull()),
    options: column("organization.name", text().array().notNull()),
    category: column("system", text().notNull()),
    createdAt: column("system", at().notNull()),
    updatedAt: column("system", at().notNull()),
    removedAt: column("system", at()),
  },
);

/** That a workspace keeps special categories of data, and what allows it to. */
export const specialCategoryTable = table(
  "special_category",
  { scope: "workspace", purpose: "inbox", role: "processor", retention: "until-removed" },
  {
    workspaceId: column("system", text().notNull()),
    legalBasis: column("system", text().notNull()),
    enabledAt: column("system", at().notNull()),
  },
);
