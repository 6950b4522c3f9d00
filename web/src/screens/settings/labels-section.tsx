import { useMutation, useQuery } from "@tanstack/react-query";
import Tag from "lucide-react/icons/tag";
import { useState, type FormEvent } from "react";
import { adminApi, type Label } from "../../admin-api.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Input } from "../../ui/input.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { ColorMenu } from "./color-menu.tsx";
import { LabelRow } from "./label-row.tsx";

const refresh = (): Promise<void> => queryClient.invalidateQueries(queries.labels());

export function LabelsSection() {
  const labels = useQuery(queries.labels());
  const [removed, setRemoved] = useState<Label | null>(null);
  return (
    <Page title={t("settings.labels")} purpose={t("settings.labels.purpose")}>
      <NewLabel />
      <Loaded query={labels}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState icon={Tag} title={t("labels.empty.title")} text={t("labels.empty.text")} />
          ) : (
            <ul aria-label={t("settings.labels")} className="flex flex-col divide-y divide-line border-y border-line">
              {data.map((label) => (
                <LabelRow key={label.id} label={label} onRemove={() => setRemoved(label)} onChanged={refresh} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {removed && (
        <ConfirmDialog
          isOpen
          onClose={() => setRemoved(null)}
          title={t("labels.remove.title", { name: removed.name })}
          text={t("labels.remove.text")}
          actionLabel={t("page.remove")}
          onConfirm={async () => {
            await adminApi.removeLabel(removed.id);
            await refresh();
          }}
        />
      )}
    </Page>
  );
}

function NewLabel() {
  const [name, setName] = useState("");
  const [color, setColor] = useState<Label["color"]>("blue");
  const make = useMutation({
    mutationFn: () => adminApi.createLabel({ name: name.trim(), color }),
    onSuccess: async () => {
      setName("");
      await refresh();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim()) make.mutate();
  };
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-1.5">
      <div className="flex items-center gap-2">
        <ColorMenu label={t("labels.color", { name: t("labels.new") })} value={color} onChange={setColor} />
        <Input
          dir="auto"
          aria-label={t("labels.new")}
          placeholder={t("labels.new")}
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={!name.trim()} isBusy={make.isPending}>
          {t("labels.add")}
        </Button>
      </div>
      {make.isError && (
        <p role="alert" className="text-meta text-brick">
          {problemText(make.error)}
        </p>
      )}
    </form>
  );
}
