// The core asks a provider what it can (`can`, `receive.mode`, a declared column), never which one it is: in TypeScript or in SQL text.
import { providerIds } from "../server/providers/provider.ts";

/** Where a provider is named all the same, and why. */
export const mayNameProviders: Readonly<Record<string, string>> = {
  "server/app.ts": "the list of providers",
  "server/demo.ts": "makes a channel on each simulator",
  "server/privacy/features.ts": "declares which optional feature a network belongs to",
  "server/privacy/processors.ts": "declares who receives data by which network",
  "server/sessions/session.ts": "a sentence that tells a program what to send",
  "server/migrations/0055_features.sql": "applied; looked once at the channels that were there",
};

const id = `(?:${providerIds.join("|")})`;
const named: readonly RegExp[] = [
  // a whole value in quotes of any kind, of TypeScript, of SQL or of an array in SQL
  new RegExp(`(['"\`])${id}\\1`),
  new RegExp(`['"{,]\\s*${id}\\s*[,}]`),
  // `providers.one`, `providers["one"]` is seen above
  new RegExp(`\\bproviders\\??\\.${id}\\b`),
  // a column compared with part of an id, or with one that is not there yet
  /\bprovider"?\s*(?:=|<>|!=|~|\bnot\b|\bin\b|\blike\b|\bilike\b|\bis\s+distinct\s+from\b)[\s(]*(?:any\s*\()?\s*'/i,
];

/** Every line of a file that names a provider, as `path:line: sentence`. */
export function providerNames(path: string, text: string): string[] {
  if (!path.startsWith("server/") || path.startsWith("server/providers/") || path in mayNameProviders) return [];
  return text.split("\n").flatMap((line, index) => {
    const code = line.replace(/^\s*(\/\/|--|\/?\*).*$/, "");
    return named.some((one) => one.test(code))
      ? [`${path}:${index + 1}: names a provider: ask for a capability or a declared column instead`]
      : [];
  });
}
