import { useMutation, useQuery } from "@tanstack/react-query";
import { adminApi, adminQueries } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { dayName } from "../../time.ts";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { toast } from "../../ui/toast.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";

/** The invitations that are still open; a link itself is never shown again. */
export function Invitations() {
  const list = useQuery(adminQueries.invitations());
  const withdraw = useMutation({
    mutationFn: (id: string) => adminApi.withdrawInvitation(id),
    onSuccess: () => toast({ text: t("invites.withdrawn") }),
    onError: (error) => toast({ text: problemText(error), tone: "danger" }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["invitations"] }),
  });
  return (
    <Section title={t("invites.title")} purpose={t("invites.purpose")}>
      <Loaded query={list}>
        {({ data }) => {
          const open = data.filter((one) => one.state === "open");
          if (open.length === 0) return <p className="text-text-2">{t("invites.empty")}</p>;
          return (
            <ul aria-label={t("invites.title")} className="flex flex-col divide-y divide-line border-y border-line">
              {open.map((invitation) => {
                const name = invitation.email ?? t("invites.anyone");
                return (
                  <li key={invitation.id} className="flex min-h-14 items-center justify-between gap-3 py-2">
                    <div className="min-w-0">
                      <p className="truncate font-medium">
                        <bdi>{name}</bdi>
                      </p>
                      <p className="text-meta text-text-2">
                        {t(`page.role.${invitation.role}`)} ·{" "}
                        {t("invites.until", { at: dayName(invitation.expiresAt) })}
                      </p>
                    </div>
                    <Button
                      size="small"
                      aria-label={t("invites.withdrawNamed", { name })}
                      isBusy={withdraw.isPending && withdraw.variables === invitation.id}
                      onClick={() => withdraw.mutate(invitation.id)}
                    >
                      {t("invites.withdraw")}
                    </Button>
                  </li>
                );
              })}
            </ul>
          );
        }}
      </Loaded>
    </Section>
  );
}
