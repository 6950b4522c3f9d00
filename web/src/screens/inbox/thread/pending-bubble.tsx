import { t } from "../../../text.ts";
import { clockTime } from "../../../time.ts";
import { Button } from "../../../ui/button.tsx";
import { cx } from "../../../ui/cx.ts";
import { MessageText } from "../content/message-content.tsx";
import { kindName } from "../preview.ts";
import { discardSend, retrySend, type PendingSend } from "../sends.ts";
import { Bubble, Meta } from "./bubble.tsx";
import { useFaultText } from "./fault-text.ts";
import { Ticks } from "./ticks.tsx";

/** A send the server has not answered yet: there at once, and honest when it did not get through. */
export function PendingBubble({ send, opens, closes }: { send: PendingSend; opens: boolean; closes: boolean }) {
  const { body } = send;
  // a refusal at once has the code of a fault that comes later
  const problem = useFaultText(send.problem?.code.replace(/^message\./, ""), send.problem?.message);
  const text =
    body.type === "text"
      ? body.text
      : "attachment" in body && "caption" in body.attachment
        ? body.attachment.caption
        : undefined;
  const hasFailed = send.state === "failed";
  const meta = (
    <Meta isInline={text !== undefined}>
      <time dateTime={send.at}>{clockTime(send.at)}</time>
      <Ticks status={hasFailed ? "failed" : "queued"} />
    </Meta>
  );
  return (
    <article aria-label={t("thread.fromUs")} className={cx("flex flex-col items-end", opens ? "pt-2.5" : "pt-0.5")}>
      <div className="max-w-[min(85%,640px)]">
        <Bubble isOurs opens={opens} closes={closes} meta={text === undefined ? meta : null}>
          {send.previewUrl && body.type === "image" && (
            <img src={send.previewUrl} alt={t("kind.image")} className="mb-1 max-h-60 rounded-[10px]" />
          )}
          {text === undefined && !send.previewUrl && <p className="text-text-2">{kindName(body.type)}</p>}
          {text !== undefined && <MessageText text={text} meta={meta} />}
        </Bubble>
      </div>
      {hasFailed && (
        <div role="alert" className="flex flex-wrap items-center justify-end gap-2 pt-1 text-meta text-brick">
          {problem ?? t("failed.network")}
          <Button size="small" onClick={() => retrySend(send.key)}>
            {t("app.retry")}
          </Button>
          <Button size="small" look="quiet" onClick={() => discardSend(send.key)}>
            {t("failed.discard")}
          </Button>
        </div>
      )}
    </article>
  );
}
