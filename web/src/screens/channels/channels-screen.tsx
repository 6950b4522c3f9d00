import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import Cable from "lucide-react/icons/cable";
import ChevronRight from "lucide-react/icons/chevron-right";
import type { Channel } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { queries } from "../../queries.ts";
import { t } from "../../text.ts";
import { Badge } from "../../ui/badge.tsx";
import { buttonStyle } from "../../ui/button.tsx";
import { ChannelGlyph } from "../../ui/glyphs.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { Moment } from "../shell/moment.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { useCan } from "../shell/use-can.ts";
import { statusText, statusTone } from "./channel-words.ts";
import { NotOfficial } from "./linked/not-official.tsx";
import { useHealth } from "./use-health.ts";

export function ChannelsScreen() {
  const list = useQuery(queries.channels());
  const canManage = useCan("channel:manage");
  const connect = canManage ? (
    <Link {...links.newChannel()} className={buttonStyle({ look: "primary" })}>
      {t("channels.connect")}
    </Link>
  ) : (
    <p className="text-meta text-text-2">{t("channels.new.noRight")}</p>
  );
  return (
    <Page
      title={t("nav.channels")}
      purpose={t("channels.purpose")}
      actions={
        list.data &&
        list.data.data.length > 0 && (
          <>
            <Link {...links.health()} className={buttonStyle()}>
              {t("nav.health")}
            </Link>
            {connect}
          </>
        )
      }
    >
      <Loaded query={list}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState
              icon={Cable}
              title={t("channels.empty.title")}
              text={t("channels.empty.text")}
              action={connect}
            />
          ) : (
            <ul aria-label={t("channels.list")} className="flex flex-col border-t border-line">
              {(data as Channel[]).map((channel) => (
                <ChannelRow key={channel.id} channel={channel} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Page>
  );
}

function ChannelRow({ channel }: { channel: Channel }) {
  const health = useHealth(channel.id, 15_000).data;
  return (
    <li className="border-b border-line">
      <Link
        {...links.channel(channel.id)}
        className="-mx-3 flex min-h-16 items-center gap-3 rounded-control px-3 py-2 transition-colors hover:bg-hover"
      >
        <ChannelGlyph network={channel.provider} size={20} />
        <span className="flex min-w-0 grow flex-col">
          <span dir="auto" className="text-match truncate font-medium">
            {channel.name}
          </span>
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1 text-meta text-text-2">
            <span>
              {t(`channels.provider.${channel.provider}`)}
              {health && " · "}
              {health && <LastMessage at={health.lastInboundAt} />}
            </span>
            {!channel.isOfficial && <NotOfficial />}
          </span>
        </span>
        <Badge tone={statusTone[channel.status]}>{statusText(channel)}</Badge>
        <Icon of={ChevronRight} className="shrink-0 text-text-2 rtl:-scale-x-100" />
      </Link>
    </li>
  );
}

/** The sentence around the moment differs by language, so the moment is put where the sentence wants it. */
function LastMessage({ at }: { at: string | null }) {
  if (!at) return t("channels.noMessage");
  const [before = "", after = ""] = t("channels.lastMessage", { at: "\u0000" }).split("\u0000");
  return (
    <>
      {before}
      <Moment at={at} />
      {after}
    </>
  );
}
