import { useMutation } from "@tanstack/react-query";
import { useEffect, useState, type FormEvent } from "react";
import { adminApi, adminQueries, type Session } from "../../../admin-api.ts";
import { queryClient } from "../../../query-client.ts";
import { t } from "../../../text.ts";
import { Button } from "../../../ui/button.tsx";
import { Checkbox } from "../../../ui/checkbox.tsx";
import { TextField } from "../../../ui/field.tsx";
import { RadioList } from "../../../ui/radio-list.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { fieldProblem, problemText } from "../../shell/problem-text.ts";
import { FormError } from "../../sign-in/auth-page.tsx";

/** The version whose words these translations are; another is shown as the server says it. */
const translatedVersion = "54d8cf678140c37985b95748984a5a243bc0c2a3959cd4201442bb55659a65b7";
/** When nothing was heard of a pairing that was asked for, it can be asked for again. */
const patienceMs = 20_000;

/** What must be agreed to, how much of the past comes along, and by which code; then the code is asked for. */
export function LinkPhone({
  channelId,
  session,
  onStarted,
}: {
  channelId: string;
  session: Session;
  onStarted: () => void;
}) {
  const [method, setMethod] = useState<"qr" | "code">("qr");
  const [history, setHistory] = useState<"0" | "30" | "90">("0");
  const [phoneNumber, setPhoneNumber] = useState("");
  const [isAgreed, setAgreed] = useState(false);
  const [isChecked, setChecked] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const pair = useMutation({
    mutationFn: (acknowledgement: string | undefined) =>
      adminApi.pair(channelId, {
        method,
        historyDays: history === "0" ? 0 : history === "30" ? 30 : 90,
        ...(method === "code" ? { phoneNumber } : {}),
        ...(acknowledgement === undefined ? {} : { acknowledgement }),
      }),
    onSuccess: () => {
      setAsked(true);
      onStarted();
    },
    // the notice may have changed since it was shown
    onError: () => void queryClient.invalidateQueries({ queryKey: adminQueries.session(channelId).queryKey }),
  });
  const { state, since, reason, notice } = session;
  useEffect(() => setAsked(false), [state, since, reason]);
  useEffect(() => {
    if (!isAsked) return;
    const timer = setTimeout(() => setAsked(false), patienceMs);
    return () => clearTimeout(timer);
  }, [isAsked]);

  const isMissing = isChecked && method === "code" && phoneNumber.trim() === "";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if ((notice && !isAgreed) || (method === "code" && phoneNumber.trim() === "")) return;
    pair.mutate(notice?.version);
  };
  if (isAsked) {
    return (
      <p role="status" className="flex items-center gap-3 py-6 text-text-2">
        <Spinner size={16} label={t("link.asking")} />
        {t("link.asking")}
      </p>
    );
  }
  const wrong = fieldProblem(pair.error, "phoneNumber");
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-6 pt-2" aria-label={t("link.title")}>
      {notice && (
        <div className="flex flex-col gap-2 rounded-panel bg-ochre-weak px-4 py-3">
          <h3 className="font-medium text-ochre">{t("link.notice.title")}</h3>
          {notice.version === translatedVersion ? <p>{t("link.notice")}</p> : <p lang="en">{notice.text}</p>}
          <Checkbox isOn={isAgreed} onChange={setAgreed} label={t("link.notice.agree")} />
          {isChecked && !isAgreed && (
            <p role="alert" className="text-meta text-brick">
              {t("link.notice.missing")}
            </p>
          )}
        </div>
      )}
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-2 font-medium">{t("link.history")}</legend>
        <RadioList
          label={t("link.history")}
          value={history}
          onChange={setHistory}
          options={[
            { value: "0", label: t("link.history.0"), hint: t("link.history.0.hint") },
            { value: "30", label: t("link.history.30") },
            { value: "90", label: t("link.history.90"), hint: t("link.history.90.hint") },
          ]}
        />
      </fieldset>
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-2 font-medium">{t("link.method")}</legend>
        <RadioList
          label={t("link.method")}
          value={method}
          onChange={setMethod}
          options={[
            { value: "qr", label: t("link.method.qr"), hint: t("link.method.qr.hint") },
            { value: "code", label: t("link.method.code"), hint: t("link.method.code.hint") },
          ]}
        />
      </fieldset>
      {method === "code" && (
        <TextField
          label={t("link.phoneNumber")}
          hint={t("link.phoneNumber.hint")}
          error={isMissing ? t("channels.field.missing") : wrong && t("link.phoneNumber.wrong")}
          dir="ltr"
          type="tel"
          autoComplete="off"
          value={phoneNumber}
          onChange={(event) => setPhoneNumber(event.target.value)}
        />
      )}
      <FormError>{pair.isError && !wrong ? problemText(pair.error) : null}</FormError>
      <Button type="submit" look="primary" size="large" className="self-start" isBusy={pair.isPending}>
        {t(method === "qr" ? "link.start.qr" : "link.start.code")}
      </Button>
    </form>
  );
}
