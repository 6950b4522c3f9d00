import { useQuery } from "@tanstack/react-query";
import { adminApi, adminQueries, type Agreement } from "../../admin-api.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { locale, t } from "../../text.ts";
import { dayAndTime } from "../../time.ts";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { useSave } from "../../ui/saved-field.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";

/** The workspace's contract with whoever runs the server; an owner accepts it. */
export function AgreementsSection({ isOwner }: { isOwner: boolean }) {
  const agreements = useQuery(adminQueries.agreements());
  return (
    <Section title={t("agreements")} purpose={t("agreements.purpose")}>
      <Loaded query={agreements}>
        {({ data }) => (
          <ul aria-label={t("agreements")} className="flex flex-col divide-y divide-line">
            {data.map((one) => (
              <AgreementRow key={one.document} one={one} isOwner={isOwner} />
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}

function AgreementRow({ one, isOwner }: { one: Agreement; isOwner: boolean }) {
  const [state, save] = useSave(problemText);
  const { document, version, path, changesPath, acceptedAt } = one;
  const accept = (): void =>
    save(async () => {
      queryClient.setQueryData(
        adminQueries.agreements().queryKey,
        await adminApi.acceptAgreement({ document, version }),
      );
      // whether it may send
      await queryClient.invalidateQueries(queries.me());
    });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3">
      <div className="min-w-0 grow basis-60">
        <a
          href={`${path}?lang=${locale()}`}
          target="_blank"
          rel="noopener noreferrer"
          className="font-medium text-ink underline underline-offset-2"
        >
          {t(`agreements.${document}`)}
        </a>
        {changesPath !== null && (
          <>
            {" · "}
            <a
              href={`${changesPath}&lang=${locale()}`}
              target="_blank"
              rel="noopener noreferrer"
              className="text-ink underline underline-offset-2"
            >
              {t("agreements.changes")}
            </a>
          </>
        )}
        <p className="text-text-2">
          {acceptedAt === null
            ? t(isOwner ? "agreements.open" : "agreements.open.owner")
            : t("agreements.accepted", { when: dayAndTime(acceptedAt) })}
        </p>
        {state.kind === "failed" && (
          <p role="alert" className="text-brick">
            {state.message}
          </p>
        )}
      </div>
      {isOwner && acceptedAt === null && (
        <Button isBusy={state.kind === "saving"} onClick={accept}>
          {t("agreements.accept")}
        </Button>
      )}
    </li>
  );
}
