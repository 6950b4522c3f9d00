import { SendingRemedy, type SendingStop } from "../../shell/sending-notice.tsx";

/** In place of the field: why nothing of the workspace is sent. Notes stay possible. */
export function StoppedStrip({ stop }: { stop: SendingStop }) {
  return (
    <p role="status" className="px-3.5 py-3 text-ui text-text-2">
      {stop.text} <SendingRemedy stop={stop} />
    </p>
  );
}
