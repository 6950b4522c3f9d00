import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

export interface Tab<V extends string> {
  value: V;
  label: ReactNode;
  count?: number;
}

/** A row of tabs; give `panel` when the tabs own what is shown below. */
export function Tabs<V extends string>({
  value,
  onChange,
  tabs,
  label,
  panel,
}: {
  value: V;
  onChange: (value: V) => void;
  tabs: readonly Tab<V>[];
  label: string;
  panel?: (value: V) => ReactNode;
}) {
  return (
    <Base.Root value={value} onValueChange={(next: V) => onChange(next)}>
      <Base.List aria-label={label} className="flex gap-1 border-b border-line">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px flex h-9 items-center gap-1.5 border-b-2 border-transparent px-2 text-text-2 transition-colors hover:text-text data-active:border-ink data-active:font-medium data-active:text-text pointer-coarse:h-11"
          >
            {tab.label}
            {tab.count !== undefined && <span className="tabular text-meta text-text-2">{tab.count}</span>}
          </Base.Tab>
        ))}
      </Base.List>
      {panel &&
        tabs.map((tab) => (
          <Base.Panel key={tab.value} value={tab.value}>
            {panel(tab.value)}
          </Base.Panel>
        ))}
    </Base.Root>
  );
}
