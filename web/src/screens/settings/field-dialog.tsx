import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi, adminQueries, type ContactField } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Field, TextField } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { fieldProblem, problemText } from "../shell/problem-text.ts";
import { FormError } from "../sign-in/auth-page.tsx";
import { categoriesFor, categoryText, types, typeText } from "./field-words.ts";
import { MakeDialog } from "./make-dialog.tsx";

const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== ""),
  ),
];

/** Adds a field, or changes what of one may be changed. */
export function FieldDialog({
  field,
  onClose,
  onSaved,
}: {
  field: ContactField | undefined;
  onClose: () => void;
  onSaved: () => Promise<void>;
}) {
  const special = useQuery(adminQueries.specialCategories()).data;
  const [name, setName] = useState(field?.name ?? "");
  const [label, setLabel] = useState(field && field.label !== field.name ? field.label : "");
  const [type, setType] = useState<ContactField["type"]>(field?.type ?? "text");
  const [category, setCategory] = useState<ContactField["category"]>(field?.category ?? "user.content");
  const [lines, setLines] = useState(field?.options.join("\n") ?? "");
  const options = type === "choice" ? linesOf(lines) : [];
  const shown = label.trim() === "" ? name.trim() : label.trim();
  const save = useMutation({
    mutationFn: () =>
      field
        ? adminApi.changeField(field.id, { label: shown, ...(type === "choice" && { options }) })
        : adminApi.createField({ name: name.trim(), label: shown, type, category, options }),
    onSuccess: onSaved,
  });
  const isComplete = name.trim() !== "" && (type !== "choice" || options.length > 0);
  const ofName = fieldProblem(save.error, "name");
  return (
    <MakeDialog
      id="contact-field"
      title={t(field ? "fields.change.title" : "fields.new.title")}
      text={t("settings.fields.purpose")}
      action={t("fields.save")}
      isBusy={save.isPending}
      disabled={!isComplete}
      onSubmit={() => isComplete && save.mutate()}
      onClose={onClose}
    >
      <TextField
        label={t("fields.name")}
        hint={t("fields.name.hint")}
        dir="auto"
        autoComplete="off"
        maxLength={60}
        disabled={field !== undefined}
        value={name}
        error={ofName}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label={t("fields.label")}
        hint={t("fields.label.hint")}
        dir="auto"
        autoComplete="off"
        maxLength={60}
        value={label}
        onChange={(event) => setLabel(event.target.value)}
      />
      <Field label={t("fields.type")}>
        {(props) => (
          <Select
            {...props}
            value={type}
            disabled={field !== undefined}
            onChange={setType}
            options={types.map((value) => ({ value, label: t(typeText(value)) }))}
          />
        )}
      </Field>
      {type === "choice" && (
        <Field label={t("fields.options")} hint={t("fields.options.hint")}>
          {(props) => (
            <textarea
              {...props}
              dir="auto"
              rows={4}
              value={lines}
              onChange={(event) => setLines(event.target.value)}
              className="field-sizing-content max-h-60 min-h-24 w-full resize-none rounded-control border border-edge bg-surface px-3 py-2 text-msg pointer-coarse:text-[16px]"
            />
          )}
        </Field>
      )}
      <Field label={t("fields.category")} hint={t("fields.category.hint")}>
        {(props) => (
          <Select
            {...props}
            value={category}
            disabled={field !== undefined}
            onChange={setCategory}
            options={categoriesFor(special?.isEnabled === true || field !== undefined).map((value) => ({
              value,
              label: t(categoryText(value)),
            }))}
          />
        )}
      </Field>
      <FormError>{save.isError && !ofName ? problemText(save.error) : null}</FormError>
    </MakeDialog>
  );
}
