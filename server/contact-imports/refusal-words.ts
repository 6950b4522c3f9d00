// Why rows of a list are not taken, and values left out, in every language: for the screen and for the file of those rows.
import { languages, type Language } from "../platform/languages.ts";

interface RefusalWords {
  /** Names the column of reasons; no column of a list is guessed to be anything by it. */
  header: string;
  leftOut: string;
  why: Record<Reason, string>;
}

type Reason =
  | "contact.address_invalid"
  | "contact.addresses_differ"
  | "contact_import.row_too_long"
  | "contact_import.cell_too_long"
  | "contact_import.address_missing"
  | "contact_import.phone_not_international"
  | "contact_import.phone_too_short"
  | "contact_import.phone_too_long"
  | "contact_import.phone_has_letters"
  | "contact_import.phone_has_signs"
  | "contact_import.phone_rounded"
  | "contact_import.phone_country_unknown"
  | "contact_import.phone_not_of_country"
  | "contact_import.phone_ambiguous"
  | "contact_import.user_id_invalid"
  | "contact_import.date_ambiguous"
  | "contact_attribute.unknown"
  | "contact_attribute.value_invalid"
  | "contact_attribute.restricted"
  | "contact_attribute.not_yet";

const words: Record<Language, RefusalWords> = {
  en: {
    header: "Why it was not taken",
    leftOut: "{text} The person is taken without it.",
    why: {
      "contact.address_invalid": "The phone number or user id is not one.",
      "contact.addresses_differ": "The phone number and the user id belong to two different contacts.",
      "contact_import.row_too_long": "The row has more cells than there are columns; often a quote is missing.",
      "contact_import.cell_too_long": "The cell is too long for what it is.",
      "contact_import.address_missing": "There is no phone number and no user id.",
      "contact_import.phone_not_international":
        "The phone number has no country: write it with + and the country’s code.",
      "contact_import.phone_too_short": "The phone number has too few digits.",
      "contact_import.phone_too_long": "The phone number has too many digits; a cell may hold one number only.",
      "contact_import.phone_has_letters": "There are letters in the phone number.",
      "contact_import.phone_has_signs":
        "There are characters in the phone number that none has; a cell may hold one number only.",
      "contact_import.phone_rounded":
        "A spreadsheet shortened the phone number (2.5E+11), and its digits are lost: format the column as text and enter it anew.",
      "contact_import.phone_country_unknown": "The phone number begins with a code that no country has.",
      "contact_import.phone_not_of_country":
        "The phone number has no country, and is not written as numbers of the chosen country are.",
      "contact_import.phone_ambiguous":
        "The phone number may begin with the chosen country’s code, or not: write it with + and the code.",
      "contact_import.user_id_invalid": "This is no WhatsApp user id: a country, a dot, letters and digits.",
      "contact_import.date_ambiguous":
        "The date can be read in two ways, and nobody said whether the day or the month comes first.",
      "contact_attribute.unknown": "The field is not declared any more.",
      "contact_attribute.value_invalid":
        "The value does not fit the field: a number is -12.5, a date 2026-01-31 or 31.1.2026, yes or no is true or false, a choice one of its options.",
      "contact_attribute.restricted": "The field holds a special category of data, which you may not write.",
      "contact_attribute.not_yet": "The privacy page does not say yet that such data is held.",
    },
  },
  de: {
    header: "Warum nicht übernommen",
    leftOut: "{text} Die Person wird ohne den Wert übernommen.",
    why: {
      "contact.address_invalid": "Die Telefonnummer oder Nutzer-ID ist keine.",
      "contact.addresses_differ": "Telefonnummer und Nutzer-ID gehören zu zwei verschiedenen Kontakten.",
      "contact_import.row_too_long": "Die Zeile hat mehr Zellen, als es Spalten gibt; oft fehlt ein Anführungszeichen.",
      "contact_import.cell_too_long": "Die Zelle ist zu lang für das, was sie ist.",
      "contact_import.address_missing": "Es gibt weder Telefonnummer noch Nutzer-ID.",
      "contact_import.phone_not_international":
        "Der Telefonnummer fehlt das Land: schreib sie mit + und der Landesvorwahl.",
      "contact_import.phone_too_short": "Die Telefonnummer hat zu wenige Ziffern.",
      "contact_import.phone_too_long": "Die Telefonnummer hat zu viele Ziffern; in eine Zelle gehört nur eine Nummer.",
      "contact_import.phone_has_letters": "In der Telefonnummer stehen Buchstaben.",
      "contact_import.phone_has_signs":
        "In der Telefonnummer stehen Zeichen, die keine hat; in eine Zelle gehört nur eine Nummer.",
      "contact_import.phone_rounded":
        "Eine Tabellenkalkulation hat die Telefonnummer gekürzt (2,5E+11), ihre Ziffern sind verloren: formatiere die Spalte als Text und gib sie neu ein.",
      "contact_import.phone_country_unknown": "Die Telefonnummer beginnt mit einer Vorwahl, die kein Land hat.",
      "contact_import.phone_not_of_country":
        "Der Telefonnummer fehlt das Land, und sie ist nicht so geschrieben wie Nummern des gewählten Landes.",
      "contact_import.phone_ambiguous":
        "Die Telefonnummer könnte mit der Vorwahl des gewählten Landes beginnen oder auch nicht: schreib sie mit + und der Vorwahl.",
      "contact_import.user_id_invalid":
        "Das ist keine WhatsApp-Nutzer-ID: ein Land, ein Punkt, Buchstaben und Ziffern.",
      "contact_import.date_ambiguous":
        "Das Datum lässt sich auf zwei Arten lesen, und niemand hat gesagt, ob Tag oder Monat zuerst kommt.",
      "contact_attribute.unknown": "Das Feld gibt es nicht mehr.",
      "contact_attribute.value_invalid":
        "Der Wert passt nicht zum Feld: Eine Zahl ist -12.5, ein Datum 2026-01-31 oder 31.1.2026, Ja oder Nein true oder false, eine Auswahl eine ihrer Möglichkeiten.",
      "contact_attribute.restricted":
        "Das Feld hält eine besondere Kategorie von Daten, die du nicht schreiben darfst.",
      "contact_attribute.not_yet": "Die Datenschutzseite sagt noch nicht, dass solche Daten gehalten werden.",
    },
  },
  ar: {
    header: "سبب عدم الأخذ",
    leftOut: "{text} يُستورد الشخص بدونها.",
    why: {
      "contact.address_invalid": "رقم الهاتف أو معرّف المستخدم غير صالح.",
      "contact.addresses_differ": "رقم الهاتف ومعرّف المستخدم يخصان جهتي اتصال مختلفتين.",
      "contact_import.row_too_long": "في الصف خلايا أكثر من الأعمدة؛ غالبًا تنقص علامة اقتباس.",
      "contact_import.cell_too_long": "الخلية أطول من اللازم.",
      "contact_import.address_missing": "لا يوجد رقم هاتف ولا معرّف مستخدم.",
      "contact_import.phone_not_international": "رقم الهاتف بلا رمز بلد: اكتبه بعلامة + ورمز البلد.",
      "contact_import.phone_too_short": "أرقام رقم الهاتف أقل من اللازم.",
      "contact_import.phone_too_long": "أرقام رقم الهاتف أكثر من اللازم؛ لا تتسع الخلية إلا لرقم واحد.",
      "contact_import.phone_has_letters": "في رقم الهاتف أحرف.",
      "contact_import.phone_has_signs": "في رقم الهاتف علامات لا توجد في أي رقم؛ لا تتسع الخلية إلا لرقم واحد.",
      "contact_import.phone_rounded":
        "اختصر برنامج الجداول رقم الهاتف (2.5E+11) وضاعت أرقامه: نسّق العمود كنص وأدخله من جديد.",
      "contact_import.phone_country_unknown": "يبدأ رقم الهاتف برمز لا يخص أي بلد.",
      "contact_import.phone_not_of_country": "رقم الهاتف بلا رمز بلد، وليس مكتوبًا كأرقام البلد المختار.",
      "contact_import.phone_ambiguous": "قد يبدأ رقم الهاتف برمز البلد المختار أو لا: اكتبه بعلامة + والرمز.",
      "contact_import.user_id_invalid": "هذا ليس معرّف مستخدم في واتساب: بلد ثم نقطة ثم أحرف وأرقام.",
      "contact_import.date_ambiguous": "يمكن قراءة التاريخ بطريقتين، ولم يُذكر أيهما أولًا: اليوم أم الشهر.",
      "contact_attribute.unknown": "لم يعد الحقل معرَّفًا.",
      "contact_attribute.value_invalid":
        "القيمة لا تناسب الحقل: الرقم \u200E-12.5، والتاريخ 2026-01-31 أو 31.1.2026، ونعم أو لا true أو false، والاختيار أحد خياراته.",
      "contact_attribute.restricted": "الحقل من فئة بيانات خاصة لا يجوز لك كتابتها.",
      "contact_attribute.not_yet": "صفحة الخصوصية لا تذكر بعد الاحتفاظ ببيانات كهذه.",
    },
  },
  ms: {
    header: "Sebab tidak diambil",
    leftOut: "{text} Orang itu diambil tanpanya.",
    why: {
      "contact.address_invalid": "Nombor telefon atau ID pengguna tidak sah.",
      "contact.addresses_differ": "Nombor telefon dan ID pengguna milik dua kenalan berbeza.",
      "contact_import.row_too_long":
        "Baris mempunyai lebih banyak sel daripada lajur; selalunya tanda petik tertinggal.",
      "contact_import.cell_too_long": "Sel terlalu panjang.",
      "contact_import.address_missing": "Tiada nombor telefon dan tiada ID pengguna.",
      "contact_import.phone_not_international": "Nombor telefon tiada negara: tulis dengan + dan kod negara.",
      "contact_import.phone_too_short": "Nombor telefon mempunyai terlalu sedikit digit.",
      "contact_import.phone_too_long":
        "Nombor telefon mempunyai terlalu banyak digit; satu sel hanya untuk satu nombor.",
      "contact_import.phone_has_letters": "Terdapat huruf dalam nombor telefon.",
      "contact_import.phone_has_signs":
        "Terdapat aksara dalam nombor telefon yang tiada pada mana-mana nombor; satu sel hanya untuk satu nombor.",
      "contact_import.phone_rounded":
        "Perisian hamparan memendekkan nombor telefon (2.5E+11) dan digitnya hilang: format lajur sebagai teks dan masukkan semula.",
      "contact_import.phone_country_unknown": "Nombor telefon bermula dengan kod yang tiada pada mana-mana negara.",
      "contact_import.phone_not_of_country":
        "Nombor telefon tiada negara, dan tidak ditulis seperti nombor negara yang dipilih.",
      "contact_import.phone_ambiguous":
        "Nombor telefon mungkin bermula dengan kod negara yang dipilih, mungkin tidak: tulis dengan + dan kod itu.",
      "contact_import.user_id_invalid": "Ini bukan ID pengguna WhatsApp: negara, titik, huruf dan digit.",
      "contact_import.date_ambiguous":
        "Tarikh boleh dibaca dengan dua cara, dan tiada siapa menyatakan sama ada hari atau bulan dahulu.",
      "contact_attribute.unknown": "Medan itu tidak lagi ditakrifkan.",
      "contact_attribute.value_invalid":
        "Nilai tidak sesuai dengan medan: nombor ialah -12.5, tarikh 2026-01-31 atau 31.1.2026, ya atau tidak true atau false, pilihan salah satu opsyennya.",
      "contact_attribute.restricted": "Medan ini mengandungi kategori data khas yang tidak boleh anda tulis.",
      "contact_attribute.not_yet": "Halaman privasi belum menyatakan data sedemikian disimpan.",
    },
  },
  fr: {
    header: "Pourquoi ce n’est pas repris",
    leftOut: "{text} La personne est reprise sans cette valeur.",
    why: {
      "contact.address_invalid": "Le numéro de téléphone ou l’identifiant n’en est pas un.",
      "contact.addresses_differ": "Le numéro et l’identifiant appartiennent à deux contacts différents.",
      "contact_import.row_too_long": "La ligne a plus de cellules que de colonnes ; souvent il manque un guillemet.",
      "contact_import.cell_too_long": "La cellule est trop longue.",
      "contact_import.address_missing": "Il n’y a ni numéro de téléphone ni identifiant.",
      "contact_import.phone_not_international": "Le numéro n’a pas de pays : écrivez-le avec + et l’indicatif.",
      "contact_import.phone_too_short": "Le numéro de téléphone a trop peu de chiffres.",
      "contact_import.phone_too_long":
        "Le numéro de téléphone a trop de chiffres ; une cellule ne contient qu’un numéro.",
      "contact_import.phone_has_letters": "Il y a des lettres dans le numéro de téléphone.",
      "contact_import.phone_has_signs":
        "Il y a dans le numéro de téléphone des caractères qu’aucun numéro n’a ; une cellule ne contient qu’un numéro.",
      "contact_import.phone_rounded":
        "Un tableur a abrégé le numéro de téléphone (2,5E+11) et ses chiffres sont perdus : mettez la colonne au format texte et saisissez-le à nouveau.",
      "contact_import.phone_country_unknown": "Le numéro de téléphone commence par un indicatif qu’aucun pays n’a.",
      "contact_import.phone_not_of_country":
        "Le numéro n’a pas de pays et n’est pas écrit comme les numéros du pays choisi.",
      "contact_import.phone_ambiguous":
        "Le numéro commence peut-être par l’indicatif du pays choisi, peut-être pas : écrivez-le avec + et l’indicatif.",
      "contact_import.user_id_invalid":
        "Ce n’est pas un identifiant WhatsApp : un pays, un point, des lettres et des chiffres.",
      "contact_import.date_ambiguous":
        "La date peut se lire de deux façons, et personne n’a dit si le jour ou le mois vient d’abord.",
      "contact_attribute.unknown": "Le champ n’est plus déclaré.",
      "contact_attribute.value_invalid":
        "La valeur ne convient pas au champ : un nombre est -12.5, une date 2026-01-31 ou 31.1.2026, oui ou non true ou false, un choix l’une de ses options.",
      "contact_attribute.restricted":
        "Le champ contient une catégorie particulière de données, que vous ne pouvez pas écrire.",
      "contact_attribute.not_yet": "La page de confidentialité ne dit pas encore que de telles données sont détenues.",
    },
  },
  es: {
    header: "Por qué no se tomó",
    leftOut: "{text} La persona se toma sin ese valor.",
    why: {
      "contact.address_invalid": "El número de teléfono o el identificador no es válido.",
      "contact.addresses_differ": "El número y el identificador son de dos contactos distintos.",
      "contact_import.row_too_long": "La fila tiene más celdas que columnas; suele faltar una comilla.",
      "contact_import.cell_too_long": "La celda es demasiado larga.",
      "contact_import.address_missing": "No hay número de teléfono ni identificador.",
      "contact_import.phone_not_international": "Al número le falta el país: escríbelo con + y el prefijo.",
      "contact_import.phone_too_short": "El número de teléfono tiene muy pocas cifras.",
      "contact_import.phone_too_long":
        "El número de teléfono tiene demasiadas cifras; en una celda cabe un solo número.",
      "contact_import.phone_has_letters": "Hay letras en el número de teléfono.",
      "contact_import.phone_has_signs":
        "Hay en el número de teléfono caracteres que ninguno tiene; en una celda cabe un solo número.",
      "contact_import.phone_rounded":
        "Una hoja de cálculo abrevió el número de teléfono (2,5E+11) y sus cifras se perdieron: da formato de texto a la columna y escríbelo de nuevo.",
      "contact_import.phone_country_unknown": "El número de teléfono empieza por un prefijo que ningún país tiene.",
      "contact_import.phone_not_of_country": "Al número le falta el país, y no está escrito como los del país elegido.",
      "contact_import.phone_ambiguous":
        "El número puede empezar por el prefijo del país elegido o no: escríbelo con + y el prefijo.",
      "contact_import.user_id_invalid": "Esto no es un identificador de WhatsApp: un país, un punto, letras y cifras.",
      "contact_import.date_ambiguous":
        "La fecha puede leerse de dos maneras, y nadie dijo si va primero el día o el mes.",
      "contact_attribute.unknown": "El campo ya no está declarado.",
      "contact_attribute.value_invalid":
        "El valor no encaja en el campo: un número es -12.5, una fecha 2026-01-31 o 31.1.2026, sí o no true o false, una opción una de las suyas.",
      "contact_attribute.restricted": "El campo tiene una categoría especial de datos que no puedes escribir.",
      "contact_attribute.not_yet": "La página de privacidad aún no dice que se guarden esos datos.",
    },
  },
  pt: {
    header: "Por que não foi aceito",
    leftOut: "{text} A pessoa é aceita sem esse valor.",
    why: {
      "contact.address_invalid": "O número de telefone ou o ID não é válido.",
      "contact.addresses_differ": "O número e o ID são de dois contatos diferentes.",
      "contact_import.row_too_long": "A linha tem mais células do que colunas; muitas vezes falta uma aspa.",
      "contact_import.cell_too_long": "A célula é longa demais.",
      "contact_import.address_missing": "Não há número de telefone nem ID.",
      "contact_import.phone_not_international": "O número não tem país: escreva-o com + e o código do país.",
      "contact_import.phone_too_short": "O número de telefone tem poucos dígitos.",
      "contact_import.phone_too_long": "O número de telefone tem dígitos demais; cada célula leva um só número.",
      "contact_import.phone_has_letters": "Há letras no número de telefone.",
      "contact_import.phone_has_signs":
        "Há no número de telefone caracteres que nenhum número tem; cada célula leva um só número.",
      "contact_import.phone_rounded":
        "Uma planilha abreviou o número de telefone (2,5E+11) e os dígitos se perderam: formate a coluna como texto e digite-o de novo.",
      "contact_import.phone_country_unknown": "O número de telefone começa com um código que nenhum país tem.",
      "contact_import.phone_not_of_country": "O número não tem país e não está escrito como os do país escolhido.",
      "contact_import.phone_ambiguous":
        "O número pode começar com o código do país escolhido ou não: escreva-o com + e o código.",
      "contact_import.user_id_invalid": "Isto não é um ID de usuário do WhatsApp: um país, um ponto, letras e dígitos.",
      "contact_import.date_ambiguous":
        "A data pode ser lida de duas formas, e ninguém disse se o dia ou o mês vem primeiro.",
      "contact_attribute.unknown": "O campo não está mais declarado.",
      "contact_attribute.value_invalid":
        "O valor não serve no campo: um número é -12.5, uma data 2026-01-31 ou 31.1.2026, sim ou não true ou false, uma escolha uma das opções.",
      "contact_attribute.restricted": "O campo tem uma categoria especial de dados que você não pode escrever.",
      "contact_attribute.not_yet": "A página de privacidade ainda não diz que esses dados são guardados.",
    },
  },
};

export const whyText = (language: Language, code: string): string => words[language].why[code as Reason] ?? code;

/** Of a value without which the row was taken. */
export const leftOutText = (language: Language, text: string): string =>
  words[language].leftOut.replace("{text}", () => text);

export const whyHeader = (language: Language): string => words[language].header;

/** Whether a column came along from such a file, in whichever language. */
export const isWhyHeader = (header: string | undefined): boolean =>
  languages.some((language) => words[language].header === header?.trim());
