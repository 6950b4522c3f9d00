import type { FormEvent, ReactNode } from "react";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { CopyWell } from "../../ui/copy-well.tsx";
import { Dialog } from "../../ui/dialog.tsx";

interface MakeProps {
  /** The form's id in the page. */
  id: string;
  title: string;
  text: string;
  action: string;
  isBusy: boolean;
  disabled?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Asks for what is needed to make a key or an invitation. */
export function MakeDialog({ id, title, text, action, isBusy, disabled = false, ...props }: MakeProps) {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    props.onSubmit();
  };
  return (
    <Dialog
      isOpen
      onClose={props.onClose}
      size="medium"
      title={title}
      description={text}
      closeLabel={t("app.close")}
      actions={
        <>
          <Button onClick={props.onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form={id} disabled={disabled} isBusy={isBusy}>
            {action}
          </Button>
        </>
      }
    >
      <form id={id} noValidate onSubmit={submit} className="flex flex-col gap-4 pt-1">
        {props.children}
      </form>
    </Dialog>
  );
}

interface MadeProps {
  title: string;
  text: string;
  label: string;
  value: string;
  onClose: () => void;
  children?: ReactNode;
}

/** Shows what was made, this once. */
export function MadeDialog({ title, text, label, value, onClose, children }: MadeProps) {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      title={title}
      description={text}
      closeLabel={t("app.close")}
      actions={
        <Button look="primary" onClick={onClose}>
          {t("page.done")}
        </Button>
      }
    >
      <CopyWell value={value} label={label} copyLabel={t("app.copy")} copiedLabel={t("app.copied")} />
      {children}
    </Dialog>
  );
}
