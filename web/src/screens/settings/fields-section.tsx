import { useQuery } from "@tanstack/react-query";
import ListPlus from "lucide-react/icons/list-plus";
import Pencil from "lucide-react/icons/pencil";
import Trash2 from "lucide-react/icons/trash-2";
import { useState } from "react";
import type { ContactField } from "../../admin-api.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { useCan } from "../shell/use-can.ts";
import { FieldDialog } from "./field-dialog.tsx";
import { FieldRemoval } from "./field-removal.tsx";
import { categoryText, isSpecial, typeText } from "./field-words.ts";
import { SpecialSection } from "./special-section.tsx";

const refresh = (): Promise<void> => queryClient.invalidateQueries(queries.contactAttributes());

/** What may be noted about contacts: the workspace's own fields, and whether special categories are among them. */
export function FieldsSection() {
  const fields = useQuery(queries.contactAttributes());
  const canManage = useCan("workspace:manage");
  const [edited, setEdited] = useState<ContactField | "new" | null>(null);
  const [removed, setRemoved] = useState<ContactField | null>(null);
  const add = canManage ? (
    <Button look="primary" onClick={() => setEdited("new")}>
      {t("fields.add")}
    </Button>
  ) : null;
  return (
    <Page title={t("settings.fields")} purpose={t("settings.fields.purpose")}>
      <Loaded query={fields}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState icon={ListPlus} title={t("fields.empty.title")} text={t("fields.empty.text")} action={add} />
          ) : (
            <>
              {add && <div>{add}</div>}
              <ul aria-label={t("settings.fields")} className="flex flex-col divide-y divide-line border-y border-line">
                {data.map((field) => (
                  <FieldRow
                    key={field.id}
                    field={field}
                    {...(canManage && { onEdit: () => setEdited(field), onRemove: () => setRemoved(field) })}
                  />
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
      {canManage && <SpecialSection />}
      {edited && (
        <FieldDialog
          field={edited === "new" ? undefined : edited}
          onClose={() => setEdited(null)}
          onSaved={async () => {
            await refresh();
            setEdited(null);
          }}
        />
      )}
      {removed && <FieldRemoval field={removed} onClose={() => setRemoved(null)} onRemoved={refresh} />}
    </Page>
  );
}

function FieldRow({ field, onEdit, onRemove }: { field: ContactField; onEdit?: () => void; onRemove?: () => void }) {
  const { name, label, type, category, options, removedAt } = field;
  // what most fields are needs no word
  const what = category === "user.content" ? [] : [t(categoryText(category))];
  const said = [t(typeText(type)), ...what, ...(name === label ? [] : [name])];
  return (
    <li className="flex items-start gap-3 py-2.5">
      <div className="flex min-w-0 grow flex-col gap-0.5">
        <div className="flex flex-wrap items-center gap-2">
          <bdi className="text-match min-w-0 font-medium break-words">{label}</bdi>
          {isSpecial(category) && <Badge tone="seal">{t("fields.special")}</Badge>}
          {removedAt !== null && <Badge tone="warning">{t("fields.removing")}</Badge>}
        </div>
        <p className="text-match break-words text-text-2">
          {said.map((part, at) => (
            <span key={part}>
              {at > 0 && " · "}
              <bdi>{part}</bdi>
            </span>
          ))}
        </p>
        {removedAt !== null && <p className="text-meta text-text-2">{t("fields.removing.text")}</p>}
        {options.length > 0 && (
          <p dir="auto" className="text-match line-clamp-2 text-meta break-words text-text-2">
            {options.join(", ")}
          </p>
        )}
      </div>
      {onEdit && removedAt === null && (
        <IconButton icon={Pencil} label={t("fields.edit", { name: label })} onClick={onEdit} />
      )}
      {onRemove && removedAt === null && (
        <IconButton icon={Trash2} label={t("fields.remove", { name: label })} onClick={onRemove} />
      )}
    </li>
  );
}
