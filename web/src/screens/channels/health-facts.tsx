import type { ReactNode } from "react";
import type { ChannelHealth } from "../../admin-api.ts";
import { locale, t } from "../../text.ts";
import { span } from "../../time.ts";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Section } from "../../ui/page.tsx";
import { Moment } from "../shell/moment.tsx";
import { checkReport, providerReports, type ProviderReport } from "./use-health.ts";

const figure = (value: number): string => new Intl.NumberFormat(locale()).format(value);

const qualityTone: Record<string, Tone> = { green: "success", yellow: "warning", red: "danger", unknown: "plain" };

/** Quality, limits, delay and times: what a person looks up rather than watches. */
export function HealthFacts({ health, isLinked = false }: { health: ChannelHealth; isLinked?: boolean }) {
  const check = checkReport(health);
  const unknown = <span className="text-text-2">{t("channel.facts.unknown")}</span>;
  // what a linked phone's network never tells
  const ofApi: [string, ReactNode][] = [
    [
      t("channel.facts.quality"),
      check ? (
        <Badge tone={qualityTone[check.quality] ?? "plain"}>{t(`channel.quality.${check.quality}`)}</Badge>
      ) : (
        unknown
      ),
    ],
    [
      t("channel.facts.limit"),
      check?.dailyLimit === undefined
        ? unknown
        : check.dailyLimit === null
          ? t("channel.facts.noLimit")
          : figure(check.dailyLimit),
    ],
    [t("channel.facts.speed"), check?.messagesPerSecond === undefined ? unknown : figure(check.messagesPerSecond)],
  ];
  const facts: [string, ReactNode][] = [
    ...(isLinked ? [] : ofApi),
    [t("channel.facts.lag"), health.lagMs === null ? unknown : span(health.lagMs)],
    ...(isLinked
      ? []
      : [[t("channel.facts.webhook"), <Moment key="webhook" at={health.lastWebhookAt} />] as [string, ReactNode]]),
    [t("channel.facts.sent"), <Moment key="sent" at={health.lastSentAt} />],
    ...(isLinked
      ? []
      : [[t("channel.facts.checked"), <Moment key="checked" at={health.checkedAt} />] as [string, ReactNode]]),
    [
      t("channel.facts.error"),
      health.lastErrorAt ? (
        <>
          <code dir="ltr" className="font-mono text-meta">
            {health.lastErrorCode}
          </code>{" "}
          · <Moment at={health.lastErrorAt} />
        </>
      ) : (
        <span className="text-text-2">{t("channel.facts.noError")}</span>
      ),
    ],
  ];
  return (
    <Section title={t("channel.facts")}>
      <dl className="grid gap-x-10 md:grid-cols-2">
        {facts.map(([name, value]) => (
          <div key={name} className="flex min-h-10 items-center justify-between gap-3 border-b border-line">
            <dt className="text-text-2">{name}</dt>
            <dd className="tabular text-end">{value}</dd>
          </div>
        ))}
      </dl>
      <Reports reports={providerReports(health)} />
    </Section>
  );
}

const severityTone: Record<ProviderReport["severity"], Tone> = { info: "plain", warn: "warning", stop: "danger" };

/** The network's own words: they are not translated, so that they can be looked up. */
function Reports({ reports }: { reports: readonly ProviderReport[] }) {
  if (reports.length === 0) return null;
  return (
    <div className="mt-3 flex flex-col gap-2">
      <h3 className="font-medium">{t("channel.reports")}</h3>
      <ul className="flex flex-col divide-y divide-line">
        {reports.map((report) => (
          <li key={report.change} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-2">
            <Badge tone={severityTone[report.severity]}>
              <span dir="ltr">{report.event.replaceAll("_", " ")}</span>
            </Badge>
            <span dir="ltr" className="min-w-0 grow truncate text-meta text-text-2">
              {Object.entries(report.values)
                .map(([name, value]) => `${name} ${value}`)
                .join(" · ")}
            </span>
            <span className="text-meta text-text-2">
              <Moment at={report.at} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
