import { t } from "../../../text.ts";
import { Kbd } from "../../../ui/kbd.tsx";

export function NothingOpen() {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 border-s border-line bg-surface text-text-2">
      <p>{t("inbox.nothingOpen")}</p>
      <p className="flex items-center gap-1.5 text-meta pointer-coarse:hidden">
        <Kbd keys="j" /> <Kbd keys="k" /> {t("inbox.nothingOpen.keys")} <Kbd keys="?" />
      </p>
    </div>
  );
}
