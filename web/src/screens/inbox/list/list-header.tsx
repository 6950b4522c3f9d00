import { useQuery } from "@tanstack/react-query";
import AtSign from "lucide-react/icons/at-sign";
import ListChecks from "lucide-react/icons/list-checks";
import ListFilter from "lucide-react/icons/list-filter";
import Search from "lucide-react/icons/search";
import SquarePen from "lucide-react/icons/square-pen";
import X from "lucide-react/icons/x";
import { useEffect, useRef, useState } from "react";
import { listedStatus, statuses, views, type InboxFilters } from "../../../links.ts";
import { queries } from "../../../queries.ts";
import { t, type TextKey } from "../../../text.ts";
import { cx } from "../../../ui/cx.ts";
import { ChannelGlyph } from "../../../ui/glyphs.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { Menu, MenuChoice, MenuLabel, MenuSeparator } from "../../../ui/menu.tsx";
import { Segmented } from "../../../ui/segmented.tsx";
import { Tooltip } from "../../../ui/tooltip.tsx";
import { startPicking } from "./selection.ts";
import { labelColor, useChannels, useLabels } from "../people.ts";

export const viewLabel: Record<(typeof views)[number], TextKey> = {
  mine: "inbox.view.mine",
  unassigned: "inbox.view.unassigned",
  all: "inbox.view.all",
};
export const statusLabel: Record<(typeof statuses)[number], TextKey> = {
  open: "inbox.status.open",
  snoozed: "inbox.status.snoozed",
  resolved: "inbox.status.resolved",
};

export function ListHeader({
  filters,
  onChange,
  searchRef,
  onNew,
}: {
  filters: InboxFilters;
  onChange: (change: InboxFilters) => void;
  searchRef: React.RefObject<HTMLInputElement | null>;
  /** undefined where nothing may be sent */
  onNew: (() => void) | undefined;
}) {
  const view = filters.view ?? "all";
  const counts = useQuery(queries.counts()).data;
  return (
    <header className="flex flex-col gap-2 border-b border-line px-3 pt-3 pb-2">
      <div className="flex h-8 items-center gap-1">
        <h1 className="grow ps-1 text-pane font-semibold">{t("nav.inbox")}</h1>
        {(filters.mentioned || (counts?.mentioned ?? 0) > 0) && (
          <Mentions
            count={counts?.mentioned ?? 0}
            isOn={filters.mentioned !== undefined}
            onChange={(isOn) => {
              const { mentioned: _, ...rest } = filters;
              onChange(isOn ? { ...rest, mentioned: "me" } : rest);
            }}
          />
        )}
        {onNew && <IconButton icon={SquarePen} label={t("inbox.new")} keys="c" onClick={onNew} />}
        <IconButton icon={ListChecks} label={t("bulk.start")} keys="x" onClick={startPicking} />
        <FilterMenu filters={filters} onChange={onChange} />
      </div>
      <SearchField value={filters.q ?? ""} onChange={(q) => onChange({ ...filters, q })} inputRef={searchRef} />
      <Segmented
        label={t("inbox.views")}
        value={view}
        onChange={(next) => onChange({ ...filters, view: next })}
        options={views.toReversed().map((one) => ({
          value: one,
          label: t(viewLabel[one]),
          ...(listedStatus(filters) === "open" && counts ? { aside: counts[one] } : {}),
        }))}
      />
    </header>
  );
}

/** Notes that name the person wait here until their conversations are read. */
function Mentions({ count, isOn, onChange }: { count: number; isOn: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <Tooltip text={t("inbox.mentions")}>
      <button
        type="button"
        aria-pressed={isOn}
        aria-label={t("inbox.mentions.count", { n: count })}
        onClick={() => onChange(!isOn)}
        className="flex h-8 items-center gap-1 rounded-control px-2 text-ink transition-colors hover:bg-hover aria-pressed:bg-ink-weak pointer-coarse:h-10"
      >
        <Icon of={AtSign} />
        <span className="tabular text-meta font-medium">{count}</span>
      </button>
    </Tooltip>
  );
}

function FilterMenu({ filters, onChange }: { filters: InboxFilters; onChange: (change: InboxFilters) => void }) {
  const channels = useChannels();
  const labels = useLabels();
  const status = listedStatus(filters);
  const active = (status && status !== "open" ? 1 : 0) + (filters.channel ? 1 : 0) + (filters.label ? 1 : 0);
  const without = (key: "channel" | "label"): InboxFilters => {
    const { [key]: _, ...rest } = filters;
    return rest;
  };
  return (
    <Menu
      align="end"
      trigger={
        <button
          type="button"
          aria-label={t("inbox.filter")}
          className={cx(
            "flex h-8 items-center justify-center gap-1.5 rounded-control px-2 transition-colors hover:bg-hover pointer-coarse:h-10 pointer-coarse:min-w-10",
            active > 0 ? "text-ink" : "text-text-2",
          )}
        >
          {status && status !== "open" && <span>{t(statusLabel[status])}</span>}
          <Icon of={ListFilter} />
          {active > 0 && <span className="tabular text-meta font-medium">{active}</span>}
        </button>
      }
    >
      <MenuLabel>{t("inbox.filter.status")}</MenuLabel>
      {statuses.map((one) => (
        <MenuChoice key={one} isChosen={status === one} onSelect={() => onChange({ ...filters, status: one })}>
          {t(statusLabel[one])}
        </MenuChoice>
      ))}
      {channels.length > 1 && (
        <>
          <MenuSeparator />
          <MenuLabel>{t("inbox.filter.channel")}</MenuLabel>
          {channels.map((channel) => (
            <MenuChoice
              key={channel.id}
              isChosen={filters.channel === channel.id}
              onSelect={() =>
                onChange(filters.channel === channel.id ? without("channel") : { ...filters, channel: channel.id })
              }
              aside={<ChannelGlyph network={channel.provider} />}
            >
              {channel.name}
            </MenuChoice>
          ))}
        </>
      )}
      {labels.length > 0 && (
        <>
          <MenuSeparator />
          <MenuLabel>{t("inbox.filter.label")}</MenuLabel>
          {labels.map((label) => (
            <MenuChoice
              key={label.id}
              isChosen={filters.label === label.id}
              onSelect={() => onChange(filters.label === label.id ? without("label") : { ...filters, label: label.id })}
            >
              <span className="flex items-center gap-2">
                <span aria-hidden className="size-2 rounded-full" style={{ background: labelColor[label.color] }} />
                {label.name}
              </span>
            </MenuChoice>
          ))}
        </>
      )}
    </Menu>
  );
}

/** What is typed reaches the address after a pause, so that the history is not filled with half words. */
function SearchField({
  value,
  onChange,
  inputRef,
}: {
  value: string;
  onChange: (value: string) => void;
  inputRef: React.RefObject<HTMLInputElement | null>;
}) {
  const [text, setText] = useState(value);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => latest.current(text.trim()), 250);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <div className="relative flex items-center">
      <Icon of={Search} className="pointer-events-none absolute start-2.5 text-text-2" />
      <input
        ref={inputRef}
        type="search"
        value={text}
        aria-label={t("inbox.search")}
        placeholder={t("inbox.search")}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          setText("");
          latest.current("");
          event.currentTarget.blur();
        }}
        className="h-8 w-full rounded-control border border-edge bg-surface ps-8 pe-8 text-ui pointer-coarse:h-10 pointer-coarse:text-[16px] [&::-webkit-search-cancel-button]:hidden"
      />
      {text !== "" && (
        <IconButton
          icon={X}
          label={t("inbox.search.clear")}
          size="small"
          className="absolute end-0.5"
          onClick={() => {
            setText("");
            onChange("");
          }}
        />
      )}
    </div>
  );
}
