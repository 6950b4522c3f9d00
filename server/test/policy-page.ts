// The page /privacy as tests read it: what it says now, and what an optional feature adds to it.
import type { FeatureDeclaration } from "../platform/feature.ts";
import { policyFacts } from "../privacy/policy-facts.ts";
import type { TestApp } from "./app.ts";

/** Categories in the words of the English page. */
const words: Record<string, string> = {
  "user.contact.phone_number": "Phone numbers",
  "user.content": "What was said: texts, files, notes, and what was noted about a person",
  "user.unique_id": "Phone numbers and ids at the messaging services",
  "user.behavior": "When something was last used",
  "organization.name": "Name of the workspace",
  "credential.secret": "Secrets of channels and webhooks",
  "credential.verifier": "Fingerprints of passwords, keys and links",
};

export const policyPage = (t: TestApp) => ({
  /** What the page says, which may know of the last seconds' state: everyone who receives data, and every place with what is in it. */
  async page(language = "en"): Promise<{ text: string; held: string[] }> {
    t.clock.advance(5_000);
    const text = await (await fetch(`${t.url}/privacy?lang=${language}`)).text();
    const held = [...text.matchAll(/<code dir="ltr">([^<]+)<\/code><\/div><\/td>\s*<td[^>]*><div>([^<]+)</g)];
    return { text, held: held.map(([, place = "", what = ""]) => `${place}: ${what}`) };
  },
  /** The lines of the page that an optional feature adds; the declarations know which. */
  linesOf: ({ id }: FeatureDeclaration): string[] =>
    policyFacts(t.app.registry, t.app.config)
      .held.filter(({ feature }) => feature === id)
      .map(({ place, category }) => `${place}: ${words[category] ?? category}`),
});

/** Reads a public page as a browser gets it. */
export const readingPages =
  (t: TestApp) =>
  async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${t.url}${path}`, { headers });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
