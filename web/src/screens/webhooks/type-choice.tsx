import { t } from "../../text.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { TextField } from "../../ui/field.tsx";
import { typeChoices, typeText, type TypeChoice } from "./endpoint-words.ts";

export interface ChosenTypes {
  choices: readonly TypeChoice[];
  /** what has no words of its own, as it is typed */
  more: string;
}

export function readTypes(types: readonly string[]): ChosenTypes {
  const choices = (Object.keys(typeChoices) as TypeChoice[]).filter((choice) =>
    typeChoices[choice].every((type) => types.includes(type)),
  );
  const said = new Set<string>(choices.flatMap((choice) => typeChoices[choice]));
  return { choices, more: types.filter((type) => !said.has(type)).join(", ") };
}

export function writeTypes({ choices, more }: ChosenTypes): string[] {
  const typed = more
    .split(",")
    .map((type) => type.trim())
    .filter((type) => type !== "");
  return [...new Set([...choices.flatMap((choice) => typeChoices[choice] as readonly string[]), ...typed])];
}

export function TypeChoiceList({
  value,
  onChange,
  error,
}: {
  value: ChosenTypes;
  onChange: (value: ChosenTypes) => void;
  error: string | undefined;
}) {
  const { choices, more } = value;
  const hasAll = choices.includes("all");
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1.5 font-medium">{t("webhooks.types")}</legend>
      {(Object.keys(typeChoices) as TypeChoice[]).map((choice) => (
        <Checkbox
          key={choice}
          isOn={choices.includes(choice)}
          disabled={hasAll && choice !== "all"}
          onChange={(isOn) =>
            onChange({ more, choices: isOn ? [...choices, choice] : choices.filter((one) => one !== choice) })
          }
          label={t(typeText(choice))}
          hint={
            <code dir="ltr" className="font-mono">
              {typeChoices[choice].join(", ")}
            </code>
          }
        />
      ))}
      <div className="mt-2">
        <TextField
          label={t("webhooks.types.more")}
          hint={t("webhooks.types.more.hint")}
          dir="ltr"
          className="font-mono"
          value={more}
          error={error}
          onChange={(event) => onChange({ choices, more: event.target.value })}
        />
      </div>
    </fieldset>
  );
}
