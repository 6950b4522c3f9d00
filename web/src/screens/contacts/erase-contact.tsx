import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { adminApi } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";
import { EndsImports } from "./ends-imports.tsx";

/** Opens the request that erases the person, and leads to where it is watched. */
export function EraseContact({ contactId, name }: { contactId: string; name: string }) {
  const [isAsking, setAsking] = useState(false);
  const navigate = useNavigate();
  return (
    <Section title={t("contact.erase.title", { name })} purpose={t("contact.erase.purpose")}>
      <div>
        <Button onClick={() => setAsking(true)}>{t("contact.erase")}</Button>
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t("contact.erase.title", { name })}
        text={t("contact.erase.text")}
        actionLabel={t("contact.erase.action")}
        look="seal"
        onConfirm={async () => {
          await adminApi.eraseContact(contactId);
          await navigate(links.settings("requests"));
        }}
      >
        <EndsImports />
      </ConfirmDialog>
    </Section>
  );
}
