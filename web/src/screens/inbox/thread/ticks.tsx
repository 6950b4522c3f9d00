import Check from "lucide-react/icons/check";
import CheckCheck from "lucide-react/icons/check-check";
import Clock from "lucide-react/icons/clock";
import Play from "lucide-react/icons/play";
import TriangleAlert from "lucide-react/icons/triangle-alert";
import type { MessageStatus } from "../../../api.ts";
import { t, type TextKey } from "../../../text.ts";
import { Icon, type IconType } from "../../../ui/icon.tsx";

const looks: Record<Exclude<MessageStatus, "received">, { icon: IconType; label: TextKey; tone: string }> = {
  queued: { icon: Clock, label: "status.queued", tone: "text-text-2" },
  sent: { icon: Check, label: "status.sent", tone: "text-text-2" },
  delivered: { icon: CheckCheck, label: "status.delivered", tone: "text-text-2" },
  read: { icon: CheckCheck, label: "status.read", tone: "text-ink" },
  played: { icon: Play, label: "status.played", tone: "text-ink" },
  failed: { icon: TriangleAlert, label: "status.failed", tone: "text-brick" },
};

/** clock · ✓ · ✓✓ · ✓✓ in ink · ▶ · triangle */
export function Ticks({ status }: { status: MessageStatus }) {
  if (status === "received") return null;
  const look = looks[status];
  return (
    <span role="img" aria-label={t(look.label)} title={t(look.label)} className={`inline-flex shrink-0 ${look.tone}`}>
      <Icon of={look.icon} size={14} />
    </span>
  );
}
