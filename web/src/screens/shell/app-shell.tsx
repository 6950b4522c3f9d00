import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useMatches, useNavigate } from "@tanstack/react-router";
import Cable from "lucide-react/icons/cable";
import Contact from "lucide-react/icons/contact";
import Inbox from "lucide-react/icons/inbox";
import Settings from "lucide-react/icons/settings";
import { useEffect } from "react";
import { ApiError, selectWorkspace } from "../../api.ts";
import { listenForCommands, useCommands } from "../../commands.ts";
import { leavePublicPage } from "../../leave-public-page.ts";
import { links, type LinkTarget } from "../../links.ts";
import { currentMembership } from "../../membership.ts";
import { queries } from "../../queries.ts";
import { startStream } from "../../stream.ts";
import { t, type TextKey } from "../../text.ts";
import { cx } from "../../ui/cx.ts";
import { Icon, type IconType } from "../../ui/icon.tsx";
import { Seal } from "../../ui/seal.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { Toaster } from "../../ui/toast.tsx";
import { Tooltip } from "../../ui/tooltip.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { ConnectionMark } from "./connection-mark.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { PolicyNotice } from "./policy-notice.tsx";
import { Redirect } from "./redirect.tsx";
import { QueryError } from "./route-states.tsx";
import { SendingNotice } from "./sending-notice.tsx";
import { UnreadNotices } from "./unread-notices.tsx";

interface Place {
  to: LinkTarget;
  path: string;
  /** A page that hangs below it under an address of its own. */
  below?: string;
  label: TextKey;
  icon: IconType;
  keys: string;
}

const places: readonly Place[] = [
  { to: links.inbox(), path: "/inbox", label: "nav.inbox", icon: Inbox, keys: "g i" },
  { to: links.contacts(), path: "/contacts", label: "nav.contacts", icon: Contact, keys: "g c" },
  { to: links.channels(), path: "/channels", below: "/health", label: "nav.channels", icon: Cable, keys: "g h" },
  { to: links.settingsHome(), path: "/settings", label: "nav.settings", icon: Settings, keys: "g s" },
];

/** Everything a signed-in person sees stands in here: the rail, the screen, notices and the palette. */
export function AppShell() {
  const me = useQuery(queries.me());
  const location = useLocation();
  useEffect(() => listenForCommands(), []);
  useEffect(leavePublicPage, []);
  if (me.error instanceof ApiError && me.error.status === 401) {
    return <Redirect href={`/sign-in?next=${encodeURIComponent(location.href)}`} />;
  }
  if (me.isPending) {
    return (
      <div className="flex h-full items-center justify-center text-text-2">
        <Spinner size={20} label={t("app.loading")} />
      </div>
    );
  }
  if (me.isError) return <QueryError error={me.error} onRetry={() => void me.refetch()} />;
  const membership = currentMembership(me.data);
  if (!membership) return <EmptyState title={t("nav.noWorkspace.title")} text={t("nav.noWorkspace.text")} />;
  selectWorkspace(membership.workspace.id);
  return <Frame workspaceId={membership.workspace.id} />;
}

function Frame({ workspaceId }: { workspaceId: string }) {
  const navigate = useNavigate();
  useEffect(() => startStream(workspaceId), [workspaceId]);
  useCommands([
    ...places.map((place) => ({
      id: `go.${place.path}`,
      label: t(place.label),
      group: t("group.go"),
      keys: place.keys,
      run: () => void navigate(place.to),
    })),
    { id: "go./health", label: t("nav.health"), group: t("group.go"), run: () => void navigate(links.health()) },
    { id: "go./setup", label: t("nav.setup"), group: t("group.go"), run: () => void navigate(links.setup()) },
  ]);
  // On a phone an open conversation needs the whole height; going back brings the bar again.
  const isDeep = useMatches().some((match) => match.routeId.includes("$conversationId"));
  return (
    <div className="flex h-full flex-col-reverse md:flex-row">
      <a
        href="#main"
        className="sr-only z-50 rounded-control bg-surface px-3 py-2 focus:not-sr-only focus:absolute focus:start-2 focus:top-2"
      >
        {t("nav.skip")}
      </a>
      <nav
        aria-label={t("nav.label")}
        className={cx(
          "flex shrink-0 items-center border-line bg-paper max-md:h-14 max-md:justify-around max-md:border-t max-md:pb-[env(safe-area-inset-bottom)] md:w-14 md:flex-col md:gap-1 md:border-e md:py-3",
          isDeep && "max-md:hidden",
        )}
      >
        <span className="mb-3 max-md:hidden">
          <Seal size={26} label={t("app.name")} />
        </span>
        {places.map((place) => (
          <RailLink key={place.path} place={place} />
        ))}
        <span className="grow max-md:hidden" />
        <UnreadNotices />
        <ConnectionMark />
        <AccountMenu />
      </nav>
      <div className="flex min-h-0 min-w-0 grow flex-col">
        <SendingNotice />
        <PolicyNotice />
        <main id="main" tabIndex={-1} className="min-h-0 min-w-0 grow outline-none">
          <Outlet />
        </main>
      </div>
      <Toaster dismissLabel={t("app.dismiss")} regionLabel={t("app.notices")} />
      <CommandPalette />
    </div>
  );
}

function RailLink({ place }: { place: Place }) {
  const isBelow = useLocation({ select: ({ pathname }) => pathname === place.below });
  return (
    <Tooltip text={t(place.label)} keys={place.keys} side="inline-end">
      <Link
        {...place.to}
        activeOptions={{ includeSearch: false }}
        aria-label={t(place.label)}
        className={cx(
          "flex size-10 items-center justify-center rounded-control transition-colors data-[status=active]:bg-ink-weak data-[status=active]:text-ink",
          isBelow ? "bg-ink-weak text-ink" : "text-text-2 hover:bg-hover hover:text-text",
        )}
      >
        <Icon of={place.icon} size={20} />
      </Link>
    </Tooltip>
  );
}
