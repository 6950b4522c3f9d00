import { locale, t } from "../../text.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { textLink } from "./auth-page.tsx";

/** The contract of the new workspace; a statement of its own, bundled with nothing. */
export function AgreementsCheck({
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
      <Checkbox isOn={isOn} onChange={onChange} label={t("auth.agreements")} />
      {isChecked && !isOn && (
        <p role="alert" className="text-meta text-brick">
          {t("auth.agreements.missing")}
        </p>
      )}
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
    </div>
  );
}
