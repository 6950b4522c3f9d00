// The mail about a change of the privacy policy, in every language of the product.
import type { Language } from "../platform/languages.ts";

export interface PolicyMailText {
  subject: string;
  lead: string;
  compare: string;
  choice: string;
  questions: string;
}

export const policyMailTexts: Record<Language, PolicyMailText> = {
  en: {
    subject: "Our privacy policy changes on {day}",
    lead: "The privacy policy of {name} changes on {day}:",
    compare: "Before and after: {url}",
    choice: "If you do not agree, you can export your data and close your workspace before that day: {url}",
    questions: "Questions: {contact}",
  },
  de: {
    subject: "Unsere Datenschutzerklärung ändert sich am {day}",
    lead: "Die Datenschutzerklärung von {name} ändert sich am {day}:",
    compare: "Vorher und nachher: {url}",
    choice:
      "Bist du nicht einverstanden, kannst du vor diesem Tag deine Daten ausgeben und deinen Arbeitsbereich schließen: {url}",
    questions: "Fragen: {contact}",
  },
  ar: {
    subject: "تتغير سياسة الخصوصية لدينا في {day}",
    lead: "تتغير سياسة الخصوصية لدى {name} في {day}:",
    compare: "قبل وبعد: {url}",
    choice: "إن لم توافق فيمكنك تصدير بياناتك وإغلاق مساحة عملك قبل ذلك اليوم: {url}",
    questions: "للأسئلة: {contact}",
  },
  ms: {
    subject: "Dasar privasi kami berubah pada {day}",
    lead: "Dasar privasi {name} berubah pada {day}:",
    compare: "Sebelum dan selepas: {url}",
    choice:
      "Jika anda tidak bersetuju, anda boleh mengeksport data anda dan menutup ruang kerja anda sebelum hari itu: {url}",
    questions: "Soalan: {contact}",
  },
  fr: {
    subject: "Notre politique de confidentialité change le {day}",
    lead: "La politique de confidentialité de {name} change le {day} :",
    compare: "Avant et après : {url}",
    choice:
      "Si vous n’êtes pas d’accord, vous pouvez exporter vos données et fermer votre espace de travail avant ce jour : {url}",
    questions: "Questions : {contact}",
  },
  es: {
    subject: "Nuestra política de privacidad cambia el {day}",
    lead: "La política de privacidad de {name} cambia el {day}:",
    compare: "Antes y después: {url}",
    choice: "Si no estás de acuerdo, puedes exportar tus datos y cerrar tu espacio de trabajo antes de ese día: {url}",
    questions: "Preguntas: {contact}",
  },
  pt: {
    subject: "Nossa política de privacidade muda em {day}",
    lead: "A política de privacidade de {name} muda em {day}:",
    compare: "Antes e depois: {url}",
    choice: "Se você não concordar, pode exportar seus dados e encerrar seu espaço de trabalho antes desse dia: {url}",
    questions: "Dúvidas: {contact}",
  },
};
