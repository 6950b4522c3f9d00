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
import { withPageTexts } from "./text.ts";

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
    mentioned: oneOf(["me"] as const, raw.mentioned),
    q: text(raw.q),
    message: text(raw.message),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: RouteError });

const plain = (path: string, component: RouteComponent) => createRoute({ getParentRoute: () => root, path, component });
const signIn = () => withPageTexts(import("./screens/sign-in/sign-in-screen.tsx"));
const signUp = () => withPageTexts(import("./screens/sign-in/sign-up-screen.tsx"));
const reset = () => withPageTexts(import("./screens/sign-in/reset-screen.tsx"));
const signInLink = () => withPageTexts(import("./screens/sign-in/link-screen.tsx"));
const invite = () => withPageTexts(import("./screens/sign-in/invite-screen.tsx"));
const sharedLink = () => withPageTexts(import("./screens/channels/linked/shared-link-screen.tsx"));
const workspaces = () => withPageTexts(import("./screens/sign-in/workspaces-screen.tsx"));

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

const channels = () => withPageTexts(import("./screens/channels/channels-screen.tsx"));
const newChannel = () => withPageTexts(import("./screens/channels/new-channel-screen.tsx"));
const channel = () => withPageTexts(import("./screens/channels/channel-screen.tsx"));
const health = () => withPageTexts(import("./screens/health/health-screen.tsx"));
const contacts = () => withPageTexts(import("./screens/contacts/contacts-screen.tsx"));
const contact = () => withPageTexts(import("./screens/contacts/contact-screen.tsx"));
const imports = () => withPageTexts(import("./screens/contacts/import/imports-screen.tsx"));
const oneImport = () => withPageTexts(import("./screens/contacts/import/import-screen.tsx"));
const settingsLayout = () => withPageTexts(import("./screens/settings/settings-layout.tsx"));
const settingsPart = () => withPageTexts(import("./screens/settings/settings-section.tsx"));
const endpoint = () => withPageTexts(import("./screens/webhooks/endpoint-screen.tsx"));
const setup = () => withPageTexts(import("./screens/setup/setup-screen.tsx"));
const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: lazyRouteComponent(settingsLayout, "SettingsLayout"),
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
  component: lazyRouteComponent(settingsPart, "SettingsSection"),
});

const webhookEndpoint = createRoute({
  getParentRoute: () => settings,
  path: "webhooks/$endpointId",
  component: lazyRouteComponent(endpoint, "EndpointScreen"),
});

const tree = root.addChildren([
  plain("/sign-in", lazyRouteComponent(signIn, "SignInScreen")),
  plain("/sign-in/link/$token", lazyRouteComponent(signInLink, "LinkScreen")),
  plain("/sign-up", lazyRouteComponent(signUp, "SignUpScreen")),
  plain("/reset", lazyRouteComponent(reset, "ResetScreen")),
  plain("/invite/$token", lazyRouteComponent(invite, "InviteScreen")),
  plain("/link", lazyRouteComponent(sharedLink, "SharedLinkScreen")),
  plain("/workspaces", lazyRouteComponent(workspaces, "WorkspacesScreen")),
  app.addChildren([
    home,
    inbox.addChildren([conversation]),
    inApp("/contacts", lazyRouteComponent(contacts, "ContactsScreen")),
    inApp("/contacts/import", lazyRouteComponent(imports, "ImportsScreen")),
    inApp("/contacts/import/$importId", lazyRouteComponent(oneImport, "ImportScreen")),
    inApp("/contacts/$contactId", lazyRouteComponent(contact, "ContactScreen")),
    inApp("/channels", lazyRouteComponent(channels, "ChannelsScreen")),
    inApp("/channels/new", lazyRouteComponent(newChannel, "NewChannelScreen")),
    inApp("/channels/$channelId", lazyRouteComponent(channel, "ChannelScreen")),
    inApp("/health", lazyRouteComponent(health, "HealthScreen")),
    settings.addChildren([settingsHome, settingsSection, webhookEndpoint]),
    inApp("/setup", lazyRouteComponent(setup, "SetupScreen")),
  ]),
]);

export function createAppRouter() {
  return createRouter({ routeTree: tree, defaultPreload: false, scrollRestoration: false });
}
