import WifiOff from "lucide-react/icons/wifi-off";
import { useEffect, useState } from "react";
import { useConnection } from "../../stream.ts";
import { t } from "../../text.ts";
import { Icon } from "../../ui/icon.tsx";
import { Tooltip } from "../../ui/tooltip.tsx";

const graceMs = 3_000;

/** Says nothing about short gaps; after three seconds it says that the app is reconnecting. */
export function ConnectionMark() {
  const { state, since } = useConnection();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    if (state === "open") return setLate(false);
    const timer = setTimeout(() => setLate(true), Math.max(0, since + graceMs - Date.now()));
    return () => clearTimeout(timer);
  }, [state, since]);
  const text = navigator.onLine ? t("stream.reconnecting") : t("stream.offline");
  return (
    <span role="status" className="contents">
      {isLate && (
        <Tooltip text={text} side="inline-end">
          <span tabIndex={0} className="flex size-10 items-center justify-center rounded-control text-ochre">
            <Icon of={WifiOff} size={20} />
            <span className="sr-only">{text}</span>
          </span>
        </Tooltip>
      )}
    </span>
  );
}
