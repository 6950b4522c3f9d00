import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type RouteComponent,
} from "@tanstack/react-router";
import { statuses, views, type InboxFilters } from "./links.ts";
import { AppShell } from "./screens/shell/app-shell.tsx";
import { NotFound, RouteError } from "./screens/shell/route-states.tsx";

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const oneOf = <V extends string>(values: readonly V[], value: unknown): V | undefined =>
  values.find((one) => one === value);

/** A wrong filter in an address is dropped, not an error. */
function inboxFilters(raw: Record<string, unknown>): InboxFilters {
  const found = {
    view: oneOf(views, raw.view),
    status: oneOf(statuses, raw.status),
    channel: text(raw.channel),
    label: text(raw.label),
    q: text(raw.q),
    message: text(raw.message),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: RouteError });

const plain = (path: string, component: RouteComponent) => createRoute({ getParentRoute: () => root, path, component });
const signIn = () => import("./screens/sign-in/sign-in-screens.tsx");

const app = createRoute({ getParentRoute: () => root, id: "app", component: AppShell });
const inApp = (path: string, component: RouteComponent) => createRoute({ getParentRoute: () => app, path, component });

const home = createRoute({
  getParentRoute: () => app,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox" });
  },
});

const inbox = createRoute({
  getParentRoute: () => app,
  path: "/inbox",
  validateSearch: inboxFilters,
  component: lazyRouteComponent(() => import("./screens/inbox/inbox-screen.tsx"), "InboxScreen"),
});
const conversation = createRoute({
  getParentRoute: () => inbox,
  path: "$conversationId",
  component: lazyRouteComponent(() => import("./screens/inbox/conversation-screen.tsx"), "ConversationScreen"),
});

const channels = () => import("./screens/channels/channels-screens.tsx");
const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: lazyRouteComponent(() => import("./screens/settings/settings-layout.tsx"), "SettingsLayout"),
});
const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/$section", params: { section: "profile" } });
  },
});
const settingsSection = createRoute({
  getParentRoute: () => settings,
  path: "$section",
  component: lazyRouteComponent(() => import("./screens/settings/settings-section.tsx"), "SettingsSection"),
});

const tree = root.addChildren([
  plain("/sign-in", lazyRouteComponent(signIn, "SignInScreen")),
  plain(
    "/sign-in/link/$token",
    lazyRouteComponent(() => import("./screens/sign-in/sign-in-link-screen.tsx"), "SignInLinkScreen"),
  ),
  plain("/sign-up", lazyRouteComponent(signIn, "SignUpScreen")),
  plain("/reset", lazyRouteComponent(signIn, "ResetScreen")),
  plain("/invite/$token", lazyRouteComponent(signIn, "InviteScreen")),
  app.addChildren([
    home,
    inbox.addChildren([conversation]),
    inApp(
      "/contacts",
      lazyRouteComponent(() => import("./screens/contacts/contacts-screen.tsx"), "ContactsScreen"),
    ),
    inApp("/channels", lazyRouteComponent(channels, "ChannelsScreen")),
    inApp("/channels/new", lazyRouteComponent(channels, "NewChannelScreen")),
    inApp("/channels/$channelId", lazyRouteComponent(channels, "ChannelScreen")),
    settings.addChildren([settingsHome, settingsSection]),
    inApp(
      "/setup",
      lazyRouteComponent(() => import("./screens/setup/setup-screen.tsx"), "SetupScreen"),
    ),
  ]),
]);

export function createAppRouter() {
  return createRouter({ routeTree: tree, defaultPreload: false, scrollRestoration: false });
}
