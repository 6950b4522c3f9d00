import { useNavigate } from "@tanstack/react-router";
import History from "lucide-react/icons/history";
import KeyRound from "lucide-react/icons/key-round";
import MoreHorizontal from "lucide-react/icons/ellipsis";
import Power from "lucide-react/icons/power";
import Trash from "lucide-react/icons/trash-2";
import { adminApi, type Endpoint } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { Menu, MenuItem } from "../../ui/menu.tsx";
import { toast } from "../../ui/toast.tsx";
import { problemText } from "../shell/problem-text.ts";
import type { Act } from "./endpoint-acts.tsx";

export function EndpointMenu({ endpoint, onAct }: { endpoint: Endpoint; onAct: (act: Act) => void }) {
  const isOn = endpoint.status === "enabled";
  const switchOff = async (): Promise<void> => {
    try {
      await adminApi.disableEndpoint(endpoint.id);
      toast({ text: t("webhooks.disabled") });
      await queryClient.invalidateQueries({ queryKey: ["webhook-endpoints"] });
    } catch (error) {
      toast({ text: problemText(error), tone: "danger" });
    }
  };
  return (
    <Menu align="end" trigger={<IconButton icon={MoreHorizontal} label={t("webhooks.more")} />}>
      {isOn && (
        <MenuItem icon={History} onSelect={() => onAct("recover")}>
          {t("webhooks.recover")}
        </MenuItem>
      )}
      <MenuItem icon={KeyRound} onSelect={() => onAct("rotate")}>
        {t("webhooks.rotate")}
      </MenuItem>
      {isOn ? (
        <MenuItem icon={Power} onSelect={() => void switchOff()}>
          {t("webhooks.disable")}
        </MenuItem>
      ) : (
        <MenuItem icon={Power} onSelect={() => onAct("enable")}>
          {t("webhooks.enable")}
        </MenuItem>
      )}
      <MenuItem icon={Trash} tone="danger" onSelect={() => onAct("remove")}>
        {t("webhooks.remove")}
      </MenuItem>
    </Menu>
  );
}

/** Back to the list once the endpoint is gone. */
export function useLeave(): () => void {
  const navigate = useNavigate();
  return () => void navigate({ to: "/settings/$section", params: { section: "webhooks" } });
}
