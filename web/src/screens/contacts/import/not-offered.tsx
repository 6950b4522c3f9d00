import { links } from "../../../links.ts";
import { t } from "../../../text.ts";
import { Page } from "../../../ui/page.tsx";
import { EmptyState } from "../../../ui/states.tsx";
import { BackLink } from "../../shell/back-link.tsx";

/** For who came by a link and may not import: limited to channels, they would be told of people whom they are not shown. */
export function NotOffered() {
  return (
    <Page back={<BackLink to={links.contacts()}>{t("nav.contacts")}</BackLink>} title={t("import.title")}>
      <EmptyState title={t("import.limited")} text={t("import.limited.text")} />
    </Page>
  );
}
