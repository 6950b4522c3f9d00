import type { Session } from "../../../admin-api.ts";
import { t } from "../../../text.ts";
import { exactTime, span } from "../../../time.ts";
import type { Tone } from "../../../ui/badge.tsx";

/** States in which no phone is linked, and one can be. */
const open: readonly Session["state"][] = ["unpaired", "logged_out", "failed", "replaced"];
export const canLink = ({ state }: Pick<Session, "state">): boolean => open.includes(state);

export const isPairing = ({ state, linkedAt }: Session): boolean =>
  state === "pairing" || (state === "connecting" && linkedAt === null);

export interface SessionWords {
  title: string;
  text: string;
  /** Danger where someone must act. */
  tone: Tone;
}

/** A word of the network's, kept apart from the sentence's own direction. */
const code = (reason: string | undefined): string => `\u2066${reason ?? ""}\u2069`;

/** What a session's state means for whoever works with the number, and what to do next. */
export function sessionWords(session: Session, now: number): SessionWords {
  const { state, reason = "" } = session;
  const say = (key: "connecting" | "connected" | "pairing" | "replaced", tone: Tone): SessionWords => ({
    title: t(`session.${key}`),
    text: t(`session.${key}.text`),
    tone,
  });
  switch (state) {
    case "connected":
      return say("connected", "success");
    case "connecting":
      return say("connecting", "plain");
    case "pairing":
      return say("pairing", "plain");
    case "replaced":
      return say("replaced", "danger");
    case "restricted":
      return {
        title: t("session.restricted"),
        text: session.restrictedUntil
          ? t("session.restricted.until", { at: exactTime(session.restrictedUntil) })
          : t("session.restricted.text"),
        tone: "warning",
      };
    case "backing_off": {
      const wait = session.nextAttemptAt ? Date.parse(session.nextAttemptAt) - now : 0;
      const next = wait > 1_000 ? t("session.backingOff.next", { span: span(wait) }) : t("session.backingOff.now");
      const why =
        reason === "owner_lost"
          ? t("session.backingOff.ownerLost")
          : t("session.backingOff.why", { code: code(reason) });
      return { title: t("session.backingOff"), text: `${why} ${next}`, tone: "warning" };
    }
    case "failed":
      return reason.startsWith("banned")
        ? { title: t("session.banned"), text: t("session.banned.text"), tone: "danger" }
        : { title: t("session.failed"), text: t("session.failed.text", { code: code(reason) }), tone: "danger" };
    case "logged_out":
      return {
        title: t("session.loggedOut"),
        text:
          reason === "asked"
            ? t("session.loggedOut.asked")
            : reason === "asked_unconfirmed"
              ? t("session.loggedOut.leftOnPhone")
              : reason === "device_removed"
                ? t("session.loggedOut.removed")
                : t("session.loggedOut.text", { code: code(reason) }),
        tone: reason === "asked" ? "plain" : "danger",
      };
    case "unpaired":
      if (reason === "pairing_interrupted")
        return { title: t("session.interrupted"), text: t("session.interrupted.text"), tone: "warning" };
      return reason === "pairing_expired"
        ? { title: t("session.expired"), text: t("session.expired.text"), tone: "warning" }
        : reason
          ? { title: t("session.notPaired"), text: t("session.notPaired.text", { code: code(reason) }), tone: "danger" }
          : { title: t("session.unpaired"), text: t("session.unpaired.text"), tone: "plain" };
  }
}
