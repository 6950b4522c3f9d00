import { Link } from "@tanstack/react-router";
import { links } from "../../../links.ts";
import { t } from "../../../text.ts";

/** In place of the field: why nothing can be sent, and where that stands. Notes stay possible. */
export function SilenceStrip({ why, contactId }: { why: "restricted" | "removed"; contactId: string }) {
  return (
    <p role="status" className="px-3.5 py-3 text-ui text-text-2">
      {t(`composer.${why}`)}{" "}
      {why === "restricted" && (
        <Link {...links.contact(contactId)} className="text-ink underline">
          {t("composer.restricted.why")}
        </Link>
      )}
    </p>
  );
}
