import { t } from "../../../text.ts";
import { Badge } from "../../../ui/badge.tsx";

/** Stands wherever a linked phone's channel does. */
export function NotOfficial() {
  return <Badge tone="warning">{t("channel.notOfficial")}</Badge>;
}
