import { useMutation } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { adminApi } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { t } from "../../text.ts";
import { buttonStyle } from "../../ui/button.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { problemText } from "../shell/problem-text.ts";
import { useArrive } from "./arrive.ts";
import { AuthPage } from "./auth-page.tsx";

/** Where a link leads that signs in once. It is used up by our own POST, never by whoever merely looks at the address. */
export function LinkScreen() {
  const { token = "" } = useParams({ strict: false }) as { token?: string };
  const arrive = useArrive();
  const isSent = useRef(false);
  const { mutate, isError, error } = useMutation({
    mutationFn: () => adminApi.useSignInLink(token),
    onSuccess: (me) => arrive(me),
  });
  useEffect(() => {
    // Strict mode runs effects twice in development; the link works once.
    if (isSent.current) return;
    isSent.current = true;
    mutate();
  }, [mutate]);
  if (!isError) {
    return (
      <main className="flex h-full items-center justify-center text-text-2">
        <Spinner size={20} label={t("auth.link.busy")} />
      </main>
    );
  }
  return (
    <AuthPage title={t("auth.link.failed")} purpose={problemText(error)}>
      <Link {...links.signIn()} className={buttonStyle({ size: "large", wide: true })}>
        {t("auth.link.other")}
      </Link>
    </AuthPage>
  );
}
