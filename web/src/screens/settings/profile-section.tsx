import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi } from "../../admin-api.ts";
import type { Me } from "../../api.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { SavedField } from "../../ui/saved-field.tsx";
import { toast } from "../../ui/toast.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { EmailDialog, PasswordDialog } from "./credential-dialogs.tsx";
import { SettingRow } from "./setting-row.tsx";

export function ProfileSection() {
  const me = useQuery(queries.me());
  return (
    <Page title={t("settings.profile")} purpose={t("settings.profile.purpose")}>
      <Loaded query={me}>{({ person }) => <Profile person={person} />}</Loaded>
    </Page>
  );
}

function Profile({ person }: { person: Me["person"] }) {
  const [open, setOpen] = useState<"email" | "password" | null>(null);
  const rename = async (name: string): Promise<void> => {
    queryClient.setQueryData(queries.me().queryKey, await adminApi.changeMe({ name }));
    await queryClient.invalidateQueries(queries.members());
  };
  const changePhone = async (phone: string): Promise<void> => {
    queryClient.setQueryData(queries.me().queryKey, await adminApi.changeMe({ phone: phone === "" ? null : phone }));
    await queryClient.invalidateQueries(queries.members());
  };
  const mailLink = async (): Promise<void> => {
    try {
      const { delivery } = await adminApi.askReset(person.email);
      const mailed = t("profile.password.mailed", { email: `\u2066${person.email}\u2069` });
      toast({ text: delivery === "mail" ? mailed : t("mail.kept") });
    } catch (error) {
      toast({ text: problemText(error), tone: "danger" });
    }
  };
  return (
    <div className="flex flex-col divide-y divide-line">
      <div className="pb-4">
        <SavedField
          label={t("profile.name")}
          hint={t("auth.name.hint")}
          value={person.name ?? ""}
          maxLength={120}
          autoComplete="name"
          savedLabel={t("page.saved")}
          describe={problemText}
          onSave={rename}
        />
      </div>
      <div className="py-4">
        <SavedField
          label={t("profile.phone")}
          hint={t("profile.phone.hint")}
          value={person.phone ?? ""}
          isRequired={false}
          maxLength={40}
          autoComplete="tel"
          savedLabel={t("page.saved")}
          describe={problemText}
          onSave={changePhone}
        />
      </div>
      <SettingRow
        title={t("profile.email")}
        text={
          <>
            <bdi dir="ltr">{person.email}</bdi>
            {!person.hasPassword && <span className="block text-meta">{t("profile.needsPassword")}</span>}
          </>
        }
        action={
          <Button disabled={!person.hasPassword} onClick={() => setOpen("email")}>
            {t("profile.email.change")}
          </Button>
        }
      />
      <SettingRow
        title={t("profile.password")}
        text={t(person.hasPassword ? "profile.password.set" : "profile.password.none")}
        action={
          person.hasPassword ? (
            <Button onClick={() => setOpen("password")}>{t("profile.email.change")}</Button>
          ) : (
            <Button onClick={() => void mailLink()}>{t("profile.password.byMail")}</Button>
          )
        }
      />
      {open === "email" && <EmailDialog onClose={() => setOpen(null)} />}
      {open === "password" && <PasswordDialog onClose={() => setOpen(null)} />}
    </div>
  );
}
