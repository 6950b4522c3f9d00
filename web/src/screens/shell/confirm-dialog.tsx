import { useState, type ReactNode } from "react";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { problemText } from "./problem-text.ts";

/** Asks before something that cannot be undone: the title names the thing, the text what will be gone. */
export function ConfirmDialog({
  isOpen,
  onClose,
  title,
  text,
  actionLabel,
  onConfirm,
  look = "danger",
  children,
}: {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  text: ReactNode;
  actionLabel: string;
  onConfirm: () => Promise<unknown>;
  /** `seal` for acts of privacy, which destroy a key */
  look?: "danger" | "seal";
  children?: ReactNode;
}) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const close = (): void => {
    setError(null);
    onClose();
  };
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      close();
    } catch (cause) {
      setError(problemText(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={title}
      description={text}
      closeLabel={t("app.close")}
      actions={
        <>
          <Button onClick={close}>{t("app.cancel")}</Button>
          <Button look={look} isBusy={isBusy} onClick={() => void confirm()}>
            {actionLabel}
          </Button>
        </>
      }
    >
      {children}
      {error && (
        <p role="alert" className="mt-2 text-brick">
          {error}
        </p>
      )}
    </Dialog>
  );
}
