import { pageOf, pageQuery } from "../platform/page.ts";
import { route } from "../platform/route.ts";
import { incidentView, listIncidents } from "./incident.ts";
import { readUptime, SHOWN_DAYS, uptimeView } from "./uptime.ts";

export const uptimeRoutes = [
  route({
    id: "uptime.get",
    method: "GET",
    path: "/v1/uptime",
    summary: "How channels and services fare",
    description: `Now, and on each of the last ${SHOWN_DAYS} days. Channels are measured once a minute by what happened on them, services by trying them.`,
    permission: "channel:read",
    returns: uptimeView,
    run: (ctx) => readUptime(ctx),
  }),
  route({
    id: "incident.list",
    method: "GET",
    path: "/v1/incidents",
    summary: "Outages of channels and services, newest first",
    permission: "channel:read",
    query: pageQuery,
    returns: pageOf(incidentView),
    run: (ctx, { query }) => listIncidents(ctx, query),
  }),
];
