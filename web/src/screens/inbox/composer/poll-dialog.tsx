import { useState, type FormEvent } from "react";
import { t } from "../../../text.ts";
import { Button } from "../../../ui/button.tsx";
import { Checkbox } from "../../../ui/checkbox.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TextField } from "../../../ui/field.tsx";
import { sendMessage } from "../sends.ts";

const maxOptions = 12;

/** A question with two to twelve answers. The field after the last answer is there as soon as it is needed. */
export function PollDialog({ conversationId, onClose }: { conversationId: string; onClose: () => void }) {
  const [question, setQuestion] = useState("");
  const [fields, setFields] = useState<readonly string[]>(["", ""]);
  const [isMultipleChoice, setMultipleChoice] = useState(false);
  const [isChecked, setChecked] = useState(false);
  const words = fields.map((field) => field.trim());
  const options = words.filter((word) => word !== "");
  const isTwice = (at: number): boolean => words[at] !== "" && words.indexOf(words[at] ?? "") < at;
  const write = (at: number, text: string): void => {
    const next = fields.with(at, text);
    const isFull = next.every((field) => field.trim() !== "") && next.length < maxOptions;
    setFields(isFull ? [...next, ""] : next);
  };
  const problemAt = (at: number): string | undefined => {
    if (!isChecked) return undefined;
    if (isTwice(at)) return t("poll.new.twice");
    return options.length < 2 && words[at] === "" ? t("poll.new.two") : undefined;
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (question.trim() === "" || options.length < 2 || fields.some((_, at) => isTwice(at))) return;
    sendMessage({ conversationId, type: "poll", poll: { question: question.trim(), options, isMultipleChoice } });
    onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="medium"
      closeLabel={t("app.close")}
      title={t("poll.new")}
      actions={
        <>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button look="primary" type="submit" form="new-poll">
            {t("composer.send")}
          </Button>
        </>
      }
    >
      <form id="new-poll" noValidate onSubmit={submit} className="flex flex-col gap-4 pt-1">
        <TextField
          label={t("poll.new.question")}
          error={isChecked && question.trim() === "" ? t("poll.new.missing") : undefined}
          dir="auto"
          maxLength={255}
          value={question}
          onChange={(event) => setQuestion(event.target.value)}
        />
        <div className="flex flex-col gap-3">
          {fields.map((field, at) => (
            <TextField
              // a field is its place in the list: nothing moves
              key={at}
              label={t("poll.new.option", { n: at + 1 })}
              error={problemAt(at)}
              dir="auto"
              maxLength={100}
              value={field}
              onChange={(event) => write(at, event.target.value)}
            />
          ))}
        </div>
        <Checkbox isOn={isMultipleChoice} onChange={setMultipleChoice} label={t("poll.several")} />
      </form>
    </Dialog>
  );
}
