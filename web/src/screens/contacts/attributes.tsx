import type { ResultOf } from "@keepword/sdk";
import Trash2 from "lucide-react/icons/trash-2";
import { useState, type FormEvent } from "react";
import { adminApi } from "../../admin-api.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input } from "../../ui/input.tsx";
import { SavedField, SaveMark, useSave } from "../../ui/saved-field.tsx";
import { problemText } from "../shell/problem-text.ts";

type Contact = ResultOf<"contact.get">;
const maxName = 60;
const maxValue = 1000;

/** Names and values, each saved when it is left. */
export function Attributes({ contact, canWrite }: { contact: Contact; canWrite: boolean }) {
  const values: Record<string, string> = Object.fromEntries(
    Object.entries(contact.attributes).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  // The server replaces all attributes; what another tab added meanwhile is read first.
  const change = async (edit: (attributes: Record<string, string>) => void): Promise<void> => {
    const { queryKey, queryFn } = queries.contact(contact.id);
    const fresh = await queryClient.fetchQuery({ queryKey, queryFn: queryFn as never, staleTime: 0 });
    const next = { ...(fresh as Contact).attributes } as Record<string, string>;
    edit(next);
    const saved = await adminApi.changeContact(contact.id, { attributes: next });
    queryClient.setQueryData(queryKey, saved as never);
  };
  const [removal, save] = useSave(problemText);
  return (
    <div className="flex flex-col gap-3">
      {Object.keys(values).length === 0 && <p className="text-text-2">{t("contact.attributes.empty")}</p>}
      {Object.entries(values).map(([name, value]) => (
        <div key={name} className="flex items-end gap-2">
          <div className="min-w-0 grow">
            <SavedField
              label={<span dir="auto">{name}</span>}
              value={value}
              maxLength={maxValue}
              disabled={!canWrite}
              savedLabel={t("page.saved")}
              describe={problemText}
              onSave={(next) =>
                change((all) => {
                  all[name] = next;
                })
              }
            />
          </div>
          {canWrite && (
            <IconButton
              icon={Trash2}
              label={t("contact.attribute.remove", { name })}
              onClick={() => save(() => change((all) => Reflect.deleteProperty(all, name)))}
            />
          )}
        </div>
      ))}
      {removal.kind === "failed" && (
        <p role="alert" className="text-meta text-brick">
          {removal.message}
        </p>
      )}
      {canWrite && (
        <NewAttribute taken={Object.keys(values)} onAdd={(name, value) => change((all) => void (all[name] = value))} />
      )}
    </div>
  );
}

function NewAttribute({
  taken,
  onAdd,
}: {
  taken: readonly string[];
  onAdd: (name: string, value: string) => Promise<void>;
}) {
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const [state, save] = useSave(problemText);
  const isTaken = taken.includes(name.trim());
  const isReady = name.trim() !== "" && value.trim() !== "" && !isTaken;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isReady) return;
    save(async () => {
      await onAdd(name.trim(), value.trim());
      setName("");
      setValue("");
    });
  };
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-1.5">
      <div className="flex flex-wrap items-center gap-2">
        <Input
          dir="auto"
          aria-label={t("contact.attribute.name")}
          placeholder={t("contact.attribute.name")}
          className="min-w-30 flex-1"
          maxLength={maxName}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Input
          dir="auto"
          aria-label={t("contact.attribute.value")}
          placeholder={t("contact.attribute.value")}
          className="min-w-30 flex-2"
          maxLength={maxValue}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
        <Button type="submit" disabled={!isReady} isBusy={state.kind === "saving"}>
          {t("contact.attribute.add")}
        </Button>
      </div>
      {isTaken && <p className="text-meta text-text-2">{t("contact.attribute.taken")}</p>}
      {state.kind === "failed" ? (
        <p role="alert" className="text-meta text-brick">
          {state.message}
        </p>
      ) : (
        <SaveMark state={state} savedLabel={t("page.saved")} />
      )}
    </form>
  );
}
