import { useMutation, useQuery } from "@tanstack/react-query";
import { adminApi, adminQueries } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t, type TextKey } from "../../text.ts";
import { Section } from "../../ui/page.tsx";
import { Switch } from "../../ui/switch.tsx";
import { toast } from "../../ui/toast.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { useMembership } from "../shell/use-can.ts";

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
    onError: (error) => toast({ text: problemText(error), tone: "danger" }),
  });
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
              </li>
            ))}
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
