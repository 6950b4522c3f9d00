import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { ApiError, kw } from "../../api.ts";
import { links } from "../../links.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { buttonStyle } from "../../ui/button.tsx";
import { Spinner } from "../../ui/spinner.tsx";
import { ErrorState } from "../../ui/states.tsx";

/** A link that works once: it is used as soon as it is opened by a person's browser (a preview runs no script). */
export function SignInLinkScreen() {
  const { token } = useParams({ strict: false }) as { token: string };
  const navigate = useNavigate();
  const [problem, setProblem] = useState<string | null>(null);
  const used = useRef(false);
  useEffect(() => {
    if (used.current) return;
    used.current = true;
    kw.call("sign_in.use_link", { token }).then(
      (me) => {
        queryClient.setQueryData(["me"], me);
        void navigate({ ...links.inbox(), replace: true });
      },
      (error: unknown) => setProblem((error instanceof ApiError && error.message) || t("error.server.text")),
    );
  }, [token, navigate]);
  return (
    <main className="flex h-full flex-col items-center justify-center">
      {problem === null ? (
        <Spinner size={20} label={t("app.loading")} />
      ) : (
        <>
          <ErrorState title={t("signInLink.failed")} text={problem} />
          <Link {...links.signIn()} className={buttonStyle()}>
            {t("signInLink.other")}
          </Link>
        </>
      )}
    </main>
  );
}
