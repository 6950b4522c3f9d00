import { useQuery } from "@tanstack/react-query";
import { queries } from "../../queries.ts";
import { t } from "../../text.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { ChannelGlyph } from "../../ui/glyphs.tsx";
import { RadioList } from "../../ui/radio-list.tsx";

/** Which channels: null means all, also those to come. */
export function GrantsChoice({
  value,
  onChange,
}: {
  value: readonly string[] | null;
  onChange: (value: string[] | null) => void;
}) {
  const channels = useQuery(queries.channels()).data?.data ?? [];
  return (
    <div className="flex flex-col gap-2">
      <RadioList
        label={t("members.grants")}
        value={value === null ? "all" : "some"}
        onChange={(next) => onChange(next === "all" ? null : [])}
        options={[
          { value: "all", label: t("members.grants.all") },
          {
            value: "some",
            label: t("members.grants.some"),
            hint: channels.length === 0 ? t("members.grants.noneYet") : undefined,
            disabled: channels.length === 0,
          },
        ]}
      />
      {value !== null && (
        <div role="group" aria-label={t("members.grants.some")} className="flex flex-col ps-4">
          {channels.map((channel) => (
            <Checkbox
              key={channel.id}
              isOn={value.includes(channel.id)}
              onChange={(isOn) => onChange(isOn ? [...value, channel.id] : value.filter((one) => one !== channel.id))}
              label={
                <span className="flex items-center gap-2">
                  <ChannelGlyph network={channel.provider} />
                  <span dir="auto">{channel.name}</span>
                </span>
              }
            />
          ))}
        </div>
      )}
    </div>
  );
}
