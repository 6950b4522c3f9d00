import { t } from "../../text.ts";
import { Page } from "../../ui/page.tsx";
import { SetupChecklist } from "./setup-checklist.tsx";

export function SetupScreen() {
  return (
    <Page title={t("nav.setup")} purpose={t("setup.purpose")}>
      <SetupChecklist />
    </Page>
  );
}
