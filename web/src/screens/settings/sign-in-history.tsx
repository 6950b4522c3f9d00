import { useInfiniteQuery } from "@tanstack/react-query";
import { adminQueries, type SignIn } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { Moment } from "../shell/moment.tsx";
import { SkeletonRows } from "../shell/query-states.tsx";
import { QueryError } from "../shell/route-states.tsx";
import { deviceName } from "./device-name.ts";

/** Who came in with this account, and who tried. */
export function SignInHistory() {
  const list = useInfiniteQuery(adminQueries.signIns());
  return (
    <Section title={t("signIns.title")} purpose={t("signIns.purpose")}>
      {list.isPending && <SkeletonRows />}
      {list.isError && <QueryError error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && (
        <Table<SignIn>
          label={t("signIns.title")}
          rows={list.data.pages.flatMap((page) => page.data)}
          rowKey={({ id }) => id}
          empty={<p className="text-text-2">{t("signIns.none")}</p>}
          columns={[
            {
              key: "device",
              label: t("signIns.device"),
              cell: (one) => (
                <span className="flex min-w-0 flex-col py-1.5">
                  {deviceName(one)}
                  <bdi dir="ltr" className="text-meta text-text-2">
                    {one.ip}
                  </bdi>
                </span>
              ),
            },
            {
              key: "result",
              label: t("signIns.result"),
              cell: (one) => (
                <span className={one.result === "succeeded" ? "" : "text-brick"}>
                  {t(one.result === "succeeded" ? `signIns.by.${one.method}` : "signIns.wrong")}
                </span>
              ),
            },
            { key: "at", label: t("signIns.at"), align: "end", cell: (one) => <Moment at={one.at} /> },
          ]}
        />
      )}
      {list.hasNextPage && (
        <Button className="self-center" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("health.more")}
        </Button>
      )}
    </Section>
  );
}
