import { z } from "zod";
import { pageOf, pageQuery } from "../platform/page.ts";
import { route } from "../platform/route.ts";
import {
  choosePreference,
  kindFixed,
  listNotifications,
  markRead,
  NotificationView,
  preferenceChange,
  PreferencesView,
  readPreferences,
} from "./notifications.ts";

export const notificationRoutes = [
  route({
    id: "notification.list",
    method: "GET",
    path: "/v1/me/notifications",
    summary: "What you were told in the last 90 days, newest first",
    permission: "signed_in",
    query: pageQuery,
    returns: pageOf(NotificationView).extend({ unreadCount: z.int() }),
    run: (ctx, { query }) => listNotifications(ctx, query),
  }),
  route({
    id: "notification.read",
    method: "POST",
    path: "/v1/me/notifications/read",
    summary: "Mark all of them as read",
    permission: "signed_in",
    run: (ctx) => markRead(ctx),
  }),
  route({
    id: "notification_preference.list",
    method: "GET",
    path: "/v1/me/notification-preferences",
    summary: "Which kinds of notices you get, by mail and in the app",
    permission: "signed_in",
    returns: PreferencesView,
    run: (ctx) => readPreferences(ctx),
  }),
  route({
    id: "notification_preference.update",
    method: "PATCH",
    path: "/v1/me/notification-preferences",
    summary: "Turn a kind of notices on or off, by mail or in the app",
    description: "`security` and `legal` stay on.",
    permission: "signed_in",
    body: preferenceChange,
    returns: PreferencesView,
    problems: [kindFixed],
    run: (ctx, { body }) => choosePreference(ctx, body),
  }),
];
