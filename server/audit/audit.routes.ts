import { pageOf, pageQuery } from "../platform/page.ts";
import { route } from "../platform/route.ts";
import { AuditEntryView, listAuditEntries } from "./audit.ts";

const listAuditEntriesRoute = route({
  id: "audit_entry.list",
  method: "GET",
  path: "/v1/audit-entries",
  summary: "Who changed what matters for security, newest first",
  permission: "workspace:manage",
  query: pageQuery,
  returns: pageOf(AuditEntryView),
  run: (ctx, { query }) => listAuditEntries(ctx, query),
});

export const auditRoutes = [listAuditEntriesRoute];
