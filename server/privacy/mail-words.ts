// What a mail asks for, by its words. Whoever reads it decides; until then the harmless guess is a copy.
import type { RequestType } from "./subject-request.ts";

const words: readonly (readonly [RequestType, RegExp])[] = [
  ["erase", /\b(erase|erasure|delete|deletion|forget me|lösch|vergessen|effac|supprim|padam|hapus)|(حذف|محو|امسح)/i],
  ["rectify", /\b(correct|rectif|wrong name|berichtig|korrigier|falsch|betulkan)|(تصحيح|صحح)/i],
  ["restrict", /\b(restrict|einschränk|limitation|hadkan)|(تقييد)/i],
  ["object", /\b(object to|objection|opt.?out|unsubscribe|widersprech|widerspruch|oppos|bantah)|(اعتراض|أعترض)/i],
  ["complaint", /\b(complain|beschwer|plainte|aduan)|(شكوى|أشتكي)/i],
];

export const typeOfMail = (text: string): RequestType => words.find(([, known]) => known.test(text))?.[0] ?? "access";
