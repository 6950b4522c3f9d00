// The page on which someone who asked Meta for deletion sees how far it is. No script, no login, nothing about them on it.
import type { FastifyReply } from "fastify";
import type { Language } from "../platform/languages.ts";
import { html, sendPage } from "./html.ts";
import type { RefusalReason, RequestRow } from "./subject-request.ts";

const words: Record<
  Language,
  Record<"title" | "waiting" | "done" | "held" | "unknown", string> & Record<RefusalReason, string>
> = {
  en: {
    title: "Your request for deletion",
    waiting: "We have your request. Your data are being deleted.",
    done: "Done. The key to your data was destroyed and everything about you deleted; remnants in backups cannot be read and age out within 30 days.",
    held: "A part must be kept for now because the law demands it. It is locked, and deleted as soon as the law allows.",
    unknown: "There is no request under this code. Check the link, or ask again where you asked.",
    not_the_person: "Refused: we could not see that the request comes from you.",
    manifestly_unfounded: "Refused: the request is without ground.",
    excessive: "Refused: the same was asked too often.",
    legal_duty: "Refused: the law obliges us to keep these data.",
    others_rights: "Refused: it would harm the rights of others.",
  },
  de: {
    title: "Ihre Bitte um Löschung",
    waiting: "Ihre Bitte ist angekommen. Ihre Daten werden gelöscht.",
    done: "Erledigt. Der Schlüssel zu Ihren Daten ist vernichtet und alles über Sie gelöscht; Reste in Sicherungen sind unlesbar und verschwinden binnen 30 Tagen.",
    held: "Ein Teil muss noch aufbewahrt werden, weil das Gesetz es verlangt. Er ist gesperrt und wird gelöscht, sobald es erlaubt ist.",
    unknown:
      "Unter diesem Code gibt es keine Bitte. Prüfen Sie den Link, oder fragen Sie dort noch einmal, wo Sie gefragt haben.",
    not_the_person: "Abgelehnt: Wir konnten nicht erkennen, dass die Bitte von Ihnen kommt.",
    manifestly_unfounded: "Abgelehnt: Die Bitte ist unbegründet.",
    excessive: "Abgelehnt: Dasselbe wurde zu oft verlangt.",
    legal_duty: "Abgelehnt: Das Gesetz verpflichtet uns, diese Daten aufzubewahren.",
    others_rights: "Abgelehnt: Es würde die Rechte anderer verletzen.",
  },
  ar: {
    title: "طلبك بحذف بياناتك",
    waiting: "وصلنا طلبك، وبياناتك قيد الحذف.",
    done: "تم. أُتلف مفتاح بياناتك وحُذف كل ما يخصك؛ وما بقي في النسخ الاحتياطية لا يمكن قراءته ويزول خلال 30 يومًا.",
    held: "يجب الاحتفاظ بجزء منها الآن لأن القانون يُلزم بذلك. وهو مقفل وسيُحذف حالما يسمح القانون.",
    unknown: "لا يوجد طلب بهذا الرمز. تحقق من الرابط أو أعد الطلب من حيث طلبت.",
    not_the_person: "رُفض: لم نستطع التأكد من أن الطلب منك.",
    manifestly_unfounded: "رُفض: الطلب بلا أساس.",
    excessive: "رُفض: تكرر الطلب نفسه أكثر من اللازم.",
    legal_duty: "رُفض: يُلزمنا القانون بالاحتفاظ بهذه البيانات.",
    others_rights: "رُفض: قد يمس ذلك حقوق الآخرين.",
  },
};

function sentenceOf(language: Language, requests: readonly RequestRow[]): string {
  const text = words[language];
  const refused = requests.find(({ state }) => state === "refused");
  if (requests.length === 0) return text.unknown;
  if (refused) return text[refused.refusal as RefusalReason];
  if (requests.some(({ state }) => state === "partially_held")) return text.held;
  return requests.every(({ state }) => state === "done") ? text.done : text.waiting;
}

export function sendDeletionPage(
  reply: FastifyReply,
  language: Language,
  requests: readonly RequestRow[],
): FastifyReply {
  const { title } = words[language];
  const body = html`<main>
    <h1>${title}</h1>
    <p>${sentenceOf(language, requests)}</p>
  </main>`;
  return sendPage(reply, { title, language, body, status: requests.length === 0 ? 404 : 200 });
}
