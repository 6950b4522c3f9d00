import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { links, settingsSections, type SettingsSection } from "../../links.ts";
import { t } from "../../text.ts";
import { useMembership } from "../shell/use-can.ts";

const personal: readonly SettingsSection[] = ["profile", "security", "notifications", "appearance"];
const shared = settingsSections.filter((section) => !personal.includes(section));

/** The parts of the settings beside the one that is open; a strip above it where there is no room. */
export function SettingsLayout() {
  const workspace = useMembership()?.workspace.name ?? "";
  const strip = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    strip.current?.querySelector("[data-status=active]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [pathname]);
  return (
    <div className="flex h-full max-lg:flex-col">
      <nav
        ref={strip}
        aria-label={t("settings.nav")}
        className="flex shrink-0 border-line max-lg:gap-1 max-lg:overflow-x-auto max-lg:border-b max-lg:px-3 max-lg:py-2 lg:w-56 lg:flex-col lg:border-e lg:px-3 lg:py-8"
      >
        <Group title={t("settings.you")} sections={personal} />
        <Group title={workspace} sections={shared} />
      </nav>
      <div className="min-h-0 min-w-0 grow">
        <Outlet />
      </div>
    </div>
  );
}

function Group({ title, sections }: { title: string; sections: readonly SettingsSection[] }) {
  return (
    <div className="flex max-lg:gap-1 lg:mb-6 lg:flex-col">
      <p dir="auto" className="text-match truncate px-2 pb-1 text-meta text-text-2 max-lg:sr-only">
        {title}
      </p>
      {sections.map((section) => (
        <Link
          key={section}
          {...links.settings(section)}
          className="flex min-h-8 shrink-0 items-center rounded-control px-2 whitespace-nowrap text-text-2 transition-colors hover:bg-hover hover:text-text data-[status=active]:bg-ink-weak data-[status=active]:font-medium data-[status=active]:text-ink pointer-coarse:min-h-10"
        >
          {t(`settings.${section}`)}
        </Link>
      ))}
    </div>
  );
}
