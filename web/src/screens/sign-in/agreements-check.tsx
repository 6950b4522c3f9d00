import { locale, t } from "../../text.ts";
import { textLink } from "./auth-page.tsx";
import { StatementCheck, type StatementProps } from "./statement-check.tsx";

/** The contract of the new workspace; a statement of its own, bundled with nothing. */
export function AgreementsCheck(props: StatementProps) {
  return (
    <StatementCheck {...props} label={t("auth.agreements")} missing={t("auth.agreements.missing")}>
      <p className="flex flex-wrap gap-x-4 text-meta">
        {(["terms", "data-processing"] as const).map((path) => (
          <a
            key={path}
            href={`/privacy/${path}?lang=${locale()}`}
            target="_blank"
            rel="noopener noreferrer"
            className={textLink}
          >
            {t(`agreements.${path === "terms" ? "terms" : "data_processing"}`)}
          </a>
        ))}
      </p>
    </StatementCheck>
  );
}
