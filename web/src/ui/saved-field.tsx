import Check from "lucide-react/icons/check";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Field } from "./field.tsx";
import { Icon } from "./icon.tsx";
import { Input } from "./input.tsx";
import { Spinner } from "./spinner.tsx";

export type SaveState = { kind: "idle" | "saving" | "saved" } | { kind: "failed"; message: string };

/** Runs one save at a time and keeps what became of it; the tick stays two seconds. */
export function useSave(describe: (error: unknown) => string): [SaveState, (work: () => Promise<unknown>) => void] {
  const [state, setState] = useState<SaveState>({ kind: "idle" });
  useEffect(() => {
    if (state.kind !== "saved") return;
    const timer = setTimeout(() => setState({ kind: "idle" }), 2_000);
    return () => clearTimeout(timer);
  }, [state]);
  const run = (work: () => Promise<unknown>): void => {
    setState({ kind: "saving" });
    work().then(
      () => setState({ kind: "saved" }),
      (error: unknown) => setState({ kind: "failed", message: describe(error) }),
    );
  };
  return [state, run];
}

/** A tick where a save has just succeeded, said to screen readers too. */
export function SaveMark({ state, savedLabel }: { state: SaveState; savedLabel: string }) {
  return (
    <span role="status" className="inline-flex min-h-4 items-center gap-1 text-meta text-moss">
      {state.kind === "saving" && <Spinner size={12} />}
      {state.kind === "saved" && (
        <>
          <Icon of={Check} size={12} />
          {savedLabel}
        </>
      )}
    </span>
  );
}

/** A text that is saved when it is left or by Enter; Escape brings the stored one back. */
export function SavedField({
  label,
  value,
  hint,
  savedLabel,
  describe,
  onSave,
  isRequired = true,
  disabled = false,
  maxLength,
  autoComplete,
  type,
  inputMode,
}: {
  label: ReactNode;
  value: string;
  hint?: ReactNode;
  savedLabel: string;
  /** A sentence for a failed save. */
  describe: (error: unknown) => string;
  onSave: (value: string) => Promise<unknown>;
  /** An emptied field goes back to what it was. */
  isRequired?: boolean;
  disabled?: boolean;
  maxLength?: number;
  autoComplete?: string;
  type?: "date";
  inputMode?: "decimal";
}) {
  const [draft, setDraft] = useState(value);
  const [state, save] = useSave(describe);
  const isEdited = useRef(false);
  useEffect(() => {
    if (!isEdited.current) setDraft(value);
  }, [value]);
  const commit = (): void => {
    isEdited.current = false;
    const next = draft.trim();
    if (next === value) return setDraft(value);
    if (next === "" && isRequired) return setDraft(value);
    save(() => onSave(next));
  };
  return (
    <Field
      label={label}
      hint={hint}
      error={state.kind === "failed" ? state.message : undefined}
      aside={<SaveMark state={state} savedLabel={savedLabel} />}
    >
      {(props) => (
        <Input
          {...props}
          dir="auto"
          className="text-match"
          value={draft}
          disabled={disabled}
          {...(maxLength === undefined ? {} : { maxLength })}
          {...(autoComplete === undefined ? {} : { autoComplete })}
          {...(type === undefined ? {} : { type })}
          {...(inputMode === undefined ? {} : { inputMode })}
          onChange={(event) => {
            isEdited.current = true;
            setDraft(event.target.value);
          }}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.nativeEvent.isComposing) commit();
            if (event.key === "Escape" && draft !== value) {
              event.stopPropagation();
              isEdited.current = false;
              setDraft(value);
            }
          }}
        />
      )}
    </Field>
  );
}
