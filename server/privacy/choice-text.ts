// The words around cookies, in every language of the product. What was shown when somebody chose is kept with the proof.
import type { Language } from "../platform/languages.ts";

export interface ChoiceText {
  label: string;
  ask: string;
  accept: string;
  refuse: string;
  more: string;
  signal: string;
  title: string;
  intro: string;
  necessaryOnly: string;
  counted: string;
  choice: string;
  isOn: string;
  isOff: string;
  isUndecided: string;
  withdraw: string;
  proof: string;
  proofHint: string;
  saved: string;
  browser: string;
}

export const choiceTexts: Record<Language, ChoiceText> = {
  en: {
    label: "Cookies",
    ask: "May Google Analytics count your visit to our public pages? It sets cookies and sends your network address, your kind of browser and the page to Google. Nothing of it is loaded unless you agree, and you can take it back at any time.",
    accept: "Agree",
    refuse: "Refuse",
    more: "Cookies and your choice",
    signal: "Your browser sends Global Privacy Control. It is honoured: nothing but what is necessary is loaded.",
    title: "Cookies",
    intro: "What this server leaves in your browser, and what you chose.",
    necessaryOnly: "Nothing here needs your agreement: there is only what you ask for yourself, like signing in.",
    counted:
      "How often a public page is opened is counted per day, without a cookie, an address or anything about you. With Global Privacy Control in your browser you are not counted.",
    choice: "Your choice",
    isOn: "You agreed to Google Analytics on the public pages.",
    isOff: "You refused Google Analytics. Nothing of it is loaded.",
    isUndecided: "You have not chosen. Nothing of Google Analytics is loaded.",
    withdraw: "Take it back",
    proof: "Kept as proof since {at}, under",
    proofHint: "The proof holds your choice, the words you saw and the time, and nothing about you.",
    saved: "Your choice is kept.",
    browser: "You can delete cookies in your browser as well; then you are asked again.",
  },
  de: {
    label: "Cookies",
    ask: "Darf Google Analytics deinen Besuch unserer öffentlichen Seiten zählen? Es setzt Cookies und sendet deine Netzadresse, die Art deines Browsers und die Seite an Google. Ohne deine Zustimmung wird nichts davon geladen, und du kannst sie jederzeit zurücknehmen.",
    accept: "Zustimmen",
    refuse: "Ablehnen",
    more: "Cookies und deine Wahl",
    signal: "Dein Browser sendet Global Privacy Control. Das gilt hier: Es wird nur geladen, was notwendig ist.",
    title: "Cookies",
    intro: "Was dieser Server in deinem Browser ablegt, und was du gewählt hast.",
    necessaryOnly: "Nichts hier braucht deine Zustimmung: Es gibt nur, was du selbst verlangst, etwa die Anmeldung.",
    counted:
      "Wie oft eine öffentliche Seite geöffnet wird, wird je Tag gezählt, ohne Cookie, ohne Adresse und ohne etwas über dich. Mit Global Privacy Control im Browser wirst du nicht gezählt.",
    choice: "Deine Wahl",
    isOn: "Du hast Google Analytics auf den öffentlichen Seiten zugestimmt.",
    isOff: "Du hast Google Analytics abgelehnt. Nichts davon wird geladen.",
    isUndecided: "Du hast nicht gewählt. Nichts von Google Analytics wird geladen.",
    withdraw: "Zurücknehmen",
    proof: "Als Nachweis aufbewahrt seit {at}, unter",
    proofHint: "Der Nachweis enthält deine Wahl, die Worte, die du sahst, und die Zeit, und nichts über dich.",
    saved: "Deine Wahl ist festgehalten.",
    browser: "Du kannst Cookies auch im Browser löschen; dann wirst du neu gefragt.",
  },
  ar: {
    label: "ملفات تعريف الارتباط",
    ask: "هل تسمح لـ Google Analytics بعدّ زيارتك لصفحاتنا العامة؟ يضع ملفات تعريف ارتباط ويرسل عنوان شبكتك ونوع متصفحك والصفحة إلى Google. لا يُحمَّل منه شيء ما لم توافق، ويمكنك التراجع في أي وقت.",
    accept: "أوافق",
    refuse: "أرفض",
    more: "ملفات تعريف الارتباط واختيارك",
    signal: "يرسل متصفحك إشارة Global Privacy Control، وهي محترمة هنا: لا يُحمَّل إلا ما هو ضروري.",
    title: "ملفات تعريف الارتباط",
    intro: "ما يتركه هذا الخادم في متصفحك، وما اخترته.",
    necessaryOnly: "لا شيء هنا يحتاج إلى موافقتك: لا يوجد إلا ما تطلبه بنفسك، مثل تسجيل الدخول.",
    counted:
      "يُعدّ فتح كل صفحة عامة لكل يوم، من دون ملف تعريف ارتباط ولا عنوان ولا أي شيء عنك. ومع إشارة Global Privacy Control في متصفحك لا تُحسب زيارتك.",
    choice: "اختيارك",
    isOn: "وافقت على Google Analytics في الصفحات العامة.",
    isOff: "رفضت Google Analytics. لا يُحمَّل منه شيء.",
    isUndecided: "لم تختر بعد. لا يُحمَّل شيء من Google Analytics.",
    withdraw: "أتراجع",
    proof: "محفوظ كإثبات منذ {at} تحت المعرّف",
    proofHint: "يحتوي الإثبات على اختيارك والكلمات التي رأيتها والوقت، ولا شيء عنك.",
    saved: "حُفظ اختيارك.",
    browser: "يمكنك أيضًا حذف ملفات تعريف الارتباط في متصفحك؛ عندها تُسأل من جديد.",
  },
  ms: {
    label: "Kuki",
    ask: "Bolehkah Google Analytics mengira lawatan anda ke halaman awam kami? Ia menetapkan kuki dan menghantar alamat rangkaian anda, jenis pelayar anda dan halaman itu kepada Google. Tiada apa-apa daripadanya dimuatkan melainkan anda bersetuju, dan anda boleh menarik balik pada bila-bila masa.",
    accept: "Setuju",
    refuse: "Tolak",
    more: "Kuki dan pilihan anda",
    signal: "Pelayar anda menghantar Global Privacy Control. Ia dihormati: hanya yang perlu dimuatkan.",
    title: "Kuki",
    intro: "Apa yang ditinggalkan pelayan ini dalam pelayar anda, dan apa yang anda pilih.",
    necessaryOnly:
      "Tiada apa-apa di sini memerlukan persetujuan anda: hanya ada apa yang anda sendiri minta, seperti log masuk.",
    counted:
      "Kekerapan halaman awam dibuka dikira setiap hari, tanpa kuki, alamat atau apa-apa tentang anda. Dengan Global Privacy Control dalam pelayar, lawatan anda tidak dikira.",
    choice: "Pilihan anda",
    isOn: "Anda bersetuju dengan Google Analytics di halaman awam.",
    isOff: "Anda menolak Google Analytics. Tiada apa-apa daripadanya dimuatkan.",
    isUndecided: "Anda belum memilih. Tiada apa-apa daripada Google Analytics dimuatkan.",
    withdraw: "Tarik balik",
    proof: "Disimpan sebagai bukti sejak {at}, di bawah",
    proofHint:
      "Bukti ini memuatkan pilihan anda, perkataan yang anda lihat dan masanya, dan tiada apa-apa tentang anda.",
    saved: "Pilihan anda telah disimpan.",
    browser: "Anda juga boleh memadamkan kuki dalam pelayar anda; selepas itu anda ditanya semula.",
  },
  fr: {
    label: "Cookies",
    ask: "Google Analytics peut-il compter votre visite de nos pages publiques ? Il pose des cookies et envoie à Google votre adresse réseau, votre type de navigateur et la page. Rien n’en est chargé sans votre accord, et vous pouvez le retirer à tout moment.",
    accept: "Accepter",
    refuse: "Refuser",
    more: "Cookies et votre choix",
    signal: "Votre navigateur envoie Global Privacy Control. Ce signal est respecté : seul le nécessaire est chargé.",
    title: "Cookies",
    intro: "Ce que ce serveur dépose dans votre navigateur, et ce que vous avez choisi.",
    necessaryOnly: "Rien ici n’exige votre accord : il n’y a que ce que vous demandez vous-même, comme la connexion.",
    counted:
      "Le nombre d’ouvertures d’une page publique est compté par jour, sans cookie, sans adresse et sans rien à votre sujet. Avec Global Privacy Control dans votre navigateur, vous n’êtes pas compté.",
    choice: "Votre choix",
    isOn: "Vous avez accepté Google Analytics sur les pages publiques.",
    isOff: "Vous avez refusé Google Analytics. Rien n’en est chargé.",
    isUndecided: "Vous n’avez pas choisi. Rien de Google Analytics n’est chargé.",
    withdraw: "Retirer mon accord",
    proof: "Conservé comme preuve depuis le {at}, sous",
    proofHint: "La preuve contient votre choix, les mots que vous avez vus et l’heure, et rien à votre sujet.",
    saved: "Votre choix est enregistré.",
    browser: "Vous pouvez aussi supprimer les cookies dans votre navigateur ; on vous demande alors de nouveau.",
  },
  es: {
    label: "Cookies",
    ask: "¿Puede Google Analytics contar tu visita a nuestras páginas públicas? Crea cookies y envía a Google tu dirección de red, tu tipo de navegador y la página. Nada de ello se carga sin tu consentimiento, y puedes retirarlo en cualquier momento.",
    accept: "Aceptar",
    refuse: "Rechazar",
    more: "Las cookies y tu elección",
    signal: "Tu navegador envía Global Privacy Control. Se respeta: solo se carga lo necesario.",
    title: "Cookies",
    intro: "Lo que este servidor deja en tu navegador y lo que elegiste.",
    necessaryOnly: "Nada de aquí necesita tu consentimiento: solo hay lo que tú pides, como iniciar sesión.",
    counted:
      "Se cuenta por día cuántas veces se abre una página pública, sin cookies, sin direcciones y sin nada sobre ti. Con Global Privacy Control en tu navegador no se cuenta tu visita.",
    choice: "Tu elección",
    isOn: "Aceptaste Google Analytics en las páginas públicas.",
    isOff: "Rechazaste Google Analytics. No se carga nada de él.",
    isUndecided: "No has elegido. No se carga nada de Google Analytics.",
    withdraw: "Retirar el consentimiento",
    proof: "Conservado como prueba desde el {at}, con el identificador",
    proofHint: "La prueba contiene tu elección, las palabras que viste y la hora, y nada sobre ti.",
    saved: "Tu elección está guardada.",
    browser: "También puedes eliminar las cookies en tu navegador; entonces se te pregunta de nuevo.",
  },
  pt: {
    label: "Cookies",
    ask: "O Google Analytics pode contar sua visita às nossas páginas públicas? Ele cria cookies e envia ao Google seu endereço de rede, seu tipo de navegador e a página. Nada dele é carregado sem o seu consentimento, e você pode retirá-lo a qualquer momento.",
    accept: "Aceitar",
    refuse: "Recusar",
    more: "Cookies e sua escolha",
    signal: "Seu navegador envia Global Privacy Control. Ele é respeitado: só é carregado o necessário.",
    title: "Cookies",
    intro: "O que este servidor deixa no seu navegador e o que você escolheu.",
    necessaryOnly: "Nada aqui precisa do seu consentimento: só há o que você mesmo pede, como entrar na conta.",
    counted:
      "Quantas vezes uma página pública é aberta é contado por dia, sem cookie, sem endereço e sem nada sobre você. Com Global Privacy Control no navegador, sua visita não é contada.",
    choice: "Sua escolha",
    isOn: "Você aceitou o Google Analytics nas páginas públicas.",
    isOff: "Você recusou o Google Analytics. Nada dele é carregado.",
    isUndecided: "Você não escolheu. Nada do Google Analytics é carregado.",
    withdraw: "Retirar o consentimento",
    proof: "Guardado como prova desde {at}, com o identificador",
    proofHint: "A prova contém sua escolha, as palavras que você viu e a hora, e nada sobre você.",
    saved: "Sua escolha foi guardada.",
    browser: "Você também pode excluir os cookies no navegador; então a pergunta aparece de novo.",
  },
};

/** All that was in front of somebody who chose. */
export function choiceWords(language: Language): string {
  const { ask, accept, refuse, more } = choiceTexts[language];
  return [ask, more, refuse, accept].join("\n");
}
