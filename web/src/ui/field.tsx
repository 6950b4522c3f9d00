import { useId, type ReactNode } from "react";
import { Input } from "./input.tsx";
import type { ComponentProps } from "react";

export interface FieldControlProps {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
}

/** Label, control, hint and error as one: the control gets its ids from here. */
export function Field({
  label,
  hint,
  error,
  aside,
  children,
}: {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  /** What stands at the end of the label's line, e.g. a saved tick or a link. */
  aside?: ReactNode;
  children: (props: FieldControlProps) => ReactNode;
}) {
  const id = useId();
  const described = [error ? `${id}-error` : "", hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {aside && <span className="text-meta text-text-2">{aside}</span>}
      </div>
      {children({
        id,
        ...(described ? { "aria-describedby": described } : {}),
        ...(error ? { "aria-invalid": true as const } : {}),
      })}
      {error && (
        <p id={`${id}-error`} role="alert" className="text-meta text-brick">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-meta text-text-2">
          {hint}
        </p>
      )}
    </div>
  );
}

/** The common case: one text input in a field. */
export function TextField({
  label,
  hint,
  error,
  aside,
  ...input
}: ComponentProps<"input"> & { label: ReactNode; hint?: ReactNode; error?: ReactNode; aside?: ReactNode }) {
  return (
    <Field label={label} hint={hint} error={error} aside={aside}>
      {(props) => <Input {...input} {...props} />}
    </Field>
  );
}
