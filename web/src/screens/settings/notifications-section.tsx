import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { adminApi, adminQueries, type NoticeChoice, type Notification } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { Switch } from "../../ui/switch.tsx";
import { toast } from "../../ui/toast.tsx";
import { MailNote } from "../shell/mail-note.tsx";
import { Moment } from "../shell/moment.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded, SkeletonRows } from "../shell/query-states.tsx";
import { QueryError } from "../shell/route-states.tsx";
import { useMembership } from "../shell/use-can.ts";

export function NotificationsSection() {
  const list = useInfiniteQuery(adminQueries.notifications());
  const hasUnread = (list.data?.pages[0]?.unreadCount ?? 0) > 0;
  // what is on the screen is read; it stays marked until the screen is left
  useEffect(() => {
    if (!hasUnread) return;
    adminApi.readNotifications().then(
      () => queryClient.invalidateQueries({ queryKey: ["notifications", "unread"] }),
      () => undefined,
    );
  }, [hasUnread]);
  return (
    <Page title={t("settings.notifications")} purpose={t("settings.notifications.purpose")}>
      {list.isPending && <SkeletonRows />}
      {list.isError && <QueryError error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && <Notices notices={list.data.pages.flatMap((page) => page.data)} />}
      {list.hasNextPage && (
        <Button className="self-center" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("health.more")}
        </Button>
      )}
      <Choices />
    </Page>
  );
}

function Notices({ notices }: { notices: readonly Notification[] }) {
  const here = useMembership()?.workspace;
  if (notices.length === 0) return <p className="text-text-2">{t("notices.none")}</p>;
  return (
    <ul aria-label={t("settings.notifications")} className="flex flex-col divide-y divide-line border-y border-line">
      {notices.map((one) => (
        <li key={one.id} className="flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2">
          <span className={one.isRead ? "" : "font-medium"}>
            {t(`notices.topic.${one.topic}`, { version: one.target ?? "" })}
            {one.workspaceId !== null && one.workspaceId === here?.id && (
              <span dir="auto" className="text-match text-meta text-text-2">
                {" · "}
                {here.name}
              </span>
            )}
          </span>
          <span className="text-meta text-text-2">
            <Moment at={one.at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Which kinds come by mail and which stand here; what is about the account's safety or asked for by the law stays on. */
function Choices() {
  const choices = useQuery(adminQueries.noticeChoices());
  const choose = useMutation({
    mutationFn: adminApi.chooseNotices,
    onSuccess: (answer) => queryClient.setQueryData(adminQueries.noticeChoices().queryKey, answer),
    onError: (error) => toast({ text: problemText(error), tone: "danger" }),
  });
  const ways: readonly (keyof Pick<NoticeChoice, "byMail" | "inApp">)[] = ["byMail", "inApp"];
  return (
    <Section title={t("notices.choices")} purpose={t("notices.choices.purpose")}>
      <MailNote />
      <Loaded query={choices}>
        {({ data }) => (
          <div className="flex flex-col divide-y divide-line border-y border-line">
            {data.map((one) => (
              <fieldset key={one.kind} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 py-3">
                <legend className="sr-only">{t(`notices.kind.${one.kind}`)}</legend>
                <span aria-hidden className="min-w-0 grow basis-60">
                  <span className="block font-medium">{t(`notices.kind.${one.kind}`)}</span>
                  <span className="block text-text-2">{t(`notices.kind.${one.kind}.text`)}</span>
                </span>
                <span className="flex gap-4">
                  {ways.map((way) => (
                    <Switch
                      key={way}
                      label={t(`notices.${way}`)}
                      isOn={one[way]}
                      disabled={one.isFixed}
                      onChange={(isOn) => choose.mutate({ kind: one.kind, [way]: isOn })}
                    />
                  ))}
                </span>
              </fieldset>
            ))}
          </div>
        )}
      </Loaded>
    </Section>
  );
}
