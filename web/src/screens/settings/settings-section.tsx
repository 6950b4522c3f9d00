import { useParams } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { settingsSections, type SettingsSection as Name } from "../../links.ts";
import { NotFound } from "../shell/route-states.tsx";
import { PrivacySection } from "../privacy/privacy-section.tsx";
import { RequestsSection } from "../privacy/requests-section.tsx";
import { WebhooksSection } from "../webhooks/webhooks-section.tsx";
import { ApiKeysSection } from "./api-keys-section.tsx";
import { AppearanceSection } from "./appearance-section.tsx";
import { DevicesSection } from "./devices-section.tsx";
import { LabelsSection } from "./labels-section.tsx";
import { FieldsSection } from "./fields-section.tsx";
import { RepliesSection } from "./replies-section.tsx";
import { MembersSection } from "./members-section.tsx";
import { NotificationsSection } from "./notifications-section.tsx";
import { ProfileSection } from "./profile-section.tsx";
import { ViewsSection } from "./views-section.tsx";
import { WorkspaceSection } from "./workspace-section.tsx";

const parts: Record<Name, ComponentType> = {
  profile: ProfileSection,
  security: DevicesSection,
  notifications: NotificationsSection,
  appearance: AppearanceSection,
  workspace: WorkspaceSection,
  members: MembersSection,
  labels: LabelsSection,
  replies: RepliesSection,
  fields: FieldsSection,
  views: ViewsSection,
  "api-keys": ApiKeysSection,
  webhooks: WebhooksSection,
  privacy: PrivacySection,
  requests: RequestsSection,
};

export function SettingsSection() {
  const { section } = useParams({ strict: false }) as { section?: string };
  const name = settingsSections.find((one) => one === section);
  if (!name) return <NotFound />;
  const Part = parts[name];
  return <Part key={name} />;
}
