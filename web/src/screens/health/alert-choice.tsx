import { useQuery } from "@tanstack/react-query";
import { adminApi, adminQueries, type AlertRecipients } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Section } from "../../ui/page.tsx";
import { RadioList } from "../../ui/radio-list.tsx";
import { SaveMark, useSave } from "../../ui/saved-field.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { problemText } from "../shell/problem-text.ts";
import { useCan } from "../shell/use-can.ts";

const choices: readonly AlertRecipients[] = ["owners_and_admins", "owners", "nobody"];

/** Who is told by mail; saved when chosen. */
export function AlertChoice() {
  const settings = useQuery(adminQueries.alertSettings());
  const canManage = useCan("workspace:manage");
  const [state, save] = useSave(problemText);
  const choose = (recipients: AlertRecipients): void =>
    save(async () => {
      queryClient.setQueryData(adminQueries.alertSettings().queryKey, await adminApi.chooseAlerts(recipients));
    });
  return (
    <Section title={t("health.alerts")} purpose={t("health.alerts.purpose")}>
      <Loaded query={settings}>
        {({ recipients }) => (
          <>
            <RadioList
              label={t("health.alerts")}
              value={recipients}
              onChange={choose}
              disabled={!canManage}
              options={choices.map((value) => ({ value, label: t(`health.alerts.${value}`) }))}
            />
            {!canManage && <p className="text-meta text-text-2">{t("page.needsAdmin")}</p>}
            {state.kind === "failed" ? (
              <p role="alert" className="text-brick">
                {state.message}
              </p>
            ) : (
              <SaveMark state={state} savedLabel={t("page.saved")} />
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}
