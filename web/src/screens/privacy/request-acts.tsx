import type { InputOf } from "@keepword/sdk";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi } from "../../admin-api.ts";
import { t } from "../../text.ts";
import { Button, buttonStyle } from "../../ui/button.tsx";
import { RadioList } from "../../ui/radio-list.tsx";
import { EndsImports } from "../contacts/ends-imports.tsx";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";
import { problemText } from "../shell/problem-text.ts";
import { isUntaken, whyText, type SubjectRequest } from "./request-words.ts";

type Reason = InputOf<"subject_request.refuse">["reason"];

/** In the order in which they are offered. One more of the API, or one less, does not compile. */
const offered: Record<Reason, true> = {
  not_the_person: true,
  manifestly_unfounded: true,
  excessive: true,
  legal_duty: true,
  others_rights: true,
  not_a_minor: true,
};
const reasons = Object.keys(offered) as Reason[];

/** What the owner can do now; nothing where the request goes by itself. */
export function RequestActs({ request }: { request: SubjectRequest }) {
  const client = useQueryClient();
  const isReport = request.source === "minor_report";
  const [isRefusing, setRefusing] = useState(false);
  const [reason, setReason] = useState<Reason>(isReport ? "not_a_minor" : "not_the_person");
  const changed = () => client.invalidateQueries({ queryKey: ["subject-requests"] });
  const confirm = useMutation({ mutationFn: () => adminApi.confirmIdentity(request.id), onSuccess: changed });
  const answer = useMutation({ mutationFn: () => adminApi.answerSubjectRequest(request.id), onSuccess: changed });
  const isWaiting = request.state === "identity_pending" || request.state === "received";
  const isUnrun = request.steps.every((step) => step.state === "waiting");
  const mayRefuse = isWaiting || (request.state === "accepted" && isUnrun && request.type === "complaint");
  const isForTeam = request.state === "accepted" && (request.type === "complaint" || isUntaken(request));
  const error = confirm.error ?? answer.error;
  if (!isWaiting && !isForTeam && !mayRefuse && !request.bundle) return null;
  return (
    <div className="flex flex-col gap-2 border-t border-line pt-4">
      {isWaiting && !isReport && <p className="text-text-2">{t("requests.identity.text")}</p>}
      {isWaiting && request.type === "erase" && <EndsImports />}
      <div className="flex flex-wrap gap-2">
        {isWaiting && (
          <Button look="primary" isBusy={confirm.isPending} onClick={() => confirm.mutate()}>
            {t(isReport ? "requests.type.erase" : "requests.identity.confirm")}
          </Button>
        )}
        {isForTeam && (
          <Button look="primary" isBusy={answer.isPending} onClick={() => answer.mutate()}>
            {t("requests.answered")}
          </Button>
        )}
        {request.bundle && (
          <a className={buttonStyle()} href={adminApi.subjectRequestCopyUrl(request.id)} download>
            {t("requests.download")}
          </a>
        )}
        {mayRefuse && <Button onClick={() => setRefusing(true)}>{t("requests.refuse")}</Button>}
      </div>
      {error && (
        <p role="alert" className="text-brick">
          {problemText(error)}
        </p>
      )}
      <ConfirmDialog
        isOpen={isRefusing}
        onClose={() => setRefusing(false)}
        title={t("requests.refuse.title")}
        text={t("requests.refuse.text")}
        actionLabel={t("requests.refuse")}
        onConfirm={async () => {
          await adminApi.refuseSubjectRequest(request.id, reason);
          await changed();
        }}
      >
        <RadioList
          label={t("requests.refuse.reason")}
          value={reason}
          onChange={setReason}
          options={reasons
            .filter((value) => value !== "not_a_minor" || isReport)
            .map((value) => ({ value, label: whyText(value) }))}
        />
      </ConfirmDialog>
    </div>
  );
}
