import { locale, t } from "./text.ts";

const cache = new Map<string, Intl.DateTimeFormat>();

function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale()} ${name}`;
  const known = cache.get(key);
  if (known) return known;
  // The app's language with the person's own region, so that a clock has 12 or 24 hours as they are used to.
  const made = new Intl.DateTimeFormat(regionalLocale(), options);
  cache.set(key, made);
  return made;
}

function regionalLocale(): string {
  for (const tag of navigator.languages) {
    // Some systems name locales that are no language tags ("en-US@posix").
    if (/^[a-z]{2}-[A-Z]{2}$/.test(tag) && tag.startsWith(`${locale()}-`)) return tag;
  }
  return locale();
}

/** 14:05 */
export function clockTime(at: string): string {
  return format("clock", { hour: "numeric", minute: "2-digit" }).format(new Date(at));
}

/** Friday, 20 November 2026 at 14:05:09; what a hover shows. */
export function exactTime(at: string): string {
  return format("exact", { dateStyle: "full", timeStyle: "medium" }).format(new Date(at));
}

/** A key that is the same for all moments of one local day. */
export function dayKey(at: string | Date): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** How near a past day is: lists and threads name it by the same rule. */
function nearDay(date: Date, now: Date): "today" | "yesterday" | "week" | null {
  if (dayKey(date) === dayKey(now)) return "today";
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (dayKey(date) === dayKey(yesterday)) return "yesterday";
  return date < now && now.getTime() - date.getTime() < 6 * 86_400_000 ? "week" : null;
}

/** Today · Yesterday · Monday · 3 March · 3 March 2025 */
export function dayName(at: string, now = new Date()): string {
  const date = new Date(at);
  const near = nearDay(date, now);
  if (near === "today") return t("time.today");
  if (near === "yesterday") return t("time.yesterday");
  if (near === "week") return format("weekday", { weekday: "long" }).format(date);
  const sameYear = date.getFullYear() === now.getFullYear();
  return format(sameYear ? "day" : "dayYear", {
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(date);
}

/** For a list: the clock today, yesterday, the weekday this week, else a short date; of a moment within six days to come, the weekday. */
export function listTime(at: string, now = new Date()): string {
  const date = new Date(at);
  const near = nearDay(date, now);
  if (near === "today") return clockTime(at);
  if (near === "yesterday") return t("time.yesterday");
  if (near === "week" || (date > now && date.getTime() - now.getTime() < 6 * 86_400_000))
    return format("weekdayShort", { weekday: "short" }).format(date);
  return format("short", { day: "numeric", month: "numeric", year: "2-digit" }).format(date);
}

/** "Fri 27 Nov, 09:00": a moment to come. */
export function dayAndTime(at: string): string {
  return format("dayAndTime", {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "numeric",
    minute: "2-digit",
  }).format(new Date(at));
}

/** "12 s", "5 min", "22 h 40 min": at most two units, for countdowns and ages. */
export function span(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 1) return t("time.seconds", { n: Math.max(0, Math.floor(ms / 1000)) });
  if (minutes < 60) return t("time.minutes", { n: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48)
    return minutes % 60 === 0 ? t("time.hours", { n: hours }) : t("time.hoursMinutes", { h: hours, m: minutes % 60 });
  return t("time.days", { n: Math.floor(hours / 24) });
}

/** "12 s ago" under 24 h, else the date and time. */
export function ago(at: string, now = Date.now()): string {
  const passed = now - new Date(at).getTime();
  if (passed < 86_400_000) return passed < 5_000 ? t("time.now") : t("time.ago", { span: span(passed) });
  return format("dateTime", { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

/** 30 days · 3 years: years where they come out even. */
export function inDays(days: number): string {
  const [value, unit] = days % 365 === 0 ? [days / 365, "year"] : [days, "day"];
  return new Intl.NumberFormat(regionalLocale(), { style: "unit", unit, unitDisplay: "long" }).format(value);
}
