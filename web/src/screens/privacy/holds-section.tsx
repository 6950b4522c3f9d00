import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { adminApi, adminQueries, type LegalHold } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { dayAndTime } from "../../time.ts";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { HoldDialog } from "./hold-dialog.tsx";

const refresh = (): Promise<void> => queryClient.invalidateQueries(adminQueries.holds());

/** What must not be deleted although it is due or asked for; only owners place and release. */
export function HoldsSection({ isOwner }: { isOwner: boolean }) {
  const holds = useQuery(adminQueries.holds());
  const [isPlacing, setPlacing] = useState(false);
  const [releasing, setReleasing] = useState<LegalHold | null>(null);
  return (
    <Section title={t("privacy.holds")} purpose={t("privacy.holds.purpose")}>
      <Loaded query={holds}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="text-text-2">{t("privacy.holds.none")}</p>
          ) : (
            <ul aria-label={t("privacy.holds")} className="flex flex-col divide-y divide-line">
              {data.map((hold) => (
                <HoldRow key={hold.id} hold={hold} isOwner={isOwner} onRelease={() => setReleasing(hold)} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {isOwner ? (
        <div>
          <Button onClick={() => setPlacing(true)}>{t("privacy.holds.place")}</Button>
        </div>
      ) : (
        <p className="text-meta text-text-2">{t("privacy.needsOwner")}</p>
      )}
      {isPlacing && <HoldDialog onClose={() => setPlacing(false)} onPlaced={refresh} />}
      <ConfirmDialog
        isOpen={releasing !== null}
        onClose={() => setReleasing(null)}
        title={t("privacy.holds.release.title")}
        text={t("privacy.holds.release.text")}
        actionLabel={t("privacy.holds.release")}
        onConfirm={async () => {
          if (releasing) await adminApi.releaseHold(releasing.id);
          await refresh();
        }}
      />
    </Section>
  );
}

function HoldRow({ hold, isOwner, onRelease }: { hold: LegalHold; isOwner: boolean; onRelease: () => void }) {
  const isOver = hold.releasedAt !== null || new Date(hold.until).getTime() <= Date.now();
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3">
      <div className="min-w-0 grow basis-60">
        <p className="font-medium">
          {hold.contactId === null ? (
            t("privacy.holds.workspace")
          ) : (
            <Link {...links.contact(hold.contactId)} className="text-ink underline underline-offset-2">
              {t("privacy.holds.contact")}
            </Link>
          )}
        </p>
        <p className="text-text-2">
          {t(`privacy.holds.reason.${hold.reason}`)}
          {" · "}
          {hold.releasedAt === null
            ? t("privacy.holds.until", { when: dayAndTime(hold.until) })
            : t("privacy.holds.released", { when: dayAndTime(hold.releasedAt) })}
        </p>
      </div>
      {isOwner && !isOver && <Button onClick={onRelease}>{t("privacy.holds.release")}</Button>}
    </li>
  );
}
