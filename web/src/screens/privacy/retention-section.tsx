import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { adminApi, adminQueries, type Retention } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { inDays } from "../../time.ts";
import { buttonStyle } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { SaveMark, useSave } from "../../ui/saved-field.tsx";
import { Select } from "../../ui/select.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { problemText } from "../shell/problem-text.ts";
import { SettingRow } from "../settings/setting-row.tsx";
import { useCan } from "../shell/use-can.ts";

const choices = [30, 90, 180, 365, 730, 1095, 1825, 3650];

/** How long people and notes are kept; saved when chosen. What was said follows its channel. */
export function RetentionSection() {
  const retention = useQuery(adminQueries.retention());
  return (
    <Section title={t("privacy.keep")} purpose={t("privacy.keep.purpose")}>
      <Loaded query={retention}>
        {(kept) => (
          <div className="flex flex-col gap-4">
            <DaysChoice kept={kept} name="contactInactiveDays" />
            <DaysChoice kept={kept} name="noteDays" />
          </div>
        )}
      </Loaded>
      <SettingRow
        title={t("privacy.keep.channels")}
        text={t("privacy.keep.channels.hint")}
        action={
          <Link {...links.channels()} className={buttonStyle()}>
            {t("privacy.keep.channels.open")}
          </Link>
        }
      />
    </Section>
  );
}

function DaysChoice({ kept, name }: { kept: Retention; name: keyof Retention }) {
  const canManage = useCan("workspace:manage");
  const [state, save] = useSave(problemText);
  const value = kept[name];
  const choose = (days: number): void =>
    save(async () => {
      queryClient.setQueryData(adminQueries.retention().queryKey, await adminApi.chooseRetention({ [name]: days }));
    });
  const options = [...new Set([...choices, value])].toSorted((a, b) => a - b);
  return (
    <Field
      label={t(`privacy.keep.${name}`)}
      hint={canManage ? t(`privacy.keep.${name}.hint`) : t("page.needsAdmin")}
      error={state.kind === "failed" ? state.message : undefined}
      aside={<SaveMark state={state} savedLabel={t("page.saved")} />}
    >
      {(props) => (
        <Select
          {...props}
          className="max-w-60"
          disabled={!canManage}
          value={String(value)}
          onChange={(days) => choose(Number(days))}
          options={options.map((days) => ({ value: String(days), label: inDays(days) }))}
        />
      )}
    </Field>
  );
}
