import { t } from "../../text.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { textLink } from "./auth-page.tsx";

/** The age is attested and the policy named; no consent to anything is bundled with it. */
export function AdultCheck({
  isOn,
  onChange,
  isChecked,
}: {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  isChecked: boolean;
}) {
  return (
    <div className="flex flex-col gap-2">
      <Checkbox isOn={isOn} onChange={onChange} label={t("auth.adult")} />
      {isChecked && !isOn && (
        <p role="alert" className="text-meta text-brick">
          {t("auth.adult.missing")}
        </p>
      )}
      <p className="text-meta text-text-2">
        {t("auth.policy")}{" "}
        <a href="/privacy" target="_blank" rel="noopener noreferrer" className={textLink}>
          {t("auth.policy.link")}
        </a>
      </p>
    </div>
  );
}
