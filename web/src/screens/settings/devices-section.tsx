import { useMutation, useQuery } from "@tanstack/react-query";
import { adminApi, adminQueries, type Login } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { Said } from "../shell/said.tsx";
import { deviceName } from "./device-name.ts";
import { SignInHistory } from "./sign-in-history.tsx";

export function DevicesSection() {
  const logins = useQuery(adminQueries.logins());
  const end = useMutation({
    mutationFn: (id: string | null) => (id === null ? adminApi.endOtherLogins() : adminApi.endLogin(id)),
    onSuccess: (_answer, id) => toast({ text: t(id === null ? "logins.endedOthers" : "logins.ended") }),
    onError: (error) => toast({ text: problemText(error), tone: "danger" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["logins"] }),
  });
  const others = logins.data?.data.filter((one) => !one.isCurrent).length ?? 0;
  return (
    <Page
      title={t("settings.security")}
      purpose={t("settings.security.purpose")}
      actions={
        others > 0 && (
          <Button isBusy={end.isPending && end.variables === null} onClick={() => end.mutate(null)}>
            {t("logins.endOthers")}
          </Button>
        )
      }
    >
      <Loaded query={logins}>
        {({ data }) => (
          <>
            <ul aria-label={t("logins.list")} className="flex flex-col divide-y divide-line border-y border-line">
              {data
                .toSorted((a, b) => Number(b.isCurrent) - Number(a.isCurrent))
                .map((login) => (
                  <Device
                    key={login.id}
                    login={login}
                    isBusy={end.isPending && end.variables === login.id}
                    onEnd={() => end.mutate(login.id)}
                  />
                ))}
            </ul>
            {others === 0 && <p className="text-text-2">{t("logins.only")}</p>}
          </>
        )}
      </Loaded>
      <SignInHistory />
    </Page>
  );
}

function Device({ login, isBusy, onEnd }: { login: Login; isBusy: boolean; onEnd: () => void }) {
  const name = deviceName(login);
  return (
    <li className="flex min-h-16 flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          {name}
          {login.isCurrent && <Badge tone="ink">{t("logins.this")}</Badge>}
        </p>
        <p className="text-meta text-text-2">
          {login.ip && (
            <>
              <bdi dir="ltr">{login.ip}</bdi>
              {" · "}
            </>
          )}
          <Said text="logins.lastUsed" at={login.lastUsedAt} /> · <Said text="logins.since" at={login.createdAt} />
        </p>
      </div>
      {!login.isCurrent && (
        <Button size="small" isBusy={isBusy} aria-label={t("logins.endNamed", { name })} onClick={onEnd}>
          {t("logins.end")}
        </Button>
      )}
    </li>
  );
}
