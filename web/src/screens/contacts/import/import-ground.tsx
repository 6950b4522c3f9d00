import type { ContactImport } from "../../../admin-api.ts";
import { locale, t } from "../../../text.ts";
import { Section } from "../../../ui/page.tsx";
import { GroundLine } from "../ground-line.tsx";

/** What was vouched for when the import was started. Of one that was started before this was kept it is in the ledger of its people alone. */
export function ImportGround({ one: { attestation, startedAt } }: { one: ContactImport }) {
  if (attestation === null || startedAt === null) return null;
  const { basis, purposes, by } = attestation;
  const agreed = purposes.map((purpose) => t(`consent.purpose.${purpose}`));
  return (
    <Section title={t("consent.ground")}>
      <div>
        <GroundLine basis={basis} at={startedAt} by={by} />
        {agreed.length > 0 && (
          <p className="text-meta text-text-2">
            {t("import.agreed.to", { purposes: new Intl.ListFormat(locale(), { type: "unit" }).format(agreed) })}
          </p>
        )}
      </div>
    </Section>
  );
}
