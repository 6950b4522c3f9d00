import { Link } from "@tanstack/react-router";
import { adminApi } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { buttonStyle } from "../../ui/button.tsx";
import { CopyWell } from "../../ui/copy-well.tsx";
import { Page } from "../../ui/page.tsx";
import { SavedField } from "../../ui/saved-field.tsx";
import { problemText } from "../shell/problem-text.ts";
import { useCan, useMembership } from "../shell/use-can.ts";
import { Features } from "./features.tsx";
import { SettingRow } from "./setting-row.tsx";

export function WorkspaceSection() {
  const membership = useMembership();
  const canManage = useCan("workspace:manage");
  if (!membership) return null;
  const { workspace, role } = membership;
  const rename = async (name: string): Promise<void> => {
    await adminApi.renameWorkspace(workspace.id, name);
    await queryClient.invalidateQueries(queries.me());
  };
  return (
    <Page title={t("settings.workspace")} purpose={t("settings.workspace.purpose")}>
      <div className="flex flex-col divide-y divide-line">
        <div className="pb-4">
          <SavedField
            label={t("workspace.name")}
            hint={canManage ? undefined : t("page.needsAdmin")}
            value={workspace.name}
            maxLength={120}
            disabled={!canManage}
            savedLabel={t("page.saved")}
            describe={problemText}
            onSave={rename}
          />
        </div>
        <SettingRow
          title={t("workspace.yours")}
          text={
            <>
              {t(`page.role.${role}`)}. {t(`page.role.${role}.hint`)}
            </>
          }
        />
        <div className="flex flex-col gap-1.5 py-4">
          <h2 className="font-medium">{t("workspace.id")}</h2>
          <CopyWell
            value={workspace.id}
            label={t("workspace.id")}
            copyLabel={t("app.copy")}
            copiedLabel={t("app.copied")}
          />
          <p className="text-meta text-text-2">{t("workspace.id.hint")}</p>
        </div>
        <div className="py-4">
          <Features />
        </div>
        <div className="pt-4">
          <Link {...links.workspaces()} className={buttonStyle()}>
            {t("workspace.switch")}
          </Link>
        </div>
      </div>
    </Page>
  );
}
