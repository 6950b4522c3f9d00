import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import Cable from "lucide-react/icons/cable";
import { adminQueries } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { t } from "../../text.ts";
import { buttonStyle } from "../../ui/button.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { BackLink } from "../shell/back-link.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { AlertChoice } from "./alert-choice.tsx";
import { DayFigures } from "./day-figures.tsx";
import { Outages } from "./outages.tsx";
import { serviceName } from "./health-words.ts";
import { UptimeList, UptimeRow } from "./uptime-row.tsx";

/** Thirty days of every channel and service: now, each day, each outage, and who is told. */
export function HealthScreen() {
  const uptime = useQuery(adminQueries.uptime());
  return (
    <Page
      back={<BackLink to={links.channels()}>{t("nav.channels")}</BackLink>}
      title={t("nav.health")}
      purpose={t("health.purpose")}
    >
      <Loaded query={uptime}>
        {({ channels, services }) => (
          <>
            <Section title={t("nav.channels")}>
              {channels.length === 0 ? (
                <EmptyState
                  icon={Cable}
                  title={t("channels.empty.title")}
                  text={t("health.noChannels")}
                  action={
                    <Link {...links.newChannel()} className={buttonStyle()}>
                      {t("channels.connect")}
                    </Link>
                  }
                />
              ) : (
                <UptimeList label={t("nav.channels")} days={channels[0]?.days ?? []}>
                  {channels.map((channel) => (
                    <UptimeRow
                      key={channel.id}
                      subject={channel}
                      name={
                        <Link {...links.channel(channel.id)} dir="auto" className="text-match truncate hover:text-ink">
                          {channel.name}
                        </Link>
                      }
                    />
                  ))}
                </UptimeList>
              )}
            </Section>
            <Section title={t("health.services")} purpose={t("health.services.purpose")}>
              <UptimeList label={t("health.services")} days={services[0]?.days ?? []}>
                {services.map((service) => (
                  <UptimeRow key={service.id} subject={service} name={serviceName(service.id)} />
                ))}
              </UptimeList>
            </Section>
            <DayFigures subjects={[...channels, ...services.map((one) => ({ ...one, name: serviceName(one.id) }))]} />
            <Outages channels={channels} />
          </>
        )}
      </Loaded>
      <AlertChoice />
    </Page>
  );
}
