import { jsonb, text, timestamp } from "../platform/drizzle.ts";
import { column, table } from "../platform/table.ts";

/** A copy of the provider's templates, so that the picker opens at once. Written by the business, about nobody in particular. */
export const templateTable = table(
  "template",
  { scope: "workspace", purpose: "deliver", role: "processor", origin: ["team"], retention: "with-parent" },
  {
    workspaceId: column("system", text().notNull()),
    id: column("system", text().notNull()),
    channelId: column("system", text().notNull()),
    providerTemplateId: column("system", text()),
    name: column("organization.name", text().notNull()),
    language: column("system", text().notNull()),
    category: column("system", text().notNull()),
    status: column("system", text().notNull()),
    quality: column("system", text()),
    rejectedReason: column("system", text()),
    components: column("organization.name", jsonb().notNull()),
    updatedAt: column("system", timestamp({ withTimezone: true }).notNull()),
  },
);
