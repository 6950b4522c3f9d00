import type { ReactNode } from "react";
import { Checkbox } from "../../ui/checkbox.tsx";

/** `isChecked`: the form was sent once, so that what is missing is said. */
export interface StatementProps {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  isChecked: boolean;
}

/** One statement that somebody makes by ticking it, bundled with no other; below it what it is about. */
export function StatementCheck({
  isOn,
  onChange,
  isChecked,
  label,
  missing,
  children,
}: StatementProps & { label: string; missing: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-2">
      <Checkbox isOn={isOn} onChange={onChange} label={label} />
      {isChecked && !isOn && (
        <p role="alert" className="text-meta text-brick">
          {missing}
        </p>
      )}
      {children}
    </div>
  );
}
