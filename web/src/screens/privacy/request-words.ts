import type { ResultOf } from "@keepword/sdk";
import { t, type TextKey } from "../../text.ts";
import type { Tone } from "../../ui/badge.tsx";

export type SubjectRequest = ResultOf<"subject_request.get">;

export const typeText = (type: SubjectRequest["type"]): string => t(`requests.type.${type}`);
export const stateText = (state: SubjectRequest["state"]): string => t(`requests.state.${state}`);

/** Whose request it is, as far as it is known; of somebody who was erased only the request's own number is left. */
export function aboutWhom({ id, subject, subjectName, identity, contactId }: SubjectRequest): string {
  if (subjectName !== null) return subjectName;
  if (subject === "person") return t("requests.about.member");
  if (contactId !== null) return t("requests.about.erased", { id });
  return identity ?? t("requests.about.nobody", { id });
}

/** A word that a later server may add is shown as it is. */
const wordOr = (key: string, fallback: string): string => {
  const text = t(key as TextKey);
  return text === key ? fallback : text;
};
/** What is to be done until it is done; with nothing to do, that is said where the plain words would sound as if something had been. */
export const stepText = ({ step, state, count }: SubjectRequest["steps"][number]): string => {
  if (state !== "done") return wordOr(`requests.step.${step}.open`, step);
  const plain = wordOr(`requests.step.${step}`, step);
  return count === 0 ? wordOr(`requests.step.${step}.none`, plain) : plain;
};
export const whyText = (why: string): string => wordOr(`requests.why.${why}`, why);

type Deleted = NonNullable<SubjectRequest["receipt"]>["deleted"];

/** A receipt counts by tables, whose names say nothing: sums of what they are to people, in the order that they come. */
export const byKind = (deleted: Deleted): [string, number][] => {
  const sums = new Map<string, number>();
  for (const { kind, count } of deleted) sums.set(kind, (sums.get(kind) ?? 0) + count);
  return [...sums];
};
export const kindText = (kind: string): string => wordOr(`requests.kind.${kind}`, kind);

export const toneOf: Record<SubjectRequest["state"], Tone> = {
  received: "ink",
  identity_pending: "warning",
  accepted: "ink",
  running: "ink",
  partially_held: "warning",
  refused: "plain",
  done: "success",
};

export const isOver = ({ state }: Pick<SubjectRequest, "state">): boolean => state === "done" || state === "refused";
/** Something of a correction could not be taken: it waits for the team. */
export const isUntaken = ({ detail }: SubjectRequest): boolean => detail?.untaken !== undefined;
export const isMoving = (request: SubjectRequest): boolean =>
  request.state === "running" || (request.state === "accepted" && request.type !== "complaint" && !isUntaken(request));
