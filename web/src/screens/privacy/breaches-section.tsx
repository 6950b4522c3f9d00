import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi, adminQueries, type Breach } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { dayAndTime, span } from "../../time.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Field, TextField } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { Select } from "../../ui/select.tsx";
import { SaveMark, useSave } from "../../ui/saved-field.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { RegisterDialog } from "./register-dialog.tsx";

const kinds = ["confidentiality", "integrity", "availability"] as const;
const steps = ["authorityToldAt", "peopleToldAt", "closedAt"] as const;
const refresh = (): Promise<void> => queryClient.invalidateQueries(adminQueries.breaches());

/** What was breached, with the authority's 72 hours. */
export function BreachesSection() {
  const breaches = useQuery(adminQueries.breaches());
  const [isAdding, setAdding] = useState(false);
  return (
    <Section title={t("privacy.breaches")} purpose={t("privacy.breaches.purpose")}>
      <Loaded query={breaches}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="text-text-2">{t("privacy.breaches.none")}</p>
          ) : (
            <ul aria-label={t("privacy.breaches")} className="flex flex-col divide-y divide-line">
              {data.map((one) => (
                <BreachRow key={one.id} one={one} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <div>
        <Button onClick={() => setAdding(true)}>{t("privacy.breaches.add")}</Button>
      </div>
      {isAdding && <BreachDialog onClose={() => setAdding(false)} />}
    </Section>
  );
}

function BreachRow({ one }: { one: Breach }) {
  const [state, save] = useSave(problemText);
  const note = (step: (typeof steps)[number]): void =>
    save(async () => {
      await adminApi.changeBreach(one.id, { [step]: new Date().toISOString() });
      await refresh();
    });
  const told = steps.flatMap((step) => {
    const at = one[step];
    return at === null ? [] : [t(`privacy.breaches.${step}`, { when: dayAndTime(at) })];
  });
  const isOpen = one.closedAt === null;
  return (
    <li className="flex flex-col gap-2 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-1">
        <p dir="auto" className="text-match min-w-0 grow basis-60 break-words whitespace-pre-line">
          {one.description}
        </p>
        <Clock one={one} />
      </div>
      <p className="text-text-2">
        {[
          t(`privacy.breaches.kind.${one.kind}`),
          ...(one.peopleAffected === null ? [] : [t("privacy.breaches.people", { count: one.peopleAffected })]),
          t("privacy.breaches.found", { when: dayAndTime(one.foundAt) }),
          ...(one.authorityToldAt === null && isOpen
            ? [t("privacy.breaches.due", { when: dayAndTime(one.authorityDueAt) })]
            : []),
          ...told,
        ].join(" · ")}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        {isOpen &&
          steps
            .filter((step) => one[step] === null)
            .map((step) => (
              <Button key={step} size="small" onClick={() => note(step)}>
                {t(`privacy.breaches.${step}.note`)}
              </Button>
            ))}
        <SaveMark state={state} savedLabel={t("page.saved")} />
      </div>
      {state.kind === "failed" && (
        <p role="alert" className="text-brick">
          {state.message}
        </p>
      )}
    </li>
  );
}

function Clock({ one }: { one: Breach }) {
  if (one.closedAt !== null) return <Badge>{t("privacy.breaches.closed")}</Badge>;
  if (one.authorityToldAt !== null) return <Badge tone="success">{t("privacy.breaches.told")}</Badge>;
  const left = new Date(one.authorityDueAt).getTime() - Date.now();
  return one.isOverdue || left <= 0 ? (
    <Badge tone="danger">{t("privacy.breaches.overdue")}</Badge>
  ) : (
    <Badge tone="warning">{t("privacy.breaches.left", { span: span(left) })}</Badge>
  );
}

function BreachDialog({ onClose }: { onClose: () => void }) {
  const [description, setDescription] = useState("");
  const [kind, setKind] = useState<Breach["kind"]>("confidentiality");
  const [people, setPeople] = useState("");
  const [found, setFound] = useState("");
  const add = async (): Promise<void> => {
    await adminApi.reportBreach({
      ...{ description, kind },
      ...(/^\d+$/.test(people.trim()) && { peopleAffected: Number(people) }),
      // as the browser's clock has it, in its own zone
      ...(found !== "" && { foundAt: new Date(found).toISOString() }),
    });
    await refresh();
  };
  return (
    <RegisterDialog
      title={t("privacy.breaches.add")}
      text={t("privacy.breaches.add.text")}
      onAdd={add}
      onClose={onClose}
    >
      <Field label={t("privacy.breaches.what")} hint={t("privacy.breaches.what.hint")}>
        {(props) => (
          <textarea
            {...props}
            dir="auto"
            rows={4}
            maxLength={10_000}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
            className="w-full resize-none rounded-control border border-edge bg-surface px-2.5 py-2"
          />
        )}
      </Field>
      <Field label={t("privacy.breaches.kind")}>
        {(props) => (
          <Select
            {...props}
            value={kind}
            onChange={setKind}
            options={kinds.map((value) => ({ value, label: t(`privacy.breaches.kind.${value}`) }))}
          />
        )}
      </Field>
      <TextField
        label={t("privacy.breaches.affected")}
        hint={t("privacy.breaches.affected.hint")}
        inputMode="numeric"
        dir="ltr"
        value={people}
        onChange={(event) => setPeople(event.target.value)}
      />
      <TextField
        label={t("privacy.breaches.when")}
        hint={t("privacy.breaches.when.hint")}
        type="datetime-local"
        value={found}
        onChange={(event) => setFound(event.target.value)}
      />
    </RegisterDialog>
  );
}
