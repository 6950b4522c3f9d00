import { useQuery } from "@tanstack/react-query";
import { queries } from "../../queries.ts";
import { t } from "../../text.ts";

/** Beside what is said to come by mail, where no mail server is set up: where the mails are, and what would send them. */
export function MailNote() {
  const me = useQuery(queries.me()).data;
  if (me?.delivery !== "outbox") return null;
  return <p className="rounded-control bg-ochre-weak px-3 py-2 text-ochre">{t("mail.kept")}</p>;
}
