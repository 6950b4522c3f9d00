import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi, type ContactImport, type ImportAttestation } from "../../../admin-api.ts";
import { ApiError } from "../../../api.ts";
import { t } from "../../../text.ts";
import { Button } from "../../../ui/button.tsx";
import { Checkbox } from "../../../ui/checkbox.tsx";
import { Field } from "../../../ui/field.tsx";
import { Section } from "../../../ui/page.tsx";
import { Select } from "../../../ui/select.tsx";
import { problemText } from "../../shell/problem-text.ts";
import { putImport } from "./put-import.ts";
import { importProblem } from "./import-words.ts";

const bases = ["consent", "contract", "legitimate_interest", "legal_obligation"] as const;
type Basis = (typeof bases)[number];
const purposes = ["marketing", "utility", "ai_transcription"] as const;
type Purpose = (typeof purposes)[number];

/** The ground on which these people are written to, and who vouches for it; then it begins. Nothing is chosen before, and what is missing is said. */
export function StartForm({ one }: { one: ContactImport }) {
  const [basis, setBasis] = useState<Basis | "">("");
  const [agreed, setAgreed] = useState<readonly Purpose[]>([]);
  const [isLawful, setLawful] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const lacksPurpose = basis === "consent" && agreed.length === 0;
  const isWhole = basis !== "" && isLawful && !lacksPurpose;
  const rows = one.rows - one.counts.refused;
  const start = useMutation({
    mutationFn: (ground: Basis) => {
      const attestation: ImportAttestation = {
        ...{ isLawful: true, basis: ground },
        purposes: ground === "consent" ? [...agreed] : [],
      };
      return adminApi.startImport(one.id, attestation);
    },
    onSuccess: putImport,
  });
  return (
    <Section title={t("import.ground.title")} purpose={t("import.ground.purpose")}>
      <Field label={t("import.ground")} error={isAsked && basis === "" && t("import.ground.missing")}>
        {(field) => (
          <Select<Basis | "">
            {...field}
            value={basis}
            onChange={setBasis}
            options={[
              { value: "", label: t("import.ground.choose") },
              ...bases.map((value) => ({
                ...{ value, label: t(`import.ground.${value}`), hint: t(`import.ground.${value}.hint`) },
              })),
            ]}
          />
        )}
      </Field>
      {basis === "consent" && (
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 font-medium">{t("import.agreed")}</legend>
          {purposes.map((purpose) => (
            <Checkbox
              key={purpose}
              label={t(`consent.purpose.${purpose}`)}
              isOn={agreed.includes(purpose)}
              onChange={(isOn) => setAgreed((all) => (isOn ? [...all, purpose] : all.filter((one) => one !== purpose)))}
            />
          ))}
          {isAsked && lacksPurpose && <Missing>{t("import.agreed.missing")}</Missing>}
        </fieldset>
      )}
      <Checkbox isOn={isLawful} onChange={setLawful} label={t("import.vouch")} hint={t("import.vouch.hint")} />
      {isAsked && !isLawful && <Missing>{t("import.vouch.missing")}</Missing>}
      <Button
        look="primary"
        className="self-start"
        disabled={rows === 0}
        isBusy={start.isPending}
        onClick={() => {
          setAsked(true);
          if (isWhole) start.mutate(basis);
        }}
      >
        {t("import.start", { n: rows })}
      </Button>
      {start.isError && (
        <p role="alert" className="text-brick">
          {start.error instanceof ApiError ? importProblem(start.error) : problemText(start.error)}
        </p>
      )}
    </Section>
  );
}

function Missing({ children }: { children: string }) {
  return (
    <p role="alert" className="text-meta text-brick">
      {children}
    </p>
  );
}
