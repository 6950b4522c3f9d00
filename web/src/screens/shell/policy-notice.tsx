import { useMutation, useQuery } from "@tanstack/react-query";
import { request } from "../../api.ts";
import { queryClient } from "../../query-client.ts";
import { locale, t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";

interface Notice {
  version: number;
  effectiveAt: string;
  changes: string[];
}

const key = ["policy-notice"];

/** A change of the privacy policy that is ahead, above every screen until it was read. */
export function PolicyNotice() {
  const notice = useQuery({
    queryKey: key,
    queryFn: () => request<{ notice: Notice | null }>("GET", "/policy-notice"),
    staleTime: 3_600_000,
    retry: false,
  }).data?.notice;
  const read = useMutation({
    mutationFn: (version: number) => request<void>("POST", "/policy-notice/acknowledge", { body: { version } }),
    onSuccess: () => queryClient.setQueryData(key, { notice: null }),
  });
  if (!notice) return null;
  const at = new Intl.DateTimeFormat(locale(), { dateStyle: "long" }).format(new Date(notice.effectiveAt));
  return (
    <section
      aria-label={t("policy.notice")}
      className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-seal-weak px-4 py-2"
    >
      <p className="min-w-0 grow text-seal">{t("policy.notice.text", { at })}</p>
      <a
        href={`/privacy/versions/${notice.version}`}
        target="_blank"
        rel="noopener noreferrer"
        className="text-seal underline"
      >
        {t("policy.notice.link")}
      </a>
      <Button isBusy={read.isPending} onClick={() => read.mutate(notice.version)}>
        {t("policy.notice.read")}
      </Button>
    </section>
  );
}
