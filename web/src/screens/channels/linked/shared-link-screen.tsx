import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { adminQueries } from "../../../admin-api.ts";
import { ApiError } from "../../../api.ts";
import { t } from "../../../text.ts";
import { Spinner } from "../../../ui/spinner.tsx";
import { problemText } from "../../shell/problem-text.ts";
import { AuthPage } from "../../sign-in/auth-page.tsx";
import { PairingCode } from "./pairing-code.tsx";

const everyMs = 2_000;
const over: readonly string[] = ["connected", "restricted"];

/** What a shared link shows to whoever holds the phone, without a login. The token stands after `#`, where no server log sees it. */
export function SharedLinkScreen() {
  const [token] = useState(() => location.hash.slice(1));
  const session = useQuery({
    ...adminQueries.sharedSession(token),
    refetchInterval: ({ state }) => (over.includes(state.data?.state ?? "") || isOver(state.error) ? false : everyMs),
  });
  const { data, error } = session;
  if (isOver(error))
    return <AuthPage title={t("link.shared.over")} purpose={t("link.shared.over.text")} children={null} />;
  if (!data) {
    return error ? (
      <AuthPage title={t("link.shared.title")} purpose={problemText(error)} children={null} />
    ) : (
      <main className="flex h-full items-center justify-center text-text-2">
        <Spinner size={20} label={t("link.asking")} />
      </main>
    );
  }
  if (over.includes(data.state))
    return <AuthPage title={t("link.shared.done")} purpose={t("link.shared.done.text")} children={null} />;
  const isGoing = data.state === "pairing" || data.state === "connecting";
  return (
    <AuthPage
      title={t("link.shared.title")}
      purpose={t("link.shared.text", { name: `\u2068${data.channelName}\u2069` })}
    >
      {isGoing ? <PairingCode session={data} /> : <p role="status">{t("link.shared.waiting")}</p>}
      <p className="text-meta text-text-2">{t("link.shared.warning")}</p>
    </AuthPage>
  );
}

function isOver(error: unknown): boolean {
  return error instanceof ApiError && error.code === "session.link_not_valid";
}
