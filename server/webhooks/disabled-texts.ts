// What the mail about an endpoint that was switched off says, in the languages of the web app.
import type { MailLanguage } from "../identity/alert-settings.ts";

export interface DisabledTexts {
  subject: string;
  text: (endpoint: string) => string;
  failing: string;
  gone: string;
  next: string;
}

export const disabledTexts: Readonly<Record<MailLanguage, DisabledTexts>> = {
  en: {
    subject: "A webhook endpoint was switched off",
    text: (endpoint) => `Keepword delivers nothing to the endpoint ${endpoint} any more.`,
    failing: "For five days nothing that was sent to it was taken.",
    gone: "It answered 410 Gone, which means that it does not want events any more.",
    next: "What it missed is kept for 30 days. Mend the receiver, then enable the endpoint again; it gets everything in order:",
  },
  de: {
    subject: "Ein Webhook-Endpunkt wurde abgeschaltet",
    text: (endpoint) => `Keepword stellt dem Endpunkt ${endpoint} nichts mehr zu.`,
    failing: "Seit fünf Tagen nahm er nichts an, was ihm gesendet wurde.",
    gone: "Er antwortete 410 Gone: Er möchte keine Ereignisse mehr.",
    next: "Was er verpasst hat, bleibt 30 Tage erhalten. Bringe den Empfänger in Ordnung und schalte den Endpunkt wieder ein; er bekommt alles der Reihe nach:",
  },
  ar: {
    subject: "أُوقفت نقطة وصول للويب هوك",
    text: (endpoint) => `لم يعد Keepword يسلّم شيئًا إلى نقطة الوصول ${endpoint}.`,
    failing: "منذ خمسة أيام لم يُقبل شيء مما أُرسل إليها.",
    gone: "أجابت 410 Gone، أي أنها لا تريد أحداثًا بعد الآن.",
    next: "ما فاتها محفوظ 30 يومًا. أصلح المستقبِل ثم فعّل نقطة الوصول من جديد؛ ستتلقى كل شيء بالترتيب:",
  },
};
