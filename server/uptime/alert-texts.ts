// What alert mails say, in the languages of the web app.
import type { ChannelDownReason } from "../channels/channel-events.ts";
import type { MailLanguage } from "../identity/alert-settings.ts";

export interface AlertTexts {
  because: Readonly<Record<Exclude<ChannelDownReason, "removed">, string>>;
  /** Minutes up to two hours, then hours. */
  span: (count: number, unit: "minutes" | "hours") => string;
  down: (name: string, since: string) => string;
  up: (name: string, since: string, after: string) => string;
  subject: (what: "down" | "up", count: number, name: string) => string;
  more: (url: string) => string;
  chosenAt: (url: string) => string;
}

const en: AlertTexts = {
  because: {
    check_failed: "The provider refuses its credentials, or its events are not subscribed.",
    provider_stopped: "The provider stopped it.",
    sending_stalled: "Messages wait and none was sent for five minutes.",
    session_lost: "Its linked session has been without a connection for two minutes; Keepword keeps trying.",
    session_replaced: "Another program took over its linked session.",
    session_logged_out: "Its phone ended the linked session; link it again.",
    session_failed: "Its linked session failed; link it again.",
  },
  span: (count, unit) => (count === 1 ? "a minute" : `${count} ${unit}`),
  down: (name, since) => `${name} does not work since ${since}.`,
  up: (name, since, after) => `${name} works again since ${since}, after ${after}.`,
  subject: (what, count, name) => {
    const state = what === "down" ? "not working" : "working again";
    return count === 1 ? `${name} is ${state}` : `${count} channels are ${state}`;
  },
  more: (url) => `What happened and what to do: ${url}`,
  chosenAt: (url) => `Who gets these mails is chosen at ${url}`,
};

const de: AlertTexts = {
  because: {
    check_failed: "Der Anbieter weist die Zugangsdaten zurück, oder seine Ereignisse sind nicht abonniert.",
    provider_stopped: "Der Anbieter hat ihn angehalten.",
    sending_stalled: "Nachrichten warten, und seit fünf Minuten ging keine hinaus.",
    session_lost: "Die gekoppelte Sitzung ist seit zwei Minuten ohne Verbindung; Keepword versucht es weiter.",
    session_replaced: "Ein anderes Programm hat die gekoppelte Sitzung übernommen.",
    session_logged_out: "Das Telefon hat die gekoppelte Sitzung beendet; koppele es neu.",
    session_failed: "Die gekoppelte Sitzung ist gescheitert; koppele das Telefon neu.",
  },
  span: (count, unit) => (count === 1 ? "einer Minute" : `${count} ${unit === "minutes" ? "Minuten" : "Stunden"}`),
  down: (name, since) => `${name} funktioniert seit ${since} nicht.`,
  up: (name, since, after) => `${name} funktioniert seit ${since} wieder, nach ${after}.`,
  subject: (what, count, name) => {
    if (count === 1) return what === "down" ? `${name} funktioniert nicht` : `${name} funktioniert wieder`;
    return what === "down" ? `${count} Kanäle funktionieren nicht` : `${count} Kanäle funktionieren wieder`;
  },
  more: (url) => `Was geschehen ist und was zu tun ist: ${url}`,
  chosenAt: (url) => `Wer diese Mails bekommt, wird hier gewählt: ${url}`,
};

const arSpan = (count: number, unit: "minutes" | "hours"): string => {
  const [one, two, few, many] =
    unit === "minutes" ? ["دقيقة", "دقيقتين", "دقائق", "دقيقة"] : ["ساعة", "ساعتين", "ساعات", "ساعة"];
  if (count === 1) return `${one}`;
  if (count === 2) return `${two}`;
  return count % 100 >= 3 && count % 100 <= 10 ? `${count} ${few}` : `${count} ${many}`;
};

const ar: AlertTexts = {
  because: {
    check_failed: "يرفض المزوّد بيانات الدخول، أو لم يُشترك في أحداثه.",
    provider_stopped: "أوقفها المزوّد.",
    sending_stalled: "رسائل تنتظر ولم يُرسل شيء منذ خمس دقائق.",
    session_lost: "جلستها المرتبطة بلا اتصال منذ دقيقتين؛ يواصل Keepword المحاولة.",
    session_replaced: "استولى برنامج آخر على جلستها المرتبطة.",
    session_logged_out: "أنهى هاتفها الجلسة المرتبطة؛ أعد الربط.",
    session_failed: "تعطلت جلستها المرتبطة؛ أعد الربط.",
  },
  span: arSpan,
  down: (name, since) => `${name}: لا تعمل منذ ${since}.`,
  up: (name, since, after) => `${name}: عادت إلى العمل منذ ${since}، بعد ${after}.`,
  subject: (what, count, name) => {
    const state = what === "down" ? "لا تعمل" : "عادت إلى العمل";
    return count === 1 ? `${name}: ${state}` : `قنوات ${state}: ${count}`;
  },
  more: (url) => `ما حدث وما ينبغي فعله: ${url}`,
  chosenAt: (url) => `يُختار من يتلقى هذه الرسائل هنا: ${url}`,
};

export const alertTexts: Readonly<Record<MailLanguage, AlertTexts>> = { en, de, ar };
