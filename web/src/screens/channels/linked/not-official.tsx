import { t } from "../../../text.ts";
import { Badge } from "../../../ui/badge.tsx";

/** Stands wherever a channel does that is not `isOfficial`. */
export function NotOfficial() {
  return <Badge tone="warning">{t("channel.notOfficial")}</Badge>;
}
