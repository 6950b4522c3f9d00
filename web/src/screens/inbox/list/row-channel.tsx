import { t } from "../../../text.ts";
import { cx } from "../../../ui/cx.ts";
import { markOf } from "../../../ui/glyphs.tsx";
import { useChannels } from "../people.ts";

/**
 * Over which channel a conversation goes: told where there are several, and seen where another one that works has the same mark. One that
 * was never linked or is gone puts no name on the others' rows, its own rows have theirs.
 */
export function RowChannel({ id }: { id: string }) {
  const channels = useChannels();
  const channel = channels.find((one) => one.id === id);
  if (!channel || channels.length < 2) return null;
  const isAlike = channels.some(
    (one) => one !== channel && one.status === "connected" && markOf(one.provider) === markOf(channel.provider),
  );
  return (
    <>
      <span className="sr-only">{t("context.channel")} </span>
      <span
        dir="auto"
        title={isAlike ? channel.name : undefined}
        className={cx(isAlike ? "max-w-2/5 shrink-0 truncate text-meta text-text-2" : "sr-only")}
      >
        {channel.name}
      </span>
    </>
  );
}
