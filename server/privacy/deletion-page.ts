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
    not_a_minor: "Refused: it is not about a child.",
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
    not_a_minor: "Abgelehnt: Es geht nicht um ein Kind.",
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
    not_a_minor: "رُفض: الأمر لا يخص طفلًا.",
  },
  ms: {
    title: "Permintaan anda untuk penghapusan",
    waiting: "Permintaan anda telah kami terima. Data anda sedang dipadamkan.",
    done: "Selesai. Kunci kepada data anda telah dimusnahkan dan semua tentang anda dipadamkan; sisa dalam sandaran tidak boleh dibaca dan hilang dalam masa 30 hari.",
    held: "Sebahagian mesti disimpan buat masa ini kerana dituntut oleh undang-undang. Ia dikunci, dan dipadamkan sebaik sahaja undang-undang membenarkannya.",
    unknown: "Tiada permintaan dengan kod ini. Semak pautan, atau minta semula di tempat anda memintanya.",
    not_the_person: "Ditolak: kami tidak dapat memastikan bahawa permintaan ini datang daripada anda.",
    manifestly_unfounded: "Ditolak: permintaan ini tidak berasas.",
    excessive: "Ditolak: perkara yang sama terlalu kerap diminta.",
    legal_duty: "Ditolak: undang-undang mewajibkan kami menyimpan data ini.",
    others_rights: "Ditolak: ia akan menjejaskan hak orang lain.",
    not_a_minor: "Ditolak: ia bukan tentang kanak-kanak.",
  },
  fr: {
    title: "Votre demande d’effacement",
    waiting: "Votre demande est arrivée. Vos données sont en cours de suppression.",
    done: "Fait. La clé de vos données a été détruite et tout ce qui vous concerne supprimé ; les restes dans les sauvegardes sont illisibles et disparaissent sous 30 jours.",
    held: "Une partie doit être conservée pour l’instant, car la loi l’exige. Elle est verrouillée, et sera supprimée dès que la loi le permettra.",
    unknown: "Aucune demande ne correspond à ce code. Vérifiez le lien, ou redemandez là où vous avez demandé.",
    not_the_person: "Refusée : nous n’avons pas pu établir que la demande vient de vous.",
    manifestly_unfounded: "Refusée : la demande est infondée.",
    excessive: "Refusée : la même chose a été demandée trop souvent.",
    legal_duty: "Refusée : la loi nous oblige à conserver ces données.",
    others_rights: "Refusée : cela porterait atteinte aux droits d’autrui.",
    not_a_minor: "Refusée : il ne s’agit pas d’un enfant.",
  },
  es: {
    title: "Tu solicitud de supresión",
    waiting: "Tenemos tu solicitud. Tus datos se están suprimiendo.",
    done: "Hecho. Se destruyó la clave de tus datos y se eliminó todo sobre ti; los restos en copias de seguridad no se pueden leer y desaparecen en 30 días.",
    held: "Una parte debe conservarse por ahora porque la ley lo exige. Está bloqueada y se suprime en cuanto la ley lo permita.",
    unknown: "No hay ninguna solicitud con este código. Comprueba el enlace o vuelve a pedirlo donde lo pediste.",
    not_the_person: "Denegada: no hemos podido comprobar que la solicitud viene de ti.",
    manifestly_unfounded: "Denegada: la solicitud es manifiestamente infundada.",
    excessive: "Denegada: se pidió lo mismo con demasiada frecuencia.",
    legal_duty: "Denegada: la ley nos obliga a conservar estos datos.",
    others_rights: "Denegada: afectaría a los derechos de otras personas.",
    not_a_minor: "Rechazada: no se trata de un menor.",
  },
  pt: {
    title: "Seu pedido de exclusão",
    waiting: "Recebemos seu pedido. Seus dados estão sendo apagados.",
    done: "Concluído. A chave dos seus dados foi destruída e tudo sobre você foi excluído; os restos em backups não podem ser lidos e somem em até 30 dias.",
    held: "Uma parte precisa ser guardada por enquanto porque a lei exige. Ela está bloqueada e é apagada assim que a lei permitir.",
    unknown: "Não há nenhum pedido com este código. Verifique o link ou peça de novo onde você pediu.",
    not_the_person: "Recusado: não pudemos ver que o pedido vem de você.",
    manifestly_unfounded: "Recusado: o pedido é manifestamente infundado.",
    excessive: "Recusado: o mesmo foi pedido vezes demais.",
    legal_duty: "Recusado: a lei nos obriga a guardar estes dados.",
    others_rights: "Recusado: prejudicaria os direitos de outras pessoas.",
    not_a_minor: "Recusado: não se trata de uma criança.",
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
