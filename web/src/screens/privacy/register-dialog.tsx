import { useState, type ReactNode } from "react";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { problemText } from "../shell/problem-text.ts";

/** A new entry of a register: the server says what is wrong with it. */
export function RegisterDialog({
  title,
  text,
  action = t("privacy.register.add"),
  onAdd,
  onClose,
  children,
}: {
  title: string;
  text: string;
  action?: string;
  onAdd: () => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
}) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const add = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await onAdd();
      onClose();
    } catch (cause) {
      setError(problemText(cause));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      description={text}
      closeLabel={t("app.close")}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" isBusy={isBusy} onClick={() => void add()}>
            {action}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {children}
        {error && (
          <p role="alert" className="text-brick">
            {error}
          </p>
        )}
      </div>
    </Dialog>
  );
}
