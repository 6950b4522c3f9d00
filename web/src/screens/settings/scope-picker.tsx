import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { presets, scopeGroups, scopeText, type Preset, type ScopeGroup, type ShownScope } from "./scopes.ts";

/** Permissions in groups, each said in plain words; what the maker lacks cannot be given. */
export function ScopePicker({
  value,
  onChange,
  mine,
}: {
  value: readonly ShownScope[];
  onChange: (value: readonly ShownScope[]) => void;
  mine: readonly string[];
}) {
  const groups = Object.entries(scopeGroups) as [ScopeGroup, readonly ShownScope[]][];
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1.5 font-medium">{t("keys.permissions")}</legend>
      <div role="group" aria-label={t("keys.preset")} className="flex flex-wrap items-center gap-2">
        <span className="text-meta text-text-2">{t("keys.preset")}</span>
        {(Object.keys(presets) as Preset[]).map((preset) => (
          <Button
            key={preset}
            size="small"
            onClick={() => onChange(presets[preset].filter((one) => mine.includes(one)))}
          >
            {t(`keys.preset.${preset}`)}
          </Button>
        ))}
      </div>
      <div className="grid gap-x-6 gap-y-3 md:grid-cols-2">
        {groups.map(([group, scopes]) => (
          <div key={group} role="group" aria-label={t(`keys.group.${group}`)}>
            <p className="text-meta font-medium text-text-2">{t(`keys.group.${group}`)}</p>
            {scopes.map((scope) => (
              <Checkbox
                key={scope}
                isOn={value.includes(scope)}
                disabled={!mine.includes(scope)}
                onChange={(isOn) => onChange(isOn ? [...value, scope] : value.filter((one) => one !== scope))}
                label={t(scopeText(scope))}
                hint={
                  <code dir="ltr" className="font-mono">
                    {scope}
                  </code>
                }
              />
            ))}
          </div>
        ))}
      </div>
    </fieldset>
  );
}
