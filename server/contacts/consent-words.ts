// Words by which people stop, start and agree, alone in a message. Unambiguous ones only: "no" or "end" may answer a question.
// The English list holds the words of the FCC's revocation rule (47 CFR 64.1200(a)(10), in force since 11 Apr 2025) that pass that test.
import type { Language } from "../platform/languages.ts";

export type ConsentWord = "stop" | "start" | "yes";

export interface HeardWord {
  word: ConsentWord;
  language: HeardLanguage;
}

export const heardLanguages = ["en", "de", "ar", "es", "fr", "pt", "it", "nl", "tr", "ms", "id", "ru", "hi"] as const;
export type HeardLanguage = (typeof heardLanguages)[number];

const words: Record<HeardLanguage, Record<ConsentWord, readonly string[]>> = {
  en: {
    stop: ["stop", "stopall", "stop all", "unsubscribe", "opt out", "optout", "quit", "revoke", "stop promotions"],
    start: ["start", "unstop", "subscribe", "opt in", "optin"],
    yes: ["yes", "yes please", "i agree"],
  },
  de: { stop: ["stopp", "abmelden", "abbestellen", "austragen"], start: ["anmelden", "abonnieren"], yes: ["ja"] },
  ar: {
    stop: ["إيقاف", "ايقاف", "توقف", "الغاء الاشتراك", "إلغاء الاشتراك"],
    start: ["ابدأ", "ابدا", "اشتراك", "بدء"],
    yes: ["نعم", "أوافق", "اوافق"],
  },
  es: {
    stop: ["parar", "cancelar suscripción", "darse de baja", "baja"],
    start: ["alta", "suscribir"],
    yes: ["sí", "si"],
  },
  fr: {
    stop: ["arrêter", "arret", "arrêt", "désabonner", "désinscrire"],
    start: ["commencer", "abonner"],
    yes: ["oui"],
  },
  pt: { stop: ["parar", "sair", "descadastrar"], start: ["iniciar", "inscrever"], yes: ["sim"] },
  it: { stop: ["ferma", "disiscrivi", "annulla iscrizione"], start: ["iscrivi"], yes: ["sì"] },
  nl: { stop: ["afmelden", "uitschrijven"], start: ["aanmelden", "inschrijven"], yes: ["ja"] },
  tr: { stop: ["dur", "iptal", "abonelikten çık"], start: ["başla", "abone ol"], yes: ["evet"] },
  // before Indonesian: the two share words, and Malay has replies
  ms: {
    stop: ["henti", "berhenti", "hentikan", "nyahlanggan", "batal langganan"],
    start: ["mula", "langgan"],
    yes: ["ya", "setuju", "saya setuju"],
  },
  id: { stop: ["berhenti", "batal langganan"], start: ["mulai", "langganan"], yes: ["ya"] },
  ru: { stop: ["стоп", "отписаться", "отписка"], start: ["старт", "подписаться"], yes: ["да"] },
  hi: { stop: ["रोकें", "बंद करें"], start: ["शुरू करें"], yes: ["हाँ", "हां"] },
};

/** Case, accents of Arabic, punctuation and spaces around do not count. */
function normalise(text: string): string {
  return text
    .normalize("NFC")
    .toLocaleLowerCase("en")
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();
}

const known = new Map<string, HeardWord>();
for (const language of heardLanguages)
  for (const word of ["stop", "start", "yes"] as const)
    for (const text of words[language][word])
      if (!known.has(normalise(text))) known.set(normalise(text), { word, language });

const LONGEST = Math.max(...[...known.keys()].map((text) => text.length)) + 8;

/** The word, when the whole message is one. Longer messages are for people to read. */
export function readConsentWord(text: string): HeardWord | undefined {
  return text.length > LONGEST ? undefined : known.get(normalise(text));
}

const pageCode = /^\s*kw[\s-]*(\d{4})[\s-]*(\d{4})\s*$/i;

/** The eight digits of a code that a contact page shows (`KW 1234 5678`), when the whole message is one. */
export function readPageCode(text: string): string | undefined {
  const found = text.length > 24 ? null : pageCode.exec(text.normalize("NFKC"));
  return found ? `${found[1]}${found[2]}` : undefined;
}

/** Whether the product itself obeys this message. Asked of every message that comes in: 0.3 µs for a long one. */
export function isSpokenWord(text: string): boolean {
  return readConsentWord(text) !== undefined || readPageCode(text) !== undefined;
}

/** What a person reads back. Languages that are only heard get English. */
const replies: Record<Language, Record<ConsentWord | "ask", string>> = {
  en: {
    stop: "You will get no more marketing messages from {name}. Write START if you want them again.",
    start: "You will get marketing messages from {name} again. Write STOP to end them at any time.",
    yes: "Thank you. You agreed to: {purpose}. Write STOP to take it back at any time.",
    ask: "{name} asks for your agreement to: {purpose}. Write YES if you agree. Without an answer nothing changes.",
  },
  de: {
    stop: "Du bekommst keine Werbenachrichten mehr von {name}. Schreib START, wenn du sie wieder möchtest.",
    start: "Du bekommst wieder Werbenachrichten von {name}. Schreib STOPP, um sie jederzeit zu beenden.",
    yes: "Danke. Du hast zugestimmt: {purpose}. Schreib STOPP, um das jederzeit zurückzunehmen.",
    ask: "{name} bittet um deine Zustimmung: {purpose}. Schreib JA, wenn du zustimmst. Ohne Antwort ändert sich nichts.",
  },
  ar: {
    stop: "لن تصلك رسائل تسويقية من {name} بعد الآن. اكتب ابدأ إذا أردتها مجددًا.",
    start: "ستصلك رسائل تسويقية من {name} مجددًا. اكتب إيقاف لإنهائها في أي وقت.",
    yes: "شكرًا. لقد وافقت على: {purpose}. اكتب إيقاف للتراجع في أي وقت.",
    ask: "تطلب {name} موافقتك على: {purpose}. اكتب نعم إذا كنت موافقًا. بدون رد لا يتغير شيء.",
  },
  ms: {
    stop: "Anda tidak akan menerima mesej pemasaran lagi daripada {name}. Tulis MULA jika anda mahukannya semula.",
    start:
      "Anda akan menerima semula mesej pemasaran daripada {name}. Tulis HENTI untuk menamatkannya pada bila-bila masa.",
    yes: "Terima kasih. Anda telah bersetuju dengan: {purpose}. Tulis HENTI untuk menarik baliknya pada bila-bila masa.",
    ask: "{name} meminta persetujuan anda untuk: {purpose}. Tulis YA jika anda bersetuju. Tanpa jawapan, tiada apa-apa berubah.",
  },
  fr: {
    stop: "Vous ne recevrez plus de messages publicitaires de {name}. Écrivez COMMENCER si vous en voulez de nouveau.",
    start:
      "Vous recevrez de nouveau des messages publicitaires de {name}. Écrivez ARRÊT pour y mettre fin à tout moment.",
    yes: "Merci. Vous avez accepté : {purpose}. Écrivez ARRÊT pour retirer votre accord à tout moment.",
    ask: "{name} vous demande votre accord pour : {purpose}. Écrivez OUI si vous êtes d’accord. Sans réponse, rien ne change.",
  },
  es: {
    stop: "Ya no recibirás mensajes publicitarios de {name}. Escribe ALTA si los quieres de nuevo.",
    start: "Recibirás de nuevo mensajes publicitarios de {name}. Escribe BAJA para terminarlos en cualquier momento.",
    yes: "Gracias. Has dado tu consentimiento para: {purpose}. Escribe BAJA para retirarlo en cualquier momento.",
    ask: "{name} te pide tu consentimiento para: {purpose}. Escribe SÍ si lo das. Sin respuesta no cambia nada.",
  },
  pt: {
    stop: "Você não receberá mais mensagens de marketing de {name}. Escreva INICIAR se as quiser de novo.",
    start: "Você receberá de novo mensagens de marketing de {name}. Escreva SAIR para encerrá-las a qualquer momento.",
    yes: "Obrigado. Você deu seu consentimento para: {purpose}. Escreva SAIR para retirá-lo a qualquer momento.",
    ask: "{name} pede seu consentimento para: {purpose}. Escreva SIM se você o dá. Sem resposta, nada muda.",
  },
};

const purposeNames: Record<string, Record<Language, string>> = {
  marketing: {
    en: "marketing messages",
    de: "Werbenachrichten",
    ar: "الرسائل التسويقية",
    ms: "mesej pemasaran",
    fr: "messages publicitaires",
    es: "mensajes publicitarios",
    pt: "mensagens de marketing",
  },
  utility: {
    en: "messages about your orders and appointments",
    de: "Nachrichten zu Bestellungen und Terminen",
    ar: "رسائل عن طلباتك ومواعيدك",
    ms: "mesej tentang pesanan dan janji temu anda",
    fr: "messages sur vos commandes et rendez-vous",
    es: "mensajes sobre tus pedidos y citas",
    pt: "mensagens sobre seus pedidos e agendamentos",
  },
  ai_transcription: {
    en: "having voice messages transcribed by a machine",
    de: "maschinelle Abschrift von Sprachnachrichten",
    ar: "تفريغ الرسائل الصوتية آليًا",
    ms: "transkripsi mesej suara oleh mesin",
    fr: "transcription automatique des messages vocaux",
    es: "transcripción automática de mensajes de voz",
    pt: "transcrição automática de mensagens de voz",
  },
  disclosure: {
    en: "having your data handed to somebody else",
    de: "Weitergabe deiner Daten an andere",
    ar: "تسليم بياناتك إلى طرف آخر",
    ms: "penyerahan data anda kepada pihak lain",
    fr: "transmission de vos données à un tiers",
    es: "entrega de tus datos a terceros",
    pt: "entrega dos seus dados a terceiros",
  },
};

/** A sentence to the person, in their language where there is one. */
export function consentSentence(
  kind: ConsentWord | "ask",
  language: string,
  values: { name: string; purpose: string },
): string {
  const own = language in replies ? (language as Language) : "en";
  const text = replies[own][kind];
  const purpose = purposeNames[values.purpose]?.[own] ?? values.purpose;
  return text.replace("{name}", () => values.name).replace("{purpose}", () => purpose);
}
