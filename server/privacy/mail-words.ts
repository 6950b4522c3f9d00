// What a mail asks for, by its words. Whoever reads it decides; until then the harmless guess is a copy, so a copy needs no words.
import type { RequestType } from "./subject-request.ts";

const words: readonly (readonly [RequestType, RegExp])[] = [
  [
    "erase",
    /\b(erase|erasure|delete|deletion|forget me|lösch|vergessen|effac|supprim|suppress|supres|suprim|elimin|borr|olvid|exclui|exclus[ãa]o|apag|esque[cç]|oubli|padam|hapus|lupakan)|(حذف|محو|امسح)/i,
  ],
  [
    "rectify",
    /\b(correct|correg|corre[cç]|corrig|corrij|rectif|retific|wrong name|berichtig|korrigier|falsch|betulkan|pembetulan|perbetul|pinda)|(تصحيح|صحح)/i,
  ],
  ["restrict", /\b(restrict|restring|einschränk|limitation|limitaci[óo]n|limitaç[ãa]o|hadkan)|(تقييد)/i],
  [
    "object",
    /\b(object to|objection|opt.?out|unsubscribe|widersprech|widerspruch|oppos|opon[eg]|oponho|oposi|bantah)|(اعتراض|أعترض)/i,
  ],
  ["complaint", /\b(complain|beschwer|plainte|queja|reclamaci|reclamaç|aduan)|(شكوى|أشتكي)/i],
];

export const typeOfMail = (text: string): RequestType => words.find(([, known]) => known.test(text))?.[0] ?? "access";
