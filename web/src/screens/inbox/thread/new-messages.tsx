import { useState } from "react";
import { summary } from "../preview.ts";

/** Reads new inbound messages out, and only those: older pages that are scrolled in stay silent. */
export function NewMessages({
  messages,
}: {
  messages: readonly { id: string; direction: string; type: string; text?: string | undefined }[];
}) {
  const newest = messages.find((message) => message.direction === "inbound");
  const [firstId] = useState(newest?.id);
  return (
    <div aria-live="polite" className="sr-only">
      {newest && newest.id !== firstId ? summary(newest) : ""}
    </div>
  );
}
