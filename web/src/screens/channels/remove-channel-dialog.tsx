import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { adminApi, type Channel } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { RadioList } from "../../ui/radio-list.tsx";
import { toast } from "../../ui/toast.tsx";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";

export function RemoveChannelDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const [data, setData] = useState<"keep" | "purge">("keep");
  const navigate = useNavigate();
  const remove = async (): Promise<void> => {
    await adminApi.removeChannel(channel.id, data);
    await navigate(links.channels());
    queryClient.removeQueries({ queryKey: ["channel", channel.id] });
    await queryClient.invalidateQueries(queries.channels());
    toast({ text: t("channel.removed", { name: channel.name }) });
  };
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t("channel.remove.title", { name: channel.name })}
      text={[t("channel.remove.text"), ...(channel.hasSession ? [t("channel.remove.linked")] : [])].join(" ")}
      actionLabel={t(`channel.removeAnd.${data}`)}
      onConfirm={remove}
    >
      <RadioList
        label={t("channel.remove.data")}
        value={data}
        onChange={setData}
        options={[
          { value: "keep", label: t("channel.remove.keep"), hint: t("channel.remove.keep.hint") },
          { value: "purge", label: t("channel.remove.purge"), hint: t("channel.remove.purge.hint") },
        ]}
      />
    </ConfirmDialog>
  );
}
