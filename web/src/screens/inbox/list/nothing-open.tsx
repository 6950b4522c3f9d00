import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { queries } from "../../../queries.ts";
import { t, withPageTexts } from "../../../text.ts";
import { Kbd } from "../../../ui/kbd.tsx";

// Only a workspace that has just begun sees it, so it is no part of the inbox's cold start.
const SetupScreen = lazy(() =>
  withPageTexts(import("../../setup/setup-screen.tsx")).then((part) => ({ default: part.SetupScreen })),
);

/** Beside the list when no conversation is open: the first steps of an empty inbox, else the keys. */
export function NothingOpen() {
  const channels = useQuery(queries.channels()).data;
  const first = useQuery({ ...queries.counts() }).data;
  const isNew = channels !== undefined && first !== undefined && (channels.data.length === 0 || first.all === 0);
  if (isNew) {
    return (
      <div className="h-full border-s border-line bg-surface">
        <Suspense>
          <SetupScreen />
        </Suspense>
      </div>
    );
  }
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 border-s border-line bg-surface text-text-2">
      <p>{t("inbox.nothingOpen")}</p>
      <p className="flex items-center gap-1.5 text-meta pointer-coarse:hidden">
        <Kbd keys="j" /> <Kbd keys="k" /> {t("inbox.nothingOpen.keys")} <Kbd keys="?" />
      </p>
    </div>
  );
}
