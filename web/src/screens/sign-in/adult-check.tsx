import { t } from "../../text.ts";
import { textLink } from "./auth-page.tsx";
import { StatementCheck, type StatementProps } from "./statement-check.tsx";

/** The age is attested and the policy named; no consent to anything is bundled with it. */
export function AdultCheck(props: StatementProps) {
  return (
    <StatementCheck {...props} label={t("auth.adult")} missing={t("auth.adult.missing")}>
      <p className="text-meta text-text-2">
        {t("auth.policy")}{" "}
        <a href="/privacy" target="_blank" rel="noopener noreferrer" className={textLink}>
          {t("auth.policy.link")}
        </a>
      </p>
    </StatementCheck>
  );
}
