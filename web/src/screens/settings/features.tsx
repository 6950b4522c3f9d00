import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { adminApi, adminQueries } from "../../admin-api.ts";
import { ApiError } from "../../api.ts";
import { links } from "../../links.ts";
import { queryClient } from "../../query-client.ts";
import { t, type TextKey } from "../../text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Section } from "../../ui/page.tsx";
import { Switch } from "../../ui/switch.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { useCan, useMembership } from "../shell/use-can.ts";
import { textLink } from "../sign-in/auth-page.tsx";

const words: Record<string, { name: TextKey; text: TextKey }> = {
  linked_phones: { name: "features.linked_phones", text: "features.linked_phones.text" },
};

/** What an owner may turn on besides the inbox, each with what may come of it. */
export function Features() {
  const features = useQuery(adminQueries.features());
  const isOwner = useMembership()?.role === "owner";
  const change = useMutation({
    mutationFn: ({ id, isOn }: { id: string; isOn: boolean }) => adminApi.changeFeature(id, isOn),
    onSuccess: () => queryClient.invalidateQueries(adminQueries.features()),
  });
  const maySeeSpecial = useCan("contact:special");
  return (
    <Section title={t("features.title")} purpose={t("features.purpose")}>
      <Loaded query={features}>
        {({ data }) => (
          <ul className="flex flex-col divide-y divide-line border-y border-line">
            {data.map(({ id, does, isOn }) => (
              <li key={id} className="py-3">
                <Switch
                  label={words[id] ? t(words[id].name) : id}
                  hint={words[id] ? t(words[id].text) : does}
                  isOn={isOn}
                  disabled={!isOwner || change.isPending}
                  onChange={(next) => change.mutate({ id, isOn: next })}
                />
                {change.isError && change.variables.id === id && <Refused error={change.error} />}
              </li>
            ))}
            {maySeeSpecial && <Special />}
          </ul>
        )}
      </Loaded>
      <p className="text-meta text-text-2">
        {!isOwner && `${t("features.needsOwner")} `}
        <a href="/privacy" className="underline">
          {t("features.policy")}
        </a>
      </p>
    </Section>
  );
}

/** Beside its switch, for as long as it stands: what to do first is elsewhere. */
function Refused({ error }: { error: unknown }) {
  const isInUse = error instanceof ApiError && error.code === "feature.in_use";
  return (
    <p role="alert" className="mt-2 ps-11 text-brick">
      {problemText(error)}{" "}
      {isInUse && (
        <Link {...links.channels()} className={textLink}>
          {t("features.channels")}
        </Link>
      )}
    </p>
  );
}

/** Optional too, and chosen where its fields are. */
function Special() {
  const special = useQuery(adminQueries.specialCategories()).data;
  return (
    // in line with the words beside the switches
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 py-4 ps-11">
      <div className="min-w-0 grow basis-60">
        <p>{t("special.title")}</p>
        <p className="text-meta text-text-2">{t("features.special.text")}</p>
        <Link {...links.settings("fields")} className={textLink}>
          {t("features.special.open")}
        </Link>
      </div>
      {special && <Badge>{t(special.isEnabled ? "features.isOn" : "features.isOff")}</Badge>}
    </li>
  );
}
