import { t } from "../../text.ts";
import { Page } from "../../ui/page.tsx";
import { useCan, useMembership } from "../shell/use-can.ts";
import { AgreementsSection } from "./agreements-section.tsx";
import { BreachesSection } from "./breaches-section.tsx";
import { CloseSection } from "./close-section.tsx";
import { ConsentRulesSection } from "./consent-rules-section.tsx";
import { DisclosuresSection } from "./disclosures-section.tsx";
import { HoldsSection } from "./holds-section.tsx";
import { RetentionSection } from "./retention-section.tsx";

/** The contract, how long things are kept, what keeps them longer, and how all of it ends. */
export function PrivacySection() {
  const membership = useMembership();
  const canManage = useCan("workspace:manage");
  if (!membership) return null;
  const isOwner = membership.role === "owner";
  return (
    <Page title={t("settings.privacy")} purpose={t("settings.privacy.purpose")}>
      <div className="flex flex-col gap-10">
        <AgreementsSection isOwner={isOwner} />
        <RetentionSection />
        {canManage && (
          <>
            <ConsentRulesSection />
            <HoldsSection isOwner={isOwner} />
            <DisclosuresSection />
            <BreachesSection />
          </>
        )}
        <CloseSection workspace={membership.workspace} isOwner={isOwner} />
      </div>
    </Page>
  );
}
