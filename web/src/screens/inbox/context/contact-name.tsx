import Pencil from "lucide-react/icons/pencil";
import { useState } from "react";
import { api, type ContactRef } from "../../../api.ts";
import { renameContact } from "../../../cache.ts";
import { t } from "../../../text.ts";
import { Input } from "../../../ui/input.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { toast } from "../../../ui/toast.tsx";
import { contactName } from "../people.ts";

/** The name, changed in place: Enter keeps it, Escape leaves it. */
export function ContactName({ contact }: { contact: ContactRef }) {
  const [draft, setDraft] = useState<string | null>(null);
  const save = async (): Promise<void> => {
    const name = draft?.trim() ?? "";
    setDraft(null);
    if (name === "" || name === contact.name) return;
    renameContact(contact.id, name);
    try {
      await api.renameContact(contact.id, name);
    } catch (error) {
      renameContact(contact.id, contact.name);
      toast({ text: error instanceof Error && error.message ? error.message : t("change.failed"), tone: "danger" });
    }
  };
  if (draft !== null) {
    return (
      <Input
        autoFocus
        dir="auto"
        aria-label={t("context.name")}
        value={draft}
        maxLength={256}
        className="text-center"
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => void save()}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
          if (event.key === "Escape") {
            event.stopPropagation();
            setDraft(null);
          }
        }}
      />
    );
  }
  return (
    <div className="flex max-w-full items-center gap-1 ps-8">
      <h2 dir="auto" className="truncate text-pane font-semibold">
        {contactName(contact)}
      </h2>
      <IconButton
        icon={Pencil}
        iconSize={14}
        label={t("context.rename")}
        size="small"
        onClick={() => setDraft(contact.name ?? "")}
      />
    </div>
  );
}
