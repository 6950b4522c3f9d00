import { useQuery } from "@tanstack/react-query";
import { adminApi, adminQueries, type AlertSettings } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { nameOf, t } from "../../text.ts";
import { Field } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { RadioList } from "../../ui/radio-list.tsx";
import { Select } from "../../ui/select.tsx";
import { SaveMark, useSave } from "../../ui/saved-field.tsx";
import { MailNote } from "../shell/mail-note.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { problemText } from "../shell/problem-text.ts";
import { useCan } from "../shell/use-can.ts";

const choices: readonly AlertSettings["recipients"][] = ["owners_and_admins", "owners", "nobody"];

const languages = (["en", "de", "ar"] satisfies AlertSettings["language"][]).map((value) => ({
  value,
  label: nameOf(value),
}));

/** Who is told by mail, and in which language; saved when chosen. */
export function AlertChoice() {
  const settings = useQuery(adminQueries.alertSettings());
  const canManage = useCan("workspace:manage");
  const [state, save] = useSave(problemText);
  const choose = (change: Partial<AlertSettings>): void =>
    save(async () => {
      queryClient.setQueryData(adminQueries.alertSettings().queryKey, await adminApi.chooseAlerts(change));
    });
  return (
    <Section title={t("health.alerts")} purpose={t("health.alerts.purpose")}>
      <MailNote />
      <Loaded query={settings}>
        {({ recipients, language }) => (
          <>
            <RadioList
              label={t("health.alerts")}
              value={recipients}
              onChange={(value) => choose({ recipients: value })}
              disabled={!canManage}
              options={choices.map((value) => ({ value, label: t(`health.alerts.${value}`) }))}
            />
            <div className="max-w-60">
              <Field label={t("health.alerts.language")}>
                {(props) => (
                  <Select
                    {...props}
                    value={language}
                    onChange={(value) => choose({ language: value })}
                    disabled={!canManage}
                    options={languages}
                  />
                )}
              </Field>
            </div>
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
