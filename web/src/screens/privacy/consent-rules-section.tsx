import { useQuery } from "@tanstack/react-query";
import { adminApi, adminQueries, type ConsentRule } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { inDays } from "../../time.ts";
import { Field } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { SaveMark, useSave } from "../../ui/saved-field.tsx";
import { Select } from "../../ui/select.tsx";
import { Switch } from "../../ui/switch.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";

const choices = [90, 180, 365, 730, 1095];
const untilWithdrawn = "none";

/** What a consent has to be, per purpose; saved when chosen. */
export function ConsentRulesSection() {
  const rules = useQuery(adminQueries.consentRules());
  return (
    <Section title={t("privacy.rules")} purpose={t("privacy.rules.purpose")}>
      <Loaded query={rules}>
        {({ data }) => (
          <ul aria-label={t("privacy.rules")} className="flex flex-col divide-y divide-line">
            {data.map((rule) => (
              <li key={rule.purpose} className="py-3">
                <RuleRow rule={rule} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}

function RuleRow({ rule }: { rule: ConsentRule }) {
  const [state, save] = useSave(problemText);
  const { purpose, needsConfirmation, validDays, minAge } = rule;
  const change = (next: Partial<ConsentRule>): void =>
    save(async () => {
      await adminApi.setConsentRule(purpose, { needsConfirmation, validDays, minAge, ...next });
      await queryClient.invalidateQueries(adminQueries.consentRules());
    });
  const days = [...new Set([...choices, ...(validDays === null ? [] : [validDays])])].toSorted((a, b) => a - b);
  return (
    <div className="flex flex-col gap-2">
      <Field
        label={t(`consent.purpose.${purpose}`)}
        hint={t("privacy.rules.valid")}
        error={state.kind === "failed" ? state.message : undefined}
        aside={<SaveMark state={state} savedLabel={t("page.saved")} />}
      >
        {(props) => (
          <Select
            {...props}
            className="max-w-60"
            value={validDays === null ? untilWithdrawn : String(validDays)}
            onChange={(value) => change({ validDays: value === untilWithdrawn ? null : Number(value) })}
            options={[
              { value: untilWithdrawn, label: t("privacy.rules.untilWithdrawn") },
              ...days.map((value) => ({ value: String(value), label: inDays(value) })),
            ]}
          />
        )}
      </Field>
      <Switch
        isOn={needsConfirmation}
        onChange={(isOn) => change({ needsConfirmation: isOn })}
        label={t("privacy.rules.confirm")}
        hint={t("privacy.rules.confirm.hint")}
      />
    </div>
  );
}
