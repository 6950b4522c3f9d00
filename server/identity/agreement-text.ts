// The contract of a workspace with the operator, in every language of the product: plain, and no more than the software keeps.
import type { Language } from "../platform/languages.ts";

export const agreementDocuments = ["terms", "data_processing"] as const;
export type AgreementDocument = (typeof agreementDocuments)[number];

export interface AgreementText {
  title: string;
  points: readonly string[];
  /** what the service may be used for, and what not */
  use?: { title: string; points: readonly string[] };
}

export const agreementTexts: Record<AgreementDocument, Record<Language, AgreementText>> = {
  terms: {
    en: {
      title: "Terms of use",
      points: [
        "The workspace uses this service for its own messages, within the law and within the rules of the messaging services that it connects.",
        "It writes to people only where it may: with their consent where the law or the messaging service asks for one, and never to people who refused.",
        "It sends nothing that is unlawful, deceives, threatens or harasses, and does not try to get around limits or other workspaces' borders.",
        "It answers for its members and keys, and ends access that is no longer needed.",
        "The operator may stop sending where these terms are broken or a messaging service demands it, and says so.",
        "The workspace can export its data and close at any time; 30 days later everything is deleted.",
        "A change of these terms is announced 30 days ahead and counts after it was accepted; until it is, nothing is sent once those days are over.",
      ],
      use: {
        title: "Acceptable use",
        points: [
          "No spam: nothing in bulk to people who did not ask for it, and no lists of numbers that were bought, rented or collected from the net.",
          "Advertising only with a consent that the workspace can show; whoever refuses or stops it gets none any more, at once.",
          "Nothing is aimed at children, and nobody is chosen, profiled or pressed by health, belief, origin, sexual life or other special categories of data, unless the law allows it and the person agreed expressly.",
          "Messages say who writes them; nobody poses as another person, a company or an authority.",
          "The rules of each connected messaging service for businesses hold as well, among them what they forbid to sell or to advertise.",
          "Whoever learns of a breach of these rules tells the operator without delay.",
        ],
      },
    },
    de: {
      title: "Nutzungsbedingungen",
      points: [
        "Der Arbeitsbereich nutzt diesen Dienst für eigene Nachrichten, im Rahmen des Gesetzes und der Regeln der Nachrichtendienste, die er verbindet.",
        "Er schreibt Menschen nur, wo er es darf: mit ihrer Einwilligung, wo das Gesetz oder der Nachrichtendienst eine verlangt, und nie denen, die abgelehnt haben.",
        "Er sendet nichts, was rechtswidrig ist, täuscht, droht oder belästigt, und versucht nicht, Grenzen oder die Trennung der Arbeitsbereiche zu umgehen.",
        "Er steht für seine Mitglieder und Schlüssel ein und beendet Zugänge, die nicht mehr nötig sind.",
        "Der Betreiber darf das Senden anhalten, wo diese Bedingungen verletzt werden oder ein Nachrichtendienst es verlangt, und sagt es.",
        "Der Arbeitsbereich kann seine Daten jederzeit ausgeben und schließen; 30 Tage danach ist alles gelöscht.",
        "Eine Änderung dieser Bedingungen wird 30 Tage vorher angekündigt und gilt, nachdem sie angenommen wurde; sind die Tage um, wird bis dahin nichts gesendet.",
      ],
      use: {
        title: "Zulässige Nutzung",
        points: [
          "Kein Spam: nichts in Mengen an Menschen, die nicht darum gebeten haben, und keine gekauften, gemieteten oder aus dem Netz gesammelten Nummernlisten.",
          "Werbung nur mit einer Einwilligung, die der Arbeitsbereich nachweisen kann; wer ablehnt oder sie beendet, bekommt ab sofort keine mehr.",
          "Nichts richtet sich an Kinder, und niemand wird nach Gesundheit, Glauben, Herkunft, Sexualleben oder anderen besonderen Kategorien von Daten ausgewählt, bewertet oder bedrängt, außer das Gesetz erlaubt es und die Person hat ausdrücklich eingewilligt.",
          "Nachrichten sagen, wer sie schreibt; niemand gibt sich als andere Person, Firma oder Behörde aus.",
          "Es gelten auch die Regeln jedes verbundenen Nachrichtendienstes für Unternehmen, darunter was sie zu verkaufen oder zu bewerben verbieten.",
          "Wer von einem Verstoß gegen diese Regeln erfährt, sagt es dem Betreiber unverzüglich.",
        ],
      },
    },
    ar: {
      title: "شروط الاستخدام",
      points: [
        "تستخدم مساحة العمل هذه الخدمة لرسائلها، في حدود القانون وقواعد خدمات الرسائل التي تربطها.",
        "لا تكتب إلى الناس إلا حيث يجوز لها: بموافقتهم حيث يطلبها القانون أو خدمة الرسائل، ولا تكتب أبدًا إلى من رفض.",
        "لا ترسل ما هو مخالف للقانون أو مضلل أو مهدد أو مزعج، ولا تحاول تجاوز الحدود أو حدود مساحات العمل الأخرى.",
        "هي مسؤولة عن أعضائها ومفاتيحها، وتنهي كل وصول لم يعد لازمًا.",
        "يجوز للمشغّل إيقاف الإرسال عند مخالفة هذه الشروط أو بطلب من خدمة رسائل، ويُعلِم بذلك.",
        "يمكن لمساحة العمل تصدير بياناتها وإغلاقها في أي وقت؛ وبعد 30 يومًا يُحذف كل شيء.",
        "يُعلَن أي تغيير لهذه الشروط قبل 30 يومًا ويسري بعد قبوله؛ وإذا انقضت الأيام لا يُرسل شيء حتى يُقبل.",
      ],
      use: {
        title: "الاستخدام المقبول",
        points: [
          "لا رسائل مزعجة: لا شيء بالجملة لمن لم يطلبه، ولا قوائم أرقام مشتراة أو مستأجرة أو مجموعة من الشبكة.",
          "لا إعلان إلا بموافقة تستطيع مساحة العمل إثباتها؛ ومن يرفض أو يوقفه لا يصله شيء بعد ذلك، فورًا.",
          "لا يُوجَّه شيء إلى الأطفال، ولا يُختار أحد أو يُصنَّف أو يُضغط عليه بحسب الصحة أو المعتقد أو الأصل أو الحياة الجنسية أو غيرها من الفئات الخاصة للبيانات، إلا إذا أجاز القانون ذلك ووافق الشخص صراحة.",
          "تذكر الرسائل من يكتبها؛ ولا ينتحل أحد صفة شخص آخر أو شركة أو جهة رسمية.",
          "تسري أيضًا قواعد كل خدمة رسائل مرتبطة الخاصة بالشركات، ومنها ما تمنع بيعه أو الإعلان عنه.",
          "من يعلم بمخالفة لهذه القواعد يُبلغ المشغّل دون تأخير.",
        ],
      },
    },
    ms: {
      title: "Terma penggunaan",
      points: [
        "Ruang kerja menggunakan perkhidmatan ini untuk mesejnya sendiri, mengikut undang-undang dan peraturan perkhidmatan pemesejan yang disambungkannya.",
        "Ia menulis kepada orang hanya di mana ia dibenarkan: dengan persetujuan mereka apabila undang-undang atau perkhidmatan pemesejan memerlukannya, dan tidak sekali-kali kepada orang yang menolak.",
        "Ia tidak menghantar apa-apa yang menyalahi undang-undang, memperdaya, mengugut atau mengganggu, dan tidak cuba memintas had atau sempadan ruang kerja lain.",
        "Ia bertanggungjawab atas ahli dan kuncinya, dan menamatkan akses yang tidak lagi diperlukan.",
        "Pengendali boleh menghentikan penghantaran apabila terma ini dilanggar atau perkhidmatan pemesejan menuntutnya, dan memberitahunya.",
        "Ruang kerja boleh mengeksport datanya dan ditutup pada bila-bila masa; 30 hari kemudian semuanya dipadamkan.",
        "Perubahan terma ini diumumkan 30 hari lebih awal dan terpakai selepas ia diterima; selepas tempoh itu tiada apa-apa dihantar sehingga ia diterima.",
      ],
      use: {
        title: "Penggunaan yang dibenarkan",
        points: [
          "Tiada spam: tiada apa-apa secara pukal kepada orang yang tidak memintanya, dan tiada senarai nombor yang dibeli, disewa atau dikumpulkan dari Internet.",
          "Pengiklanan hanya dengan persetujuan yang dapat dibuktikan oleh ruang kerja; sesiapa yang menolak atau menghentikannya tidak menerimanya lagi, serta-merta.",
          "Tiada apa-apa ditujukan kepada kanak-kanak, dan tiada sesiapa dipilih, dinilai atau didesak berdasarkan kesihatan, kepercayaan, asal usul, kehidupan seksual atau kategori data khas yang lain, melainkan undang-undang membenarkannya dan orang itu bersetuju secara nyata.",
          "Mesej menyatakan siapa yang menulisnya; tiada sesiapa menyamar sebagai orang, syarikat atau pihak berkuasa lain.",
          "Peraturan setiap perkhidmatan pemesejan yang disambungkan bagi perniagaan turut terpakai, termasuk apa yang dilarang untuk dijual atau diiklankan.",
          "Sesiapa yang mengetahui pelanggaran peraturan ini memberitahu pengendali tanpa berlengah.",
        ],
      },
    },
    fr: {
      title: "Conditions d’utilisation",
      points: [
        "L’espace de travail utilise ce service pour ses propres messages, dans le respect de la loi et des règles des services de messagerie qu’il connecte.",
        "Il n’écrit aux personnes que là où il le peut : avec leur consentement lorsque la loi ou le service de messagerie l’exige, et jamais à celles qui ont refusé.",
        "Il n’envoie rien d’illicite, de trompeur, de menaçant ou de harcelant, et ne cherche pas à contourner les limites ni le cloisonnement des autres espaces de travail.",
        "Il répond de ses membres et de ses clés, et met fin aux accès qui ne sont plus nécessaires.",
        "L’exploitant peut arrêter l’envoi lorsque ces conditions ne sont pas respectées ou qu’un service de messagerie l’exige, et il le dit.",
        "L’espace de travail peut exporter ses données et fermer à tout moment ; 30 jours plus tard, tout est supprimé.",
        "Une modification de ces conditions est annoncée 30 jours à l’avance et vaut après avoir été acceptée ; ce délai passé, rien n’est envoyé tant qu’elle ne l’est pas.",
      ],
      use: {
        title: "Usage acceptable",
        points: [
          "Pas de spam : rien en masse à des personnes qui ne l’ont pas demandé, et pas de listes de numéros achetées, louées ou recueillies sur le Net.",
          "De la publicité seulement avec un consentement que l’espace de travail peut prouver ; qui refuse ou y met fin n’en reçoit plus, immédiatement.",
          "Rien ne vise les enfants, et personne n’est choisi, profilé ou pressé d’après sa santé, ses croyances, son origine, sa vie sexuelle ou d’autres catégories particulières de données, sauf si la loi le permet et que la personne y a consenti expressément.",
          "Les messages disent qui les écrit ; personne ne se fait passer pour une autre personne, une entreprise ou une autorité.",
          "Les règles de chaque service de messagerie connecté pour les entreprises s’appliquent aussi, dont ce qu’elles interdisent de vendre ou de promouvoir.",
          "Quiconque apprend un manquement à ces règles le signale sans retard à l’exploitant.",
        ],
      },
    },
    es: {
      title: "Condiciones de uso",
      points: [
        "El espacio de trabajo usa este servicio para sus propios mensajes, dentro de la ley y de las reglas de los servicios de mensajería que conecta.",
        "Escribe a las personas solo donde puede: con su consentimiento donde la ley o el servicio de mensajería lo exige, y nunca a quienes se negaron.",
        "No envía nada que sea ilícito, engañe, amenace o acose, y no intenta eludir límites ni la separación entre espacios de trabajo.",
        "Responde de sus miembros y claves, y termina los accesos que ya no hacen falta.",
        "El operador puede detener el envío donde se incumplen estas condiciones o lo exige un servicio de mensajería, y lo comunica.",
        "El espacio de trabajo puede exportar sus datos y cerrarse en cualquier momento; 30 días después se elimina todo.",
        "Un cambio de estas condiciones se anuncia con 30 días de antelación y vale después de aceptado; pasados esos días no se envía nada hasta entonces.",
      ],
      use: {
        title: "Uso aceptable",
        points: [
          "Nada de spam: nada en masa a personas que no lo pidieron, ni listas de números compradas, alquiladas o recogidas de la red.",
          "Publicidad solo con un consentimiento que el espacio de trabajo pueda demostrar; quien la rechaza o la detiene no recibe más, de inmediato.",
          "Nada se dirige a menores, y a nadie se le elige, perfila o presiona por su salud, creencias, origen, vida sexual u otras categorías especiales de datos, salvo que la ley lo permita y la persona lo haya consentido expresamente.",
          "Los mensajes dicen quién los escribe; nadie se hace pasar por otra persona, una empresa o una autoridad.",
          "Rigen también las reglas de cada servicio de mensajería conectado para las empresas, entre ellas lo que prohíben vender o anunciar.",
          "Quien sepa de un incumplimiento de estas reglas se lo dice al operador sin demora.",
        ],
      },
    },
    pt: {
      title: "Termos de uso",
      points: [
        "O espaço de trabalho usa este serviço para as próprias mensagens, dentro da lei e das regras dos serviços de mensagens que conecta.",
        "Ele escreve às pessoas só onde pode: com o consentimento delas onde a lei ou o serviço de mensagens o exige, e nunca a quem recusou.",
        "Ele não envia nada que seja ilícito, engane, ameace ou assedie, e não tenta contornar limites nem a separação entre espaços de trabalho.",
        "Ele responde por seus membros e chaves e encerra os acessos que não são mais necessários.",
        "O operador pode parar o envio onde estes termos são descumpridos ou um serviço de mensagens o exige, e avisa.",
        "O espaço de trabalho pode exportar seus dados e encerrar a qualquer momento; 30 dias depois tudo é excluído.",
        "Uma mudança destes termos é anunciada com 30 dias de antecedência e vale depois de aceita; passados esses dias, nada é enviado até lá.",
      ],
      use: {
        title: "Uso aceitável",
        points: [
          "Nada de spam: nada em massa a pessoas que não o pediram, nem listas de números compradas, alugadas ou coletadas da rede.",
          "Publicidade só com um consentimento que o espaço de trabalho possa comprovar; quem recusa ou a interrompe não recebe mais nenhuma, de imediato.",
          "Nada se dirige a crianças, e ninguém é escolhido, perfilado ou pressionado por saúde, crença, origem, vida sexual ou outras categorias especiais de dados, a não ser que a lei permita e a pessoa tenha consentido expressamente.",
          "As mensagens dizem quem as escreve; ninguém se faz passar por outra pessoa, empresa ou autoridade.",
          "Valem também as regras de cada serviço de mensagens conectado para empresas, entre elas o que proíbem vender ou anunciar.",
          "Quem souber de uma violação destas regras avisa o operador sem demora.",
        ],
      },
    },
  },
  data_processing: {
    en: {
      title: "Agreement on data processing",
      points: [
        "The workspace decides about the data of its contacts; the operator processes it for the workspace alone, as the workspace instructs by its settings and calls (GDPR 28).",
        "What is processed, of whom, what for and for how long is in the privacy policy, which is made from the software's own declarations and is part of this agreement.",
        "Whoever runs the service is bound to confidentiality, and what people wrote is encrypted under a key of its owner.",
        "Recipients are those that the policy names; a new one is announced 30 days ahead, and the workspace may object, export and close.",
        "The operator helps with the rights of people: to see, correct, take along, restrict, object and erase, with a clock and a receipt.",
        "A breach is told to the workspace without delay, with what is known of it.",
        "At the end everything is deleted 30 days after closing, and leaves the backups within 30 days more; a certificate says so.",
        "The workspace can check all this: by the records of processing, the audit trail and the evidence page.",
      ],
    },
    de: {
      title: "Vereinbarung zur Auftragsverarbeitung",
      points: [
        "Der Arbeitsbereich entscheidet über die Daten seiner Kontakte; der Betreiber verarbeitet sie allein für ihn, nach der Weisung seiner Einstellungen und Aufrufe (DSGVO 28).",
        "Was verarbeitet wird, von wem, wofür und wie lange, steht in der Datenschutzerklärung; sie entsteht aus den Angaben der Software selbst und ist Teil dieser Vereinbarung.",
        "Wer den Dienst betreibt, ist zur Vertraulichkeit verpflichtet, und was Menschen schrieben, ist unter einem Schlüssel dessen verschlüsselt, dem es gehört.",
        "Empfänger sind die, welche die Erklärung nennt; ein neuer wird 30 Tage vorher angekündigt, und der Arbeitsbereich kann widersprechen, ausgeben und schließen.",
        "Der Betreiber hilft bei den Rechten der Menschen: sehen, berichtigen, mitnehmen, einschränken, widersprechen und löschen, mit Frist und Quittung.",
        "Eine Datenpanne erfährt der Arbeitsbereich unverzüglich, mit dem, was bekannt ist.",
        "Am Ende ist 30 Tage nach der Schließung alles gelöscht und binnen weiterer 30 Tage aus den Sicherungen; ein Zertifikat sagt es.",
        "Der Arbeitsbereich kann all das prüfen: am Verzeichnis der Verarbeitung, am Protokoll und an der Seite der Nachweise.",
      ],
    },
    ar: {
      title: "اتفاقية معالجة البيانات",
      points: [
        "تقرر مساحة العمل بشأن بيانات جهات اتصالها؛ ويعالجها المشغّل لها وحدها، بتعليماتها عبر إعداداتها واستدعاءاتها (المادة 28 من GDPR).",
        "ما يُعالَج، ولمن، ولماذا، وإلى متى، مذكور في سياسة الخصوصية المنشأة من تصريحات البرنامج نفسه، وهي جزء من هذه الاتفاقية.",
        "من يشغّل الخدمة ملزم بالسرية، وما كتبه الناس مشفّر بمفتاح صاحبه.",
        "المتلقون هم من تسميهم السياسة؛ ويُعلَن عن أي متلقٍّ جديد قبل 30 يومًا، ويمكن لمساحة العمل أن تعترض وتصدّر وتغلق.",
        "يساعد المشغّل في حقوق الناس: الاطلاع والتصحيح وأخذ نسخة والتقييد والاعتراض والمحو، بمهلة وإيصال.",
        "تُبلَّغ مساحة العمل بأي اختراق دون تأخير، بما هو معروف عنه.",
        "في النهاية يُحذف كل شيء بعد 30 يومًا من الإغلاق، ويغادر النسخ الاحتياطية خلال 30 يومًا أخرى؛ وتثبت ذلك شهادة.",
        "يمكن لمساحة العمل التحقق من كل هذا: في سجل المعالجة وسجل التدقيق وصفحة الأدلة.",
      ],
    },
    ms: {
      title: "Perjanjian pemprosesan data",
      points: [
        "Ruang kerja membuat keputusan tentang data kenalannya; pengendali memprosesnya untuk ruang kerja itu sahaja, mengikut arahannya melalui tetapan dan panggilannya (Perkara 28 GDPR).",
        "Apa yang diproses, milik siapa, untuk apa dan berapa lama terkandung dalam dasar privasi, yang dihasilkan daripada pengisytiharan perisian itu sendiri dan menjadi sebahagian daripada perjanjian ini.",
        "Sesiapa yang mengendalikan perkhidmatan ini terikat dengan kerahsiaan, dan apa yang ditulis orang disulitkan dengan kunci pemiliknya.",
        "Penerima ialah mereka yang dinamakan dalam dasar; penerima baharu diumumkan 30 hari lebih awal, dan ruang kerja boleh membantah, mengeksport dan ditutup.",
        "Pengendali membantu dengan hak orang: untuk melihat, membetulkan, membawa, mengehadkan, membantah dan menghapuskan, dengan tempoh masa dan resit.",
        "Pelanggaran data diberitahu kepada ruang kerja tanpa berlengah, dengan apa yang diketahui tentangnya.",
        "Pada akhirnya semuanya dipadamkan 30 hari selepas penutupan, dan hilang daripada sandaran dalam masa 30 hari lagi; suatu sijil mengesahkannya.",
        "Ruang kerja boleh menyemak semua ini: melalui rekod pemprosesan, jejak audit dan halaman bukti.",
      ],
    },
    fr: {
      title: "Accord sur le traitement des données",
      points: [
        "L’espace de travail décide des données de ses contacts ; l’exploitant les traite pour lui seul, selon les instructions que donnent ses paramètres et ses appels (RGPD, art. 28).",
        "Ce qui est traité, de qui, pour quoi et combien de temps figure dans la politique de confidentialité, établie à partir des déclarations du logiciel lui-même et partie intégrante de cet accord.",
        "Quiconque exploite le service est tenu à la confidentialité, et ce que les personnes ont écrit est chiffré sous une clé de qui en est titulaire.",
        "Les destinataires sont ceux que nomme la politique ; tout nouveau destinataire est annoncé 30 jours à l’avance, et l’espace de travail peut s’y opposer, exporter et fermer.",
        "L’exploitant aide à l’exercice des droits des personnes : accès, rectification, portabilité, limitation, opposition et effacement, avec un délai et un reçu.",
        "Une violation de données est signalée sans retard à l’espace de travail, avec ce que l’on en sait.",
        "À la fin, tout est supprimé 30 jours après la fermeture et quitte les sauvegardes sous 30 jours de plus ; un certificat l’atteste.",
        "L’espace de travail peut vérifier tout cela : par le registre des traitements, le journal d’audit et la page des preuves.",
      ],
    },
    es: {
      title: "Contrato de tratamiento de datos",
      points: [
        "El espacio de trabajo decide sobre los datos de sus contactos, como responsable del tratamiento; el operador, como encargado, los trata solo para él y según las instrucciones que da con sus ajustes y llamadas (RGPD, artículo 28).",
        "Qué se trata, de quién, para qué y durante cuánto tiempo consta en la política de privacidad, que se hace a partir de las declaraciones del propio software y forma parte de este contrato.",
        "Quien lleva el servicio está obligado a la confidencialidad, y lo que escribieron las personas está cifrado con una clave de quien es su dueño.",
        "Los destinatarios son los que nombra la política; uno nuevo se anuncia con 30 días de antelación, y el espacio de trabajo puede oponerse, exportar y cerrarse.",
        "El operador ayuda con los derechos de las personas: acceso, rectificación, portabilidad, limitación, oposición y supresión, con un plazo y un recibo.",
        "Una violación de la seguridad de los datos se comunica al espacio de trabajo sin dilación indebida, con lo que se sabe de ella.",
        "Al final todo se elimina 30 días después del cierre y sale de las copias de seguridad en otros 30 días; un certificado lo acredita.",
        "El espacio de trabajo puede comprobar todo esto: con el registro de las actividades de tratamiento, el registro de auditoría y la página de pruebas.",
      ],
    },
    pt: {
      title: "Contrato de tratamento de dados",
      points: [
        "O espaço de trabalho decide sobre os dados de seus contatos; o operador os trata só para ele, segundo as instruções que ele dá por suas configurações e chamadas (RGPD, artigo 28).",
        "O que é tratado, de quem, para que e por quanto tempo está na política de privacidade, que é feita a partir das declarações do próprio software e faz parte deste contrato.",
        "Quem cuida do serviço está obrigado à confidencialidade, e o que as pessoas escreveram é criptografado com uma chave de quem é o dono.",
        "Os destinatários são os que a política nomeia; um novo é anunciado com 30 dias de antecedência, e o espaço de trabalho pode se opor, exportar e encerrar.",
        "O operador ajuda com os direitos das pessoas: acesso, retificação, portabilidade, limitação, oposição e apagamento, com um prazo e um recibo.",
        "Uma violação de dados pessoais é comunicada ao espaço de trabalho sem demora, com o que se sabe dela.",
        "No fim, tudo é excluído 30 dias depois do encerramento e sai dos backups em mais 30 dias; um certificado o atesta.",
        "O espaço de trabalho pode verificar tudo isto: pelo registro das atividades de tratamento, pela trilha de auditoria e pela página de provas.",
      ],
    },
  },
};
