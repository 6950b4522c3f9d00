import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { links } from "../../../links.ts";
import { queries } from "../../../queries.ts";
import { t } from "../../../text.ts";
import { buttonStyle } from "../../../ui/button.tsx";
import { Kbd } from "../../../ui/kbd.tsx";
import { EmptyState } from "../../../ui/states.tsx";

export function NothingOpen() {
  const channels = useQuery(queries.channels()).data;
  const isNew = channels?.data.length === 0;
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 border-s border-line bg-surface text-text-2">
      {isNew ? (
        <EmptyState
          title={t("inbox.first.title")}
          text={t("inbox.first.text")}
          action={
            <Link {...links.setup()} className={buttonStyle()}>
              {t("nav.setup")}
            </Link>
          }
        />
      ) : (
        <>
          <p>{t("inbox.nothingOpen")}</p>
          <p className="flex items-center gap-1.5 text-meta pointer-coarse:hidden">
            <Kbd keys="j" /> <Kbd keys="k" /> {t("inbox.nothingOpen.keys")} <Kbd keys="?" />
          </p>
        </>
      )}
    </div>
  );
}
