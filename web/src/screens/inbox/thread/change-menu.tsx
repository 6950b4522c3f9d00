import Ellipsis from "lucide-react/icons/ellipsis";
import Pencil from "lucide-react/icons/pencil";
import Trash from "lucide-react/icons/trash-2";
import { lazy, Suspense, useState } from "react";
import type { Message } from "../../../api.ts";
import { t } from "../../../text.ts";
import { Menu, MenuItem } from "../../../ui/menu.tsx";
import { useChannel } from "../people.ts";

const ChangeDialog = lazy(() => import("./change-dialog.tsx").then((part) => ({ default: part.ChangeDialog })));

const minuteMs = 60_000;

/** What its network still lets us do to a message of ours; nothing, where nothing is left. */
export function ChangeMenu({ message, onOpenChange }: { message: Message; onOpenChange: (isOpen: boolean) => void }) {
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const changes = useChannel(message.channelId)?.changes;
  if (message.direction !== "outbound" || !changes) return null;
  const age = Date.now() - new Date(message.sentAt ?? message.receivedAt).getTime();
  const within = (minutes: number | null): boolean => minutes !== null && age < minutes * minuteMs;
  const canEdit = message.type === "text" && message.text !== undefined && within(changes.editMinutes);
  if (!canEdit && !within(changes.deleteMinutes)) return null;
  const close = (): void => {
    setOpen(null);
    onOpenChange(false);
  };
  const show = (what: "edit" | "delete") => (): void => {
    onOpenChange(true);
    setOpen(what);
  };
  return (
    <>
      <Menu
        align="end"
        trigger={
          <button
            type="button"
            aria-label={t("message.more")}
            className="flex size-7 items-center justify-center rounded-control text-text-2 hover:bg-hover hover:text-text data-popup-open:bg-hover pointer-coarse:size-9"
          >
            <Ellipsis size={16} strokeWidth={1.75} aria-hidden />
          </button>
        }
      >
        {canEdit && (
          <MenuItem icon={Pencil} onSelect={show("edit")}>
            {t("message.edit")}
          </MenuItem>
        )}
        {within(changes.deleteMinutes) && (
          <MenuItem icon={Trash} tone="danger" onSelect={show("delete")}>
            {t("message.delete")}
          </MenuItem>
        )}
      </Menu>
      {open && (
        <Suspense>
          <ChangeDialog message={message} what={open} minutes={changes.editMinutes ?? 0} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
