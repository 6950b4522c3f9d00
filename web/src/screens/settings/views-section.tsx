import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import Bookmark from "lucide-react/icons/bookmark";
import { adminApi, adminQueries, type SavedView } from "../../admin-api.ts";
import { links, statuses, type InboxFilters } from "../../links.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, buttonStyle } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { NewView } from "./new-view.tsx";

/** The address of the inbox that a view stands for. */
function filtersOf({ filter }: SavedView): InboxFilters {
  const status = statuses.find((one) => one === filter.status);
  const view = filter.assignee === "me" ? "mine" : filter.assignee === "none" ? "unassigned" : "all";
  return {
    view,
    ...(status ? { status } : {}),
    ...(filter.channelId ? { channel: filter.channelId } : {}),
    ...(filter.label ? { label: filter.label } : {}),
  };
}

export function ViewsSection() {
  const views = useQuery(adminQueries.savedViews());
  const remove = useMutation({
    mutationFn: (id: string) => adminApi.removeSavedView(id),
    onSuccess: () => toast({ text: t("views.removed") }),
    onError: (error) => toast({ text: problemText(error), tone: "danger" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["saved-views"] }),
  });
  return (
    <Page title={t("settings.views")} purpose={t("settings.views.purpose")}>
      <Loaded query={views}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState icon={Bookmark} title={t("views.empty.title")} text={t("views.empty.text")} />
          ) : (
            <ul aria-label={t("settings.views")} className="flex flex-col divide-y divide-line border-y border-line">
              {data.map((view) => (
                <li key={view.id} className="flex min-h-12 flex-wrap items-center gap-2 py-2">
                  <span dir="auto" className="text-match min-w-0 grow truncate font-medium">
                    {view.name}
                  </span>
                  {view.isShared && <Badge>{t("views.shared")}</Badge>}
                  <Link
                    {...links.inbox(filtersOf(view))}
                    aria-label={t("views.openNamed", { name: view.name })}
                    className={buttonStyle({ size: "small" })}
                  >
                    {t("views.open")}
                  </Link>
                  {view.isMine && (
                    <Button
                      size="small"
                      aria-label={t("views.removeNamed", { name: view.name })}
                      isBusy={remove.isPending && remove.variables === view.id}
                      onClick={() => remove.mutate(view.id)}
                    >
                      {t("page.remove")}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <NewView />
    </Page>
  );
}
