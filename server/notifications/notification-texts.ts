// What mails about notices say, in the languages of the mails. In the app the texts are the app's own.
import type { MailLanguage } from "../identity/alert-settings.ts";
import type { Topic } from "./notify.ts";

export interface NoticeValues {
  /** the workspace's name; empty where it is about none */
  workspace: string;
  /** "Firefox, Windows, 203.0.113.7" */
  device: string;
  at: string;
  version: string;
  /** the last day of something */
  until: string;
}

/** Those that another mail says already have none here. */
export type MailedTopic = Exclude<Topic, "password_changed" | "email_changed" | "policy_changed">;

interface NoticeTexts {
  topics: Readonly<Record<MailedTopic, (values: NoticeValues) => { subject: string; text: string }>>;
  /** below what was not expected */
  notYou: (url: string) => string;
  chosenAt: (url: string) => string;
}

const en: NoticeTexts = {
  topics: {
    new_device: ({ device, at }) => ({
      subject: "A new sign-in to your Keepword account",
      text: `Somebody signed in to your account from a device or place that it was not used from lately: ${device}, ${at}.`,
    }),
    api_key_created: ({ workspace, at }) => ({
      subject: `A new API key for ${workspace}`,
      text: `An API key for the workspace ${workspace} was made, ${at}.`,
    }),
    api_key_leaked: ({ workspace, at }) => ({
      subject: `An API key of ${workspace} was sent in clear`,
      text: `A program sent an API key of the workspace ${workspace} over http instead of https, ${at}. The call was refused, but whoever listened on the way has the key: replace it now, and mend the address that the program calls.`,
    }),
    export_started: ({ workspace, at }) => ({
      subject: "A copy of personal data is being made",
      text: `In the workspace ${workspace} a copy of somebody's data was asked for, ${at}. It can be downloaded for seven days.`,
    }),
    role_changed: ({ workspace }) => ({
      subject: `Your role in ${workspace} was changed`,
      text: `You have another role in the workspace ${workspace} now.`,
    }),
    workspace_suspended: ({ workspace, at }) => ({
      subject: `Sending was stopped in ${workspace}`,
      text: `The operator of this server has stopped the sending of the workspace ${workspace}, ${at}. Messages that wait stay where they are; what people write still comes in. Ask the operator what has to change.`,
    }),
    workspace_resumed: ({ workspace }) => ({
      subject: `${workspace} sends again`,
      text: `The workspace ${workspace} may send again, what waited first.`,
    }),
    abuse_suspected: ({ workspace }) => ({
      subject: `The sending of ${workspace} draws attention`,
      text: `Of what the workspace ${workspace} sent in the last 24 hours unusually much did not arrive or was not wanted, by the counts alone. Look whom you write to and whether they agreed; the operator of this server sees it too.`,
    }),
    agreements_changed: ({ workspace, until }) => ({
      subject: `New words of the agreements of ${workspace}`,
      text: `The agreements of the workspace ${workspace} with the operator of this server (terms of use, agreement on data processing) are not accepted in their present words. An owner can read them, with what changed, and accept them under Settings → Privacy. Without that the workspace sends nothing from ${until} on; what people write still comes in.`,
    }),
    new_version: ({ version }) => ({
      subject: `Keepword ${version} is running`,
      text: `The server was updated to Keepword ${version}. What changed for you:`,
    }),
  },
  notYou: (url) => `If you know nothing of it, change your password now and look at who signed in: ${url}`,
  chosenAt: (url) => `Which notices you get is chosen at ${url}`,
};

const de: NoticeTexts = {
  topics: {
    new_device: ({ device, at }) => ({
      subject: "Eine neue Anmeldung in deinem Keepword-Konto",
      text: `Jemand hat sich in deinem Konto angemeldet, mit einem Gerät oder von einem Ort, von dem es zuletzt nicht benutzt wurde: ${device}, ${at}.`,
    }),
    api_key_created: ({ workspace, at }) => ({
      subject: `Ein neuer API-Schlüssel für ${workspace}`,
      text: `Für den Arbeitsbereich ${workspace} wurde ein API-Schlüssel angelegt, ${at}.`,
    }),
    api_key_leaked: ({ workspace, at }) => ({
      subject: `Ein API-Schlüssel von ${workspace} ging unverschlüsselt durchs Netz`,
      text: `Ein Programm hat einen API-Schlüssel des Arbeitsbereichs ${workspace} über http statt https gesendet, ${at}. Der Aufruf wurde abgewiesen, aber wer mithörte, hat den Schlüssel: Ersetze ihn jetzt und berichtige die Adresse, die das Programm aufruft.`,
    }),
    export_started: ({ workspace, at }) => ({
      subject: "Eine Kopie persönlicher Daten wird erstellt",
      text: `Im Arbeitsbereich ${workspace} wurde eine Kopie der Daten einer Person verlangt, ${at}. Sie kann sieben Tage lang heruntergeladen werden.`,
    }),
    role_changed: ({ workspace }) => ({
      subject: `Deine Rolle in ${workspace} wurde geändert`,
      text: `Du hast im Arbeitsbereich ${workspace} jetzt eine andere Rolle.`,
    }),
    workspace_suspended: ({ workspace, at }) => ({
      subject: `Der Versand von ${workspace} wurde angehalten`,
      text: `Der Betreiber dieses Servers hat den Versand des Arbeitsbereichs ${workspace} angehalten, ${at}. Was wartet, bleibt stehen; was Menschen schreiben, kommt weiter an. Frage den Betreiber, was sich ändern muss.`,
    }),
    workspace_resumed: ({ workspace }) => ({
      subject: `${workspace} sendet wieder`,
      text: `Der Arbeitsbereich ${workspace} darf wieder senden, zuerst was wartete.`,
    }),
    abuse_suspected: ({ workspace }) => ({
      subject: `Der Versand von ${workspace} fällt auf`,
      text: `Von dem, was der Arbeitsbereich ${workspace} in den letzten 24 Stunden sendete, kam nach den bloßen Zahlen ungewöhnlich viel nicht an oder war nicht gewollt. Sieh nach, wem du schreibst und ob sie zugestimmt haben; der Betreiber dieses Servers sieht es auch.`,
    }),
    agreements_changed: ({ workspace, until }) => ({
      subject: `Neue Fassung der Vereinbarungen von ${workspace}`,
      text: `Die Vereinbarungen des Arbeitsbereichs ${workspace} mit dem Betreiber dieses Servers (Nutzungsbedingungen, Auftragsverarbeitung) sind in ihrer jetzigen Fassung nicht angenommen. Wem der Arbeitsbereich gehört, kann sie samt den Änderungen unter Einstellungen → Datenschutz lesen und annehmen. Sonst sendet der Arbeitsbereich ab dem ${until} nichts mehr; was Menschen schreiben, kommt weiter an.`,
    }),
    new_version: ({ version }) => ({
      subject: `Keepword ${version} läuft`,
      text: `Der Server wurde auf Keepword ${version} aktualisiert. Was sich für dich ändert (auf Englisch):`,
    }),
  },
  notYou: (url) =>
    `Wenn du davon nichts weißt, ändere jetzt dein Passwort und sieh nach, wer sich angemeldet hat: ${url}`,
  chosenAt: (url) => `Welche Hinweise du bekommst, wählst du unter ${url}`,
};

const ar: NoticeTexts = {
  topics: {
    new_device: ({ device, at }) => ({
      subject: "دخول جديد إلى حسابك في Keepword",
      text: `دخل أحدهم إلى حسابك من جهاز أو مكان لم يُستخدم منه مؤخرًا: ${device}، ${at}.`,
    }),
    api_key_created: ({ workspace, at }) => ({
      subject: `مفتاح API جديد لمساحة ${workspace}`,
      text: `أُنشئ مفتاح API لمساحة العمل ${workspace}، ${at}.`,
    }),
    api_key_leaked: ({ workspace, at }) => ({
      subject: `أُرسل مفتاح API لمساحة ${workspace} دون تشفير`,
      text: `أرسل برنامج مفتاح API لمساحة العمل ${workspace} عبر http بدل https، ${at}. رُفض الطلب، لكن من تنصّت في الطريق يملك المفتاح: استبدله الآن وصحّح العنوان الذي يستدعيه البرنامج.`,
    }),
    export_started: ({ workspace, at }) => ({
      subject: "يجري إعداد نسخة من بيانات شخصية",
      text: `طُلبت في مساحة العمل ${workspace} نسخة من بيانات شخص، ${at}. يمكن تنزيلها سبعة أيام.`,
    }),
    role_changed: ({ workspace }) => ({
      subject: `تغيّر دورك في ${workspace}`,
      text: `لك الآن دور آخر في مساحة العمل ${workspace}.`,
    }),
    workspace_suspended: ({ workspace, at }) => ({
      subject: `أُوقف الإرسال في ${workspace}`,
      text: `أوقف مشغّل هذا الخادم إرسال مساحة العمل ${workspace}، ${at}. ما ينتظر يبقى مكانه، وما يكتبه الناس يصل كالمعتاد. اسأل المشغّل عمّا يجب تغييره.`,
    }),
    workspace_resumed: ({ workspace }) => ({
      subject: `عاد الإرسال في ${workspace}`,
      text: `يمكن لمساحة العمل ${workspace} الإرسال من جديد، وأولًا ما كان ينتظر.`,
    }),
    abuse_suspected: ({ workspace }) => ({
      subject: `إرسال ${workspace} يلفت الانتباه`,
      text: `مما أرسلته مساحة العمل ${workspace} في آخر 24 ساعة لم يصل أو لم يُرغب فيه قدر غير معتاد، بحسب الأعداد وحدها. راجع من تراسل وهل وافقوا؛ ومشغّل هذا الخادم يرى ذلك أيضًا.`,
    }),
    agreements_changed: ({ workspace, until }) => ({
      subject: `صياغة جديدة لاتفاقيات ${workspace}`,
      text: `اتفاقيات مساحة العمل ${workspace} مع مشغّل هذا الخادم (شروط الاستخدام واتفاقية معالجة البيانات) غير مقبولة بصياغتها الحالية. يمكن لأحد المالكين قراءتها مع ما تغيّر وقبولها في الإعدادات ← الخصوصية. من دون ذلك لا ترسل مساحة العمل شيئًا ابتداءً من ${until}، وما يكتبه الناس يصل كالمعتاد.`,
    }),
    new_version: ({ version }) => ({
      subject: `يعمل الآن Keepword ${version}`,
      text: `حُدّث الخادم إلى Keepword ${version}. ما تغيّر لك (بالإنجليزية):`,
    }),
  },
  notYou: (url) => `إن لم تكن تعلم بذلك فغيّر كلمة مرورك الآن وانظر من دخل: ${url}`,
  chosenAt: (url) => `تختار التنبيهات التي تصلك في ${url}`,
};

export const noticeTexts: Readonly<Record<MailLanguage, NoticeTexts>> = { en, de, ar };
