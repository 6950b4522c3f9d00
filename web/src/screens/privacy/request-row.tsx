import { Link } from "@tanstack/react-router";
import { useId } from "react";
import { links } from "../../links.ts";
import { locale, t } from "../../text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Moment } from "../shell/moment.tsx";
import { RequestActs } from "./request-acts.tsx";
import { RequestTimeline } from "./request-timeline.tsx";
import { aboutWhom, isOver, stateText, toneOf, typeText, type SubjectRequest } from "./request-words.ts";

const day = (at: string): string => new Intl.DateTimeFormat(locale(), { dateStyle: "medium" }).format(new Date(at));

export function RequestRow({
  request,
  canManage,
  isShown,
  onShow,
}: {
  request: SubjectRequest;
  canManage: boolean;
  isShown: boolean;
  onShow: (isShown: boolean) => void;
}) {
  const id = useId();
  const isLate = !isOver(request) && Date.parse(request.dueAt) < Date.now();
  return (
    <li className="flex flex-col gap-3 py-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 grow basis-56">
          <p className="flex flex-wrap items-center gap-2 font-medium">
            {typeText(request.type)}
            <Badge tone={toneOf[request.state]}>{stateText(request.state)}</Badge>
          </p>
          <p dir="auto" className="text-match break-words">
            {aboutWhom(request)}
          </p>
          <p className="text-meta text-text-2">
            {t(`requests.source.${request.source as "api"}`)} · <Moment at={request.receivedAt} />
            {!isOver(request) && (
              <span className={isLate ? "font-medium text-brick" : ""}>
                {" · "}
                {t("requests.due", { at: day(request.dueAt) })}
              </span>
            )}
          </p>
        </div>
        <Button size="small" aria-expanded={isShown} aria-controls={id} onClick={() => onShow(!isShown)}>
          {isShown ? t("requests.hide") : t("requests.show")}
        </Button>
      </div>
      {isShown && (
        <div id={id} className="flex flex-col gap-4 rounded-panel bg-sunken p-4">
          <About request={request} />
          <RequestTimeline request={request} />
          {canManage && <RequestActs request={request} />}
        </div>
      )}
    </li>
  );
}

/** Who asked, and what they said. */
function About({ request: { contactId, subjectName, detail, state, type, ...request } }: { request: SubjectRequest }) {
  const said = detail?.text ?? detail?.name;
  const isGone = type === "erase" && state === "done";
  const untaken = Object.keys(detail?.untaken ?? {});
  // where nobody is known it stands above
  const identity = subjectName === null ? null : request.identity;
  if (!said && !identity && (contactId === null || isGone)) return null;
  return (
    <div className="flex flex-col gap-1">
      {identity && (
        <p dir="auto" className="text-match">
          {identity}
        </p>
      )}
      {contactId !== null && !isGone && (
        <Link {...links.contact(contactId)} className="self-start text-ink hover:underline">
          {t("requests.contact")}
        </Link>
      )}
      {said && (
        <p dir="auto" className="text-match whitespace-pre-wrap">
          {said}
        </p>
      )}
      {untaken.length > 0 && (
        <>
          {!isOver({ state }) && <p className="text-ochre">{t("requests.untaken")}</p>}
          <dl>
            {untaken.map((name) => (
              <div key={name} className="flex flex-wrap gap-x-2">
                <dt dir="auto" className="text-match text-text-2">
                  {name}
                </dt>
                <dd dir="auto" className="text-match">
                  {(detail?.attributes as Record<string, string> | undefined)?.[name]}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </div>
  );
}
