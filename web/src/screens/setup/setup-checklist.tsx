import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { links, type LinkTarget } from "../../links.ts";
import { t } from "../../text.ts";
import { buttonStyle } from "../../ui/button.tsx";
import { cx } from "../../ui/cx.ts";
import { StepMark, type StepState } from "../../ui/step-mark.tsx";
import { SkeletonRows } from "../shell/query-states.tsx";
import { QueryError } from "../shell/route-states.tsx";
import { Said } from "../shell/said.tsx";
import { useCan } from "../shell/use-can.ts";
import { useSetup, type Setup } from "./use-setup.ts";

interface Step {
  key: string;
  title: string;
  text: ReactNode;
  state: StepState;
  /** Where it is done; without the right to do it, who does. */
  action?: { to: LinkTarget; label: string; canDo: boolean };
}

/** The first steps of a workspace, each with how it really stands. */
export function SetupChecklist() {
  const { setup, error, retry } = useSetup(4_000);
  const canConnect = useCan("channel:manage");
  const canInvite = useCan("member:manage");
  if (!setup) return error ? <QueryError error={error} onRetry={retry} /> : <SkeletonRows count={5} />;
  const steps = stepsOf(setup, { canConnect, canInvite });
  const done = steps.filter((step) => step.state === "done").length;
  const current = steps.find((step) => step.state !== "done");
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-3">
        <span aria-hidden className="flex grow gap-1">
          {steps.map((step) => (
            <span
              key={step.key}
              className={cx("h-1 grow rounded-full", step.state === "done" ? "bg-moss" : "bg-line")}
            />
          ))}
        </span>
        <span role="status" className="tabular text-meta text-text-2">
          {t("setup.progress", { n: done, total: steps.length })}
        </span>
      </div>
      {!current && (
        <p className="rounded-control bg-moss-weak px-3 py-2 text-moss">
          <span className="font-medium">{t("setup.allDone.title")}.</span> {t("setup.allDone.text")}
        </p>
      )}
      <ol aria-label={t("setup.list")} className="flex flex-col divide-y divide-line border-y border-line">
        {steps.map((step) => (
          <StepRow key={step.key} step={step} isCurrent={step === current} />
        ))}
      </ol>
    </div>
  );
}

function StepRow({ step, isCurrent }: { step: Step; isCurrent: boolean }) {
  const mark =
    step.state === "done" ? "channel.step.done" : step.state === "failed" ? "channel.step.failed" : "channel.step.open";
  return (
    <li className="flex gap-3 py-4" aria-current={isCurrent ? "step" : undefined}>
      <StepMark state={step.state} label={t(mark)} />
      <div className="flex min-w-0 grow flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 grow basis-60">
          <p className={cx("font-medium", step.state === "done" && "text-text-2")}>{step.title}</p>
          <p className="text-text-2">{step.text}</p>
        </div>
        {step.action && step.action.canDo && (
          <Link {...step.action.to} className={buttonStyle({ look: isCurrent ? "primary" : "plain", size: "small" })}>
            {step.action.label}
          </Link>
        )}
        {step.action && !step.action.canDo && step.state !== "done" && (
          <p className="text-meta text-text-2">{t("setup.noRight")}</p>
        )}
      </div>
    </li>
  );
}

function stepsOf(setup: Setup, can: { canConnect: boolean; canInvite: boolean }): Step[] {
  const { channel, isVerified, hasFailed, lastInboundAt, hasWebhook, hasAnswered, memberCount, labelCount } = setup;
  const name = `\u2068${channel?.name ?? ""}\u2069`;
  const hasMembers = memberCount > 1;
  return [
    {
      key: "channel",
      title: t("setup.channel"),
      state: isVerified ? "done" : hasFailed ? "failed" : channel ? "waiting" : "open",
      text: !channel
        ? t("setup.channel.text")
        : t(isVerified ? "setup.channel.done" : hasFailed ? "setup.channel.failed" : "setup.channel.waiting", { name }),
      action: channel
        ? { to: links.channel(channel.id), label: t("setup.channel.look"), canDo: true }
        : { to: links.newChannel(), label: t("setup.channel.do"), canDo: can.canConnect },
    },
    {
      key: "webhook",
      title: t("setup.webhook"),
      state: lastInboundAt ? "done" : channel ? "waiting" : "open",
      text: lastInboundAt ? (
        <Said text="setup.webhook.done" at={lastInboundAt} />
      ) : (
        t(hasWebhook ? "setup.webhook.event" : "setup.webhook.text")
      ),
    },
    {
      key: "answer",
      title: t("setup.answer"),
      state: hasAnswered ? "done" : lastInboundAt ? "waiting" : "open",
      text: t(hasAnswered ? "setup.answer.done" : "setup.answer.text"),
      ...(lastInboundAt && !hasAnswered
        ? { action: { to: links.inbox({ view: "all" }), label: t("setup.answer.do"), canDo: true } }
        : {}),
    },
    {
      key: "invite",
      title: t("setup.invite"),
      state: hasMembers ? "done" : setup.openInvitations > 0 ? "waiting" : "open",
      text: hasMembers
        ? t("setup.invite.done", { n: memberCount })
        : setup.openInvitations > 0
          ? t("setup.invite.open", { n: setup.openInvitations })
          : t("setup.invite.text"),
      ...(hasMembers
        ? {}
        : { action: { to: links.settings("members"), label: t("setup.invite.do"), canDo: can.canInvite } }),
    },
    {
      key: "label",
      title: t("setup.label"),
      state: labelCount > 0 ? "done" : "open",
      text: labelCount > 0 ? t("setup.label.done", { n: labelCount }) : t("setup.label.text"),
      ...(labelCount > 0 ? {} : { action: { to: links.settings("labels"), label: t("setup.label.do"), canDo: true } }),
    },
  ];
}
