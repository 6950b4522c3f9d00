import { Link } from "@tanstack/react-router";
import AlarmClock from "lucide-react/icons/alarm-clock";
import ArrowLeft from "lucide-react/icons/arrow-left";
import Check from "lucide-react/icons/check";
import PanelRight from "lucide-react/icons/panel-right";
import RotateCcw from "lucide-react/icons/rotate-ccw";
import Tag from "lucide-react/icons/tag";
import UserPlus from "lucide-react/icons/user-plus";
import type { Conversation } from "../../../api.ts";
import { links } from "../../../links.ts";
import { t } from "../../../text.ts";
import { Avatar } from "../../../ui/avatar.tsx";
import { Button } from "../../../ui/button.tsx";
import { ChannelGlyph } from "../../../ui/glyphs.tsx";
import { Icon } from "../../../ui/icon.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { Tooltip } from "../../../ui/tooltip.tsx";
import { useMediaQuery } from "../../../ui/use-media-query.ts";
import { setStatus } from "../commands/change.ts";
import { useFilters } from "../filters.ts";
import { contactName, useChannel, useIsChannelRemoved, useMember } from "../people.ts";
import { AssignPicker } from "../pickers/assign-picker.tsx";
import { LabelPicker } from "../pickers/label-picker.tsx";
import { SnoozePicker } from "../pickers/snooze-picker.tsx";

export function ThreadHeader({
  conversation,
  isContextShown,
  onToggleContext,
}: {
  conversation: Conversation;
  isContextShown: boolean;
  onToggleContext: () => void;
}) {
  const channel = useChannel(conversation.channelId);
  const isRemoved = useIsChannelRemoved(conversation.channelId);
  const assignee = useMember(conversation.assignee?.id);
  const filters = useFilters();
  const isResolved = conversation.status === "resolved";
  // On a phone the list with its heading is not on the page.
  const Name = useMediaQuery("(min-width: 760px)") ? "h2" : "h1";
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line pe-3 max-md:ps-1 md:ps-5">
      <Link
        {...links.inbox(filters)}
        aria-label={t("conversation.back")}
        className="flex size-10 shrink-0 items-center justify-center rounded-control text-text-2 hover:bg-hover md:hidden"
      >
        <Icon of={ArrowLeft} size={20} className="rtl:-scale-x-100" />
      </Link>
      <button
        type="button"
        onClick={onToggleContext}
        className="flex min-w-0 items-center gap-2.5 rounded-control text-start"
      >
        <Avatar name={conversation.contact.name ?? ""} seed={conversation.contact.id} size={28} />
        <span className="flex min-w-0 flex-col">
          <Name dir="auto" className="truncate text-start text-pane font-semibold">
            {contactName(conversation.contact)}
          </Name>
          {isRemoved && <span className="text-meta text-text-2">{t("channel.removed.short")}</span>}
          {channel && (
            <span className="flex items-center gap-1 text-meta text-text-2">
              <ChannelGlyph network={channel.provider} size={12} />
              <bdi className="truncate">{channel.name}</bdi>
              {!channel.isOfficial && (
                <span className="shrink-0 text-ochre" title={t("channel.notOfficial")}>
                  · {t("channel.notOfficial.short")}
                </span>
              )}
            </span>
          )}
        </span>
      </button>
      <span className="grow" />
      <AssignPicker
        conversation={conversation}
        trigger={
          assignee ? (
            <button
              type="button"
              className="flex size-8 items-center justify-center rounded-control hover:bg-hover pointer-coarse:size-10"
              aria-label={t("inbox.assignedTo", { name: assignee.name })}
              title={t("inbox.assignedTo", { name: assignee.name })}
            >
              <Avatar name={assignee.name} seed={assignee.id} size={24} />
            </button>
          ) : (
            <PickerButton icon={UserPlus} label={t("conversation.assign")} />
          )
        }
      />
      <LabelPicker
        conversation={conversation}
        trigger={<PickerButton icon={Tag} label={t("conversation.label")} className="max-md:hidden" />}
      />
      <SnoozePicker
        conversation={conversation}
        trigger={<PickerButton icon={AlarmClock} label={t("conversation.snooze")} />}
      />
      <Tooltip text={t(isResolved ? "conversation.reopen" : "conversation.resolve")} keys="e">
        <Button
          className="max-md:size-8 max-md:px-0 max-md:pointer-coarse:size-10"
          onClick={() => void setStatus(conversation, isResolved ? "open" : "resolved")}
        >
          <Icon of={isResolved ? RotateCcw : Check} />
          <span className="max-md:sr-only">{t(isResolved ? "conversation.reopen" : "conversation.resolve")}</span>
        </Button>
      </Tooltip>
      <IconButton
        icon={PanelRight}
        label={t(isContextShown ? "conversation.hideDetails" : "conversation.showDetails")}
        keys="mod+."
        className="max-md:hidden rtl:*:-scale-x-100"
        onClick={onToggleContext}
      />
    </header>
  );
}

/** A plain button: the popover it opens brings its own props, and a tooltip around it would take them. */
function PickerButton({ icon, label, className, ...rest }: { icon: typeof Tag; label: string; className?: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`flex size-8 shrink-0 items-center justify-center rounded-control text-text-2 transition-colors hover:bg-hover hover:text-text data-popup-open:bg-hover pointer-coarse:size-10 ${className ?? ""}`}
      {...rest}
    >
      <Icon of={icon} />
    </button>
  );
}
