import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi, type WorkspaceMember } from "../../admin-api.ts";
import { queries } from "../../queries.ts";
import { t } from "../../text.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button, buttonStyle } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { useCan, useMembership } from "../shell/use-can.ts";
import { InviteDialog } from "./invite-dialog.tsx";
import { Invitations } from "./invitations.tsx";
import { MemberDialog } from "./member-dialog.tsx";

export function MembersSection() {
  const members = useQuery(queries.members());
  const canManage = useCan("member:manage");
  const [isInviting, setInviting] = useState(false);
  const [changed, setChanged] = useState<WorkspaceMember | null>(null);
  return (
    <Page
      title={t("settings.members")}
      purpose={t("settings.members.purpose")}
      actions={
        canManage ? (
          <Button look="primary" onClick={() => setInviting(true)}>
            {t("members.invite")}
          </Button>
        ) : (
          <p className="text-meta text-text-2">{t("page.needsAdmin")}</p>
        )
      }
    >
      <Loaded query={members}>
        {({ data }) => (
          <ul aria-label={t("members.list")} className="flex flex-col divide-y divide-line border-y border-line">
            {(data as WorkspaceMember[]).map((member) => (
              <MemberRow key={member.id} member={member} canManage={canManage} onChange={() => setChanged(member)} />
            ))}
          </ul>
        )}
      </Loaded>
      {canManage && <Invitations />}
      {canManage && (
        <p>
          <a className={buttonStyle()} href={adminApi.accessReviewUrl()} download>
            {t("members.access")}
          </a>
        </p>
      )}
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
      {changed && <MemberDialog member={changed} onClose={() => setChanged(null)} />}
    </Page>
  );
}

function MemberRow({
  member,
  canManage,
  onChange,
}: {
  member: WorkspaceMember;
  canManage: boolean;
  onChange: () => void;
}) {
  const me = useMembership();
  const name = member.name ?? member.email;
  const isMine = member.id === me?.memberId;
  const isOutOfReach = member.role === "owner" && me?.role !== "owner";
  return (
    <li className="flex min-h-16 items-center gap-3 py-2">
      <Avatar name={name} seed={member.id} size={36} />
      <div className="flex min-w-0 grow flex-col">
        <span className="flex min-w-0 items-center gap-2">
          <span dir="auto" className="text-match truncate font-medium">
            {name}
          </span>
          {isMine && <Badge tone="ink">{t("members.you")}</Badge>}
        </span>
        {(member.name ?? member.phone) && (
          <bdi dir="ltr" className="text-match truncate text-meta text-text-2">
            {[...(member.name ? [member.email] : []), ...(member.phone ? [member.phone] : [])].join(" · ")}
          </bdi>
        )}
      </div>
      <div className="flex shrink-0 flex-col items-end text-end">
        <span>{t(`page.role.${member.role}`)}</span>
        <span className="text-meta text-text-2">
          {member.channelIds === null
            ? t("members.allChannels")
            : t("members.channels", { n: member.channelIds.length })}
        </span>
      </div>
      {canManage && (
        <Button
          size="small"
          disabled={isOutOfReach}
          title={isOutOfReach ? t("members.ownerOnly") : undefined}
          aria-label={t("members.change", { name })}
          onClick={onChange}
        >
          {t("page.edit")}
        </Button>
      )}
    </li>
  );
}
