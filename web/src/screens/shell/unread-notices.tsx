import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import Bell from "lucide-react/icons/bell";
import { kw } from "../../api.ts";
import { links } from "../../links.ts";
import { t } from "../../text.ts";
import { Icon } from "../../ui/icon.tsx";
import { Tooltip } from "../../ui/tooltip.tsx";

/** Leads to the notices, and is there only while some are unread. */
export function UnreadNotices() {
  const unread = useQuery({
    queryKey: ["notifications", "unread"],
    queryFn: () => kw.call("notification.list", { limit: 1 }),
    refetchInterval: 60_000,
    retry: false,
  }).data?.unreadCount;
  if (!unread) return null;
  const label = t("nav.unreadNotices", { n: unread });
  return (
    <Tooltip text={label} side="inline-end">
      <Link
        {...links.settings("notifications")}
        aria-label={label}
        className="flex size-10 items-center justify-center rounded-control text-ink transition-colors hover:bg-hover"
      >
        <Icon of={Bell} size={20} />
      </Link>
    </Tooltip>
  );
}
