import { useMutation, useQuery } from "@tanstack/react-query";
import type { ResultOf } from "@keepword/sdk";
import { useState } from "react";
import { adminApi, adminQueries, type ConsentStanding } from "../../admin-api.ts";
import type { Contact } from "../../api.ts";
import { locale, t, type TextKey } from "../../text.ts";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyWell } from "../../ui/copy-well.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { GroundLine } from "./ground-line.tsx";
import { useReach } from "./write-button.tsx";

const tones: Partial<Record<ConsentStanding["standing"], Tone>> = {
  ...{ confirmed: "success", granted: "success", imported: "success" },
  ...{ platform_stopped: "danger", objected: "danger", withdrawn: "danger" },
  ...{ requested: "warning", expired: "warning" },
};

/** Consents to something else than being written to: nothing of them is sent. */
const ofUse: readonly string[] = ["ai_transcription", "disclosure"];

/** What the person agreed to, on which ground they were imported, and the link to their own page. */
export function ContactPrivacy({ contact, canWrite }: { contact: Contact; canWrite: boolean }) {
  const standing = useQuery(adminQueries.consentStanding(contact.id));
  // whatever they agreed to: nothing is sent meanwhile
  const isRestricted = contact.restrictedAt !== null;
  return (
    <>
      <Loaded query={standing}>
        {({ data, grounds, isWhole }) => (
          <>
            {!isWhole && <p className="rounded-control bg-brick-weak px-3 py-2 text-brick">{t("consent.broken")}</p>}
            <ul className="flex flex-col divide-y divide-line">
              {data.map((one) => (
                <Purpose key={one.purpose} one={one as ConsentStanding} isRestricted={isRestricted} />
              ))}
              {grounds.length > 0 && <Grounds grounds={grounds} />}
            </ul>
          </>
        )}
      </Loaded>
      {canWrite && <PageLink contact={contact} />}
    </>
  );
}

function Purpose({ one, isRestricted }: { one: ConsentStanding; isRestricted: boolean }) {
  const tone = isRestricted ? undefined : tones[one.standing];
  const maySend = one.maySend && !isRestricted;
  const day = new Intl.DateTimeFormat(locale(), { dateStyle: "medium" });
  const may = ofUse.includes(one.purpose)
    ? t(maySend ? "consent.mayUse" : "consent.mayNotUse")
    : t(maySend ? "consent.maySend" : "consent.mayNotSend");
  return (
    <li className="flex items-center justify-between gap-x-4 py-2">
      <div className="min-w-0">
        <p>{t(`consent.purpose.${one.purpose}` as TextKey)}</p>
        <p className="text-meta text-text-2">
          {t(`consent.standing.${one.standing}`)}
          {one.since !== null && ` ${t("consent.since", { at: day.format(new Date(one.since)) })}`}
        </p>
      </div>
      <Badge {...(tone ? { tone } : {})}>{may}</Badge>
    </li>
  );
}

type Ground = ResultOf<"consent.standing">["grounds"][number];

/** Why whoever imported the person said that their data may be used: one line for each ground. */
function Grounds({ grounds }: { grounds: readonly Ground[] }) {
  return (
    <li className="py-2">
      <p>{t("consent.ground")}</p>
      {grounds.map(({ consentId, basis, occurredAt, importedBy }) => (
        <GroundLine key={consentId} basis={basis} at={occurredAt} by={importedBy} />
      ))}
    </li>
  );
}

/** Shown once: the server keeps only its fingerprint. */
function PageLink({ contact: { id: contactId, conversationIds } }: { contact: Contact }) {
  const reach = useReach(contactId);
  const [url, setUrl] = useState<string | null>(null);
  const make = useMutation({
    mutationFn: () => adminApi.createContactLink(contactId),
    onSuccess: (made) => setUrl(made.url),
  });
  const isUnreachable = conversationIds.length === 0 && reach?.length === 0;
  return (
    <div className="flex flex-col items-start gap-2">
      <p className="text-text-2">{t("consent.page.purpose")}</p>
      {isUnreachable ? (
        <p className="text-text-2">{t("consent.page.noChannel")}</p>
      ) : url === null ? (
        <Button isBusy={make.isPending} onClick={() => make.mutate()}>
          {t("consent.page.make")}
        </Button>
      ) : (
        <div className="w-full" role="status">
          <CopyWell
            value={url}
            label={t("consent.page.link")}
            copyLabel={t("contact.copy", { value: t("consent.page.link") })}
            copiedLabel={t("app.copied")}
          />
          <p className="mt-1 text-meta text-text-2">{t("consent.page.once")}</p>
        </div>
      )}
      {make.isError && <p className="text-brick">{problemText(make.error)}</p>}
    </div>
  );
}
