import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { adminApi, adminQueries, type Channel } from "../../admin-api.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { Section } from "../../ui/page.tsx";
import { SavedField } from "../../ui/saved-field.tsx";
import { problemText } from "../shell/problem-text.ts";
import { keepingText, readKeeping } from "./channel-words.ts";
import { PaceDialog, paceText } from "./linked/pace-dialog.tsx";
import { ProxyDialog } from "./linked/proxy-dialog.tsx";
import { KeepingDialog } from "./keeping-dialog.tsx";
import { RemoveChannelDialog } from "./remove-channel-dialog.tsx";

/** Name, what is kept, keys, and the end of a channel. */
export function ChannelEdit({
  channel,
  canManage,
  onKeys,
}: {
  channel: Channel;
  canManage: boolean;
  onKeys: () => void;
}) {
  const [open, setOpen] = useState<"keeping" | "pace" | "proxy" | "remove" | null>(null);
  const rename = async (name: string): Promise<void> => {
    queryClient.setQueryData(
      adminQueries.channel(channel.id).queryKey,
      await adminApi.changeChannel(channel.id, { name }),
    );
    await queryClient.invalidateQueries(queries.channels());
  };
  return (
    <Section title={t("channel.edit")} purpose={canManage ? undefined : t("page.needsAdmin")}>
      <div className="flex flex-col divide-y divide-line">
        <div className="pb-4">
          <SavedField
            label={t("channels.field.name")}
            value={channel.name}
            maxLength={100}
            disabled={!canManage}
            savedLabel={t("page.saved")}
            describe={problemText}
            onSave={rename}
          />
        </div>
        <Row
          title={t("channels.new.keep")}
          text={
            <>
              {keepingText(readKeeping(channel.contentMode))}
              <Clearing channelId={channel.id} />
            </>
          }
          action={
            <Button disabled={!canManage} onClick={() => setOpen("keeping")}>
              {t("channels.keep.change")}
            </Button>
          }
        />
        {channel.hasSession ? (
          <>
            <Row
              title={t("link.pace")}
              text={paceText(channel)}
              action={
                <Button disabled={!canManage} onClick={() => setOpen("pace")}>
                  {t("link.pace.change")}
                </Button>
              }
            />
            <Row
              title={t("link.proxy")}
              text={t("link.proxy.purpose")}
              action={
                <Button disabled={!canManage} onClick={() => setOpen("proxy")}>
                  {t("link.proxy.replace")}
                </Button>
              }
            />
          </>
        ) : (
          <Row
            title={t("channel.keys")}
            text={t("channel.keys.purpose")}
            action={
              <Button disabled={!canManage} onClick={onKeys}>
                {t("channel.keys.replace")}
              </Button>
            }
          />
        )}
        <Row
          title={t("channel.remove")}
          text={t("channel.remove.purpose")}
          action={
            <Button disabled={!canManage} className="text-brick!" onClick={() => setOpen("remove")}>
              {t("channel.remove")}
            </Button>
          }
        />
      </div>
      {open === "keeping" && <KeepingDialog channel={channel} onClose={() => setOpen(null)} />}
      {open === "pace" && <PaceDialog channel={channel} onClose={() => setOpen(null)} />}
      {open === "proxy" && <ProxyDialog channel={channel} onClose={() => setOpen(null)} />}
      {open === "remove" && <RemoveChannelDialog channel={channel} onClose={() => setOpen(null)} />}
    </Section>
  );
}

/** How much of what the channel keeps no longer is still there, while it is being cleared. */
function Clearing({ channelId }: { channelId: string }) {
  const { data } = useQuery({
    ...adminQueries.contentMode(channelId),
    refetchInterval: ({ state }) => (state.data && state.data.waiting.messages > 0 ? 3_000 : false),
  });
  if (!data || data.waiting.messages === 0) return null;
  return (
    <span role="status" className="block">
      {t("channels.keep.waiting", { n: data.waiting.messages })}
    </span>
  );
}

function Row({ title, text, action }: { title: string; text: ReactNode; action: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-4">
      <div className="min-w-0 grow basis-60">
        <h3 className="font-medium">{title}</h3>
        <p className="text-text-2">{text}</p>
      </div>
      {action}
    </div>
  );
}
