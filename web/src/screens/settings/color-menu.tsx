import type { Label } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Menu, MenuChoice } from "../../ui/menu.tsx";
import { labelColor } from "../inbox/people.ts";

const colors = Object.keys(labelColor) as Label["color"][];

/** A dot that opens the seven colours a label may have. */
export function ColorMenu({
  label,
  value,
  onChange,
}: {
  label: string;
  value: Label["color"];
  onChange: (value: Label["color"]) => void;
}) {
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={label}
          className="flex size-9 shrink-0 items-center justify-center rounded-control border border-edge bg-surface hover:bg-sunken pointer-coarse:size-11"
        >
          <Dot color={value} />
        </button>
      }
    >
      {colors.map((color) => (
        <MenuChoice key={color} isChosen={color === value} onSelect={() => onChange(color)}>
          <span className="flex items-center gap-2">
            <Dot color={color} />
            {t(`labels.color.${color}`)}
          </span>
        </MenuChoice>
      ))}
    </Menu>
  );
}

function Dot({ color }: { color: Label["color"] }) {
  return <span aria-hidden className="size-3 shrink-0 rounded-full" style={{ background: labelColor[color] }} />;
}
