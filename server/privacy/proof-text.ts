// The words of `/privacy/security` and `/privacy/evidence` in each language.
import type { Language } from "../platform/languages.ts";
import { ar } from "./proof-text-ar.ts";
import { de } from "./proof-text-de.ts";
import { en, type ProofText } from "./proof-text-en.ts";
import { es } from "./proof-text-es.ts";
import { fr } from "./proof-text-fr.ts";
import { ms } from "./proof-text-ms.ts";
import { pt } from "./proof-text-pt.ts";

export const proofTexts: Record<Language, ProofText> = { en, de, ar, ms, fr, es, pt };
