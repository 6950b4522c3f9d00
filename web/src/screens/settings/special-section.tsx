import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi, adminQueries, type SpecialBasis, type SpecialCategories } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { dayAndTime } from "../../time.ts";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { RadioList } from "../../ui/radio-list.tsx";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { useMembership } from "../shell/use-can.ts";
import { FormError } from "../sign-in/auth-page.tsx";
import { basisText, specialBases } from "./field-words.ts";
import { MakeDialog } from "./make-dialog.tsx";

const refresh = (): Promise<void> => queryClient.invalidateQueries(adminQueries.specialCategories());

/** Off until an owner says what allows the workspace to keep such data. */
export function SpecialSection() {
  const special = useQuery(adminQueries.specialCategories());
  const isOwner = useMembership()?.role === "owner";
  const [asked, setAsked] = useState<"on" | "off" | null>(null);
  return (
    <Section title={t("special.title")} purpose={t("special.purpose")}>
      <Loaded query={special}>
        {(now) => (
          <>
            <p className="font-medium">
              {now.legalBasis === null ? t("special.off") : t("special.on", { basis: t(basisText(now.legalBasis)) })}
            </p>
            {now.isEnabled && !now.canWriteValues && <p className="text-ochre">{waiting(now)}</p>}
            {isOwner ? (
              <div className="flex flex-wrap gap-2">
                <Button onClick={() => setAsked("on")}>{t(now.isEnabled ? "special.change" : "special.turnOn")}</Button>
                {now.isEnabled && <Button onClick={() => setAsked("off")}>{t("special.turnOff")}</Button>}
              </div>
            ) : (
              <p className="text-meta text-text-2">{t("privacy.needsOwner")}</p>
            )}
            {asked === "on" && <TurnOn basis={now.legalBasis} onClose={() => setAsked(null)} />}
          </>
        )}
      </Loaded>
      {asked === "off" && (
        <ConfirmDialog
          isOpen
          onClose={() => setAsked(null)}
          title={t("special.off.title")}
          text={t("special.off.text")}
          actionLabel={t("special.turnOff")}
          onConfirm={async () => {
            await adminApi.disableSpecial();
            await refresh();
          }}
        />
      )}
    </Section>
  );
}

const waiting = ({ valuesFrom }: SpecialCategories): string =>
  valuesFrom === null ? t("special.announcing") : t("special.waiting", { at: dayAndTime(valuesFrom) });

function TurnOn({ basis, onClose }: { basis: SpecialBasis | null; onClose: () => void }) {
  const [chosen, setChosen] = useState<SpecialBasis | "">(basis ?? "");
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const turnOn = async (): Promise<void> => {
    if (chosen === "") return;
    setBusy(true);
    setError(null);
    try {
      await adminApi.enableSpecial(chosen);
      await refresh();
      onClose();
    } catch (cause) {
      setError(problemText(cause));
      setBusy(false);
    }
  };
  return (
    <MakeDialog
      id="special-categories"
      title={t("special.dialog.title")}
      text={t("special.dialog.text")}
      action={t(basis === null ? "special.turnOn" : "special.change")}
      isBusy={isBusy}
      disabled={chosen === ""}
      onSubmit={() => void turnOn()}
      onClose={onClose}
    >
      <RadioList
        label={t("special.dialog.title")}
        value={chosen}
        onChange={(next) => setChosen(next as SpecialBasis)}
        options={specialBases.map((value) => ({ value, label: t(basisText(value)) }))}
      />
      <FormError>{error}</FormError>
    </MakeDialog>
  );
}
