import { useMutation, useQuery } from "@tanstack/react-query";
import RotateCw from "lucide-react/icons/rotate-cw";
import { useEffect, useMemo, useRef, useState } from "react";
import { api, type Conversation, type Template } from "../../../api.ts";
import { queries } from "../../../queries.ts";
import { t } from "../../../text.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { TextField } from "../../../ui/field.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { Input } from "../../../ui/input.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { toast } from "../../../ui/toast.tsx";
import { problemText } from "../../shell/problem-text.ts";
import { useCan } from "../../shell/use-can.ts";
import { sendMessage } from "../sends.ts";
import { component, fillTemplate, isSendable, templateFields, templateText } from "./template-fill.ts";

const partLabel = {
  HEADER: "template.field.header",
  BODY: "template.field.body",
  BUTTON: "template.field.button",
} as const;

/** Stands in the composer's place: choose, fill in, see it, send it. */
export function TemplatePicker({
  conversation,
  closedText,
  focusAt,
  onDone,
}: {
  conversation: Conversation;
  /** Why nothing but a template can be sent; undefined: something else can. */
  closedText: string | undefined;
  /** When the person asked for it; 0 where it stands by itself and must not take the focus. */
  focusAt: number;
  onDone: () => void;
}) {
  const templates = useQuery(queries.templates(conversation.channelId));
  const canSync = useCan("template:manage");
  const sync = useMutation({
    mutationFn: () => api.syncTemplates(conversation.channelId),
    onSuccess: () => toast({ text: t("template.synced") }),
    onError: (error) => toast({ text: problemText(error), tone: "danger" }),
  });
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<Template | null>(null);
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (focusAt > 0) search.current?.focus();
  }, [focusAt]);
  const wanted = query.trim().toLowerCase();
  const found = (templates.data?.data ?? []).filter(
    (template) =>
      template.status.toLowerCase() === "approved" &&
      // Codes are made and sent by a system, not by a person who answers.
      template.category.toLowerCase() !== "authentication" &&
      (wanted === "" ||
        template.name.includes(wanted) ||
        templateText(template, "BODY").toLowerCase().includes(wanted)),
  );
  if (chosen) {
    return (
      <TemplateForm
        template={chosen}
        onBack={() => setChosen(null)}
        onSend={(values) => {
          sendMessage({ conversationId: conversation.id, type: "template", template: fillTemplate(chosen, values) });
          onDone();
        }}
      />
    );
  }
  return (
    <div className="flex flex-col gap-2 p-3">
      {closedText !== undefined && <p className="text-text-2">{closedText}</p>}
      <div className="flex gap-2">
        <Input
          ref={search}
          value={query}
          type="search"
          aria-label={t("template.search")}
          placeholder={t("template.search")}
          onChange={(event) => setQuery(event.target.value)}
        />
        {canSync && (
          <IconButton
            icon={RotateCw}
            label={t("template.sync")}
            disabled={sync.isPending}
            onClick={() => sync.mutate()}
          />
        )}
        {closedText === undefined && (
          <Button look="quiet" className="h-9" onClick={onDone}>
            {t("app.cancel")}
          </Button>
        )}
      </div>
      {templates.isPending && <Spinner label={t("app.loading")} />}
      {templates.isError && (
        <p role="alert" className="flex items-center gap-2 text-brick">
          {t("template.loadFailed")}
          <Button size="small" onClick={() => void templates.refetch()}>
            {t("app.retry")}
          </Button>
        </p>
      )}
      {templates.isSuccess && found.length === 0 && <p className="text-text-2">{t("template.none")}</p>}
      <ul aria-label={t("template.list")} className="max-h-56 overflow-y-auto">
        {found.map((template) => (
          <li key={template.id}>
            <button
              type="button"
              onClick={() => setChosen(template)}
              className="flex w-full flex-col gap-0.5 rounded-control px-2 py-1.5 text-start hover:bg-hover focus-visible:-outline-offset-2"
            >
              <span className="flex items-center gap-2">
                <span className="font-medium">{template.name}</span>
                <Badge>{template.language}</Badge>
                <span className="text-meta text-text-2">{template.category.toLowerCase()}</span>
              </span>
              <span dir="auto" className="line-clamp-1 text-start text-text-2">
                {templateText(template, "BODY")}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function TemplateForm({
  template,
  onBack,
  onSend,
}: {
  template: Template;
  onBack: () => void;
  onSend: (values: Record<string, string>) => void;
}) {
  const fields = useMemo(() => templateFields(template), [template]);
  const [values, setValues] = useState<Record<string, string>>({});
  const missing = fields.some((field) => !values[field.key]?.trim());
  const fill = (text: string, part: "HEADER" | "BODY"): string =>
    text.replace(/\{\{\s*([\w]+)\s*\}\}/g, (whole, name: string) => values[`${part}.${name}`]?.trim() || whole);
  const buttons = component(template, "BUTTONS")?.buttons ?? [];
  if (!isSendable(template)) {
    return (
      <div className="flex items-center gap-3 p-3">
        <p className="grow text-text-2">{t("template.needsMedia")}</p>
        <Button onClick={onBack}>{t("app.back")}</Button>
      </div>
    );
  }
  return (
    <form
      className="flex flex-col gap-3 p-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing) onSend(values);
      }}
    >
      <div className="-m-1 grid max-h-72 gap-4 overflow-y-auto p-1 md:grid-cols-2">
        <div className="flex flex-col gap-3">
          <p className="font-medium">{template.name}</p>
          {fields.length === 0 && <p className="text-text-2">{t("template.noFields")}</p>}
          {fields.map((field, index) => (
            <TextField
              key={field.key}
              label={t(partLabel[field.part], { name: field.name })}
              autoFocus={index === 0}
              value={values[field.key] ?? ""}
              onChange={(event) => setValues({ ...values, [field.key]: event.target.value })}
            />
          ))}
        </div>
        <div>
          <p className="mb-1 text-meta text-text-2">{t("template.preview")}</p>
          <div dir="auto" className="rounded-bubble bg-ink-weak px-3 py-2 text-start text-msg">
            {templateText(template, "HEADER") && (
              <p className="font-semibold">{fill(templateText(template, "HEADER"), "HEADER")}</p>
            )}
            <p className="whitespace-pre-wrap">{fill(templateText(template, "BODY"), "BODY")}</p>
            {templateText(template, "FOOTER") && (
              <p className="text-ui text-text-2">{templateText(template, "FOOTER")}</p>
            )}
            {buttons.map((button, index) => (
              <p
                key={index}
                className="mt-1 rounded-control border border-line bg-surface px-2 py-0.5 text-center text-ui text-ink"
              >
                {button.text}
              </p>
            ))}
          </div>
        </div>
      </div>
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onBack}>
          {t("app.back")}
        </Button>
        <Button look="primary" type="submit" disabled={missing}>
          {t("template.send")}
        </Button>
      </div>
    </form>
  );
}
