import { useQuery } from "@tanstack/react-query";
import MessageSquareText from "lucide-react/icons/message-square-text";
import Pencil from "lucide-react/icons/pencil";
import Trash2 from "lucide-react/icons/trash-2";
import { useState } from "react";
import { adminApi, type SavedReply } from "../../admin-api.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { ReplyDialog } from "./reply-dialog.tsx";

const refresh = (): Promise<void> => queryClient.invalidateQueries(queries.savedReplies());

/** The team's answers; in the composer they come with `/` and their shortcut. */
export function RepliesSection() {
  const replies = useQuery(queries.savedReplies());
  const [edited, setEdited] = useState<SavedReply | "new" | null>(null);
  const [removed, setRemoved] = useState<SavedReply | null>(null);
  const add = (
    <Button look="primary" onClick={() => setEdited("new")}>
      {t("replies.add")}
    </Button>
  );
  return (
    <Page title={t("settings.replies")} purpose={t("settings.replies.purpose")}>
      <Loaded query={replies}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState
              icon={MessageSquareText}
              title={t("replies.empty.title")}
              text={t("replies.empty.text")}
              action={add}
            />
          ) : (
            <>
              <div>{add}</div>
              <ul
                aria-label={t("settings.replies")}
                className="flex flex-col divide-y divide-line border-y border-line"
              >
                {data.map((reply) => (
                  <li key={reply.id} className="flex items-start gap-3 py-2.5">
                    <div className="flex min-w-0 grow flex-col gap-0.5">
                      <bdi className="text-match font-medium">/{reply.shortcut}</bdi>
                      <p dir="auto" className="text-match line-clamp-2 break-words whitespace-pre-line text-text-2">
                        {reply.text}
                      </p>
                    </div>
                    <IconButton
                      icon={Pencil}
                      label={t("replies.edit", { shortcut: reply.shortcut })}
                      onClick={() => setEdited(reply)}
                    />
                    <IconButton
                      icon={Trash2}
                      label={t("replies.remove", { shortcut: reply.shortcut })}
                      onClick={() => setRemoved(reply)}
                    />
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
      {edited && (
        <ReplyDialog
          reply={edited === "new" ? undefined : edited}
          onClose={() => setEdited(null)}
          onSaved={async () => {
            await refresh();
            setEdited(null);
          }}
        />
      )}
      {removed && (
        <ConfirmDialog
          isOpen
          onClose={() => setRemoved(null)}
          title={t("replies.remove.title", { shortcut: removed.shortcut })}
          text={t("replies.remove.text")}
          actionLabel={t("page.remove")}
          onConfirm={async () => {
            await adminApi.removeReply(removed.id);
            await refresh();
          }}
        />
      )}
    </Page>
  );
}
