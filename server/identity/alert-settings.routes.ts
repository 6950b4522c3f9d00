import { route } from "../platform/route.ts";
import { alertSettings, alertSettingsPatch, readAlertSettings, updateAlertSettings } from "./alert-settings.ts";

export const alertSettingsRoutes = [
  route({
    id: "alert_settings.get",
    method: "GET",
    path: "/v1/alert-settings",
    summary: "Who is told by mail when something stops",
    permission: "workspace:read",
    returns: alertSettings,
    run: (ctx) => readAlertSettings(ctx.tx, ctx.workspaceId),
  }),
  route({
    id: "alert_settings.update",
    method: "PATCH",
    path: "/v1/alert-settings",
    summary: "Choose who is told by mail when something stops, and in which language",
    permission: "workspace:manage",
    body: alertSettingsPatch,
    returns: alertSettings,
    run: (ctx, { body }) => updateAlertSettings(ctx, body),
  }),
];
