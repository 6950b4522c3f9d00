import { useState } from "react";
import { adminApi, type LegalHold } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Field, TextField } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { RegisterDialog } from "./register-dialog.tsx";

const reasons: readonly LegalHold["reason"][] = [
  "legal_claim",
  "authority_order",
  "statutory_duty",
  "security_incident",
];
const months = ["1", "3", "6", "12"] as const;
const DAY_MS = 86_400_000;

/** Keeps one contact, or everything, from being deleted for some months. */
export function HoldDialog({ onClose, onPlaced }: { onClose: () => void; onPlaced: () => Promise<void> }) {
  const [contactId, setContactId] = useState("");
  const [reason, setReason] = useState<LegalHold["reason"]>("legal_claim");
  const [length, setLength] = useState<(typeof months)[number]>("6");
  const place = async (): Promise<void> => {
    const until = new Date(Date.now() + Number(length) * 30 * DAY_MS).toISOString();
    // the address of a contact's page is as good as its id
    const id = contactId.trim().split("/").at(-1) ?? "";
    await adminApi.placeHold({ reason, until, ...(id === "" ? {} : { contactId: id }) });
    await onPlaced();
  };
  return (
    <RegisterDialog
      title={t("privacy.holds.place")}
      text={t("privacy.holds.place.text")}
      action={t("privacy.holds.place")}
      onAdd={place}
      onClose={onClose}
    >
      <TextField
        label={t("privacy.holds.who")}
        hint={t("privacy.holds.who.hint")}
        dir="ltr"
        value={contactId}
        onChange={(event) => setContactId(event.target.value)}
      />
      <Field label={t("privacy.holds.why")}>
        {(props) => (
          <Select
            {...props}
            value={reason}
            onChange={setReason}
            options={reasons.map((value) => ({ value, label: t(`privacy.holds.reason.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t("privacy.holds.long")}>
        {(props) => (
          <Select
            {...props}
            value={length}
            onChange={setLength}
            options={months.map((value) => ({ value, label: t(`privacy.holds.months.${value}`) }))}
          />
        )}
      </Field>
    </RegisterDialog>
  );
}
