import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ResultOf } from "@keepword/sdk";
import Trash2 from "lucide-react/icons/trash-2";
import { useState } from "react";
import { adminApi, type ContactField } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Badge } from "../../ui/badge.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { useSave } from "../../ui/saved-field.tsx";
import { Select } from "../../ui/select.tsx";
import { isSpecial } from "../settings/field-words.ts";
import { problemText } from "../shell/problem-text.ts";
import { useCan } from "../shell/use-can.ts";
import { AttributeEditor } from "./attribute-editor.tsx";

type Contact = ResultOf<"contact.get">;
type Values = Record<string, string>;

/** The contact's values, each saved when it is left, and the workspace's other fields to choose from. */
export function Attributes({ contact, canWrite }: { contact: Contact; canWrite: boolean }) {
  const all = useQuery(queries.contactAttributes()).data?.data;
  const seesSpecial = useCan("contact:special");
  const canManage = useCan("workspace:manage");
  const [added, setAdded] = useState<readonly string[]>([]);
  const [failure, save] = useSave(problemText);
  const values = contact.attributes as Values;
  const fields = (all ?? []).filter(
    ({ category, removedAt }) => removedAt === null && (seesSpecial || !isSpecial(category)),
  );
  const names = [...new Set([...Object.keys(values), ...added])];
  const free = fields.filter(({ name }) => !names.includes(name));
  // The server replaces all attributes; what another tab added meanwhile is read first.
  const change = async (edit: (next: Values) => void): Promise<void> => {
    const { queryKey, queryFn } = queries.contact(contact.id);
    const fresh = await queryClient.fetchQuery({ queryKey, queryFn: queryFn as never, staleTime: 0 });
    const next = { ...(fresh as Contact).attributes } as Values;
    edit(next);
    const saved = await adminApi.changeContact(contact.id, { attributes: next });
    queryClient.setQueryData(queryKey, saved as never);
  };
  const set = (name: string, value: string) => change((next) => void (next[name] = value));
  const add = (name: string): void => {
    // off is a value: a switch that says so without one would lie
    if (fields.find((one) => one.name === name)?.type === "boolean") save(() => set(name, "false"));
    else setAdded([...added, name]);
  };
  const remove = (name: string): void => {
    setAdded(added.filter((one) => one !== name));
    if (name in values) save(() => change((next) => Reflect.deleteProperty(next, name)));
  };
  if (!all) return null;
  return (
    <div className="flex flex-col gap-3">
      {names.length === 0 && <p className="text-text-2">{t("contact.attributes.empty")}</p>}
      {names.map((name) => {
        const field = fields.find((one) => one.name === name);
        return (
          <div key={name} className="flex items-start gap-2">
            <div className="min-w-0 grow">
              <AttributeEditor
                field={field}
                label={<FieldLabel name={name} field={field} />}
                value={values[name] ?? ""}
                hint={field ? undefined : t("contact.attribute.undeclared")}
                disabled={!canWrite || !field}
                onSave={(value) => set(name, value)}
              />
            </div>
            {canWrite && (
              <IconButton
                icon={Trash2}
                label={t("contact.attribute.remove", { name: field?.label ?? name })}
                className={field?.type === "boolean" ? "" : "mt-7"}
                onClick={() => remove(name)}
              />
            )}
          </div>
        );
      })}
      {failure.kind === "failed" && (
        <p role="alert" className="text-meta text-brick">
          {failure.message}
        </p>
      )}
      {canWrite && free.length > 0 && (
        <div className="max-w-60">
          <Select
            label={t("contact.attribute.add")}
            value=""
            onChange={(name) => name !== "" && add(name)}
            options={[
              { value: "", label: t("contact.attribute.add") },
              ...free.map(({ name, label }) => ({ value: name, label })),
            ]}
          />
        </div>
      )}
      {canManage && fields.length === 0 && (
        <p>
          <Link {...links.settings("fields")} className="text-ink underline">
            {t("contact.attributes.setUp")}
          </Link>
        </p>
      )}
    </div>
  );
}

function FieldLabel({ name, field }: { name: string; field: ContactField | undefined }) {
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <span dir="auto">{field?.label ?? name}</span>
      {field && isSpecial(field.category) && <Badge tone="seal">{t("fields.special")}</Badge>}
    </span>
  );
}
