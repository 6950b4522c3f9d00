// Whether the pages that the register of recipients links to are there.
import type { Config } from "../platform/config.ts";
import { SafeFetchError } from "../platform/egress-guard.ts";
import type { SafeFetch } from "../platform/safe-fetch.ts";
import type { ProcessorDeclaration } from "../platform/store.ts";
import { registerRow } from "./transfers.ts";

export interface RegisterLink {
  /** of the recipient */
  id: string;
  what: "policy" | "agreement";
  url: string;
}
export interface CheckedLink extends RegisterLink {
  isGood: boolean;
  /** somebody answered, whatever it was */
  isAnswered: boolean;
  /** what was found, in words */
  found: string;
}

const maxRedirects = 5;
const readable = /^(text\/html|application\/xhtml\+xml|application\/pdf|text\/plain)\b/i;

/** The links of every row that the register can have: of recipients that are declared, on or off, and as the operator named them. */
export function registerLinks(processors: readonly ProcessorDeclaration[], config: Config): RegisterLink[] {
  return processors.flatMap((one) => {
    const { policy, agreement } = registerRow(one, config);
    return [
      ...(policy === null ? [] : [{ id: one.id, what: "policy" as const, url: policy }]),
      ...(agreement === null ? [] : [{ id: one.id, what: "agreement" as const, url: agreement.url }]),
    ];
  });
}

/** One after the other, without hurry: they are few, and belong to others. */
export async function checkLinks(
  reach: SafeFetch,
  links: readonly RegisterLink[],
  options: { timeoutMs?: number } = {},
): Promise<CheckedLink[]> {
  const checked: CheckedLink[] = [];
  for (const link of links) checked.push({ ...link, ...(await look(reach, link.url, options.timeoutMs ?? 15_000)) });
  return checked;
}

type Found = Pick<CheckedLink, "isGood" | "isAnswered" | "found">;

async function look(reach: SafeFetch, from: string, timeoutMs: number): Promise<Found> {
  let isAnswered = false;
  const dead = (found: string): Found => ({ isGood: false, isAnswered, found });
  const signal = AbortSignal.timeout(timeoutMs);
  let url = new URL(from);
  try {
    for (let hops = 0; hops <= maxRedirects; hops++) {
      // each step is checked anew by the guard: a redirect into a private network is refused there
      const headers = { "user-agent": "Keepword link check", accept: "text/html,application/pdf;q=0.9,*/*;q=0.1" };
      const answer = await reach(url, { headers, signal, timeoutMs });
      isAnswered = true;
      answer.body.destroy();
      const { status } = answer;
      const location = answer.headers.get("location");
      if (status >= 300 && status < 400 && location !== null) {
        const next = URL.parse(location, url);
        if (!next) return dead(`${status} to something that is no address`);
        url = next;
        continue;
      }
      const type = answer.headers.get("content-type") ?? "no type";
      if (status !== 200) return dead(String(status));
      if (!readable.test(type)) return dead(`${type}, not a page`);
      return { isGood: true, isAnswered, found: hops === 0 ? "200" : `200 at ${url.href}` };
    }
    return dead(`more than ${maxRedirects} redirects`);
  } catch (error) {
    if (!(error instanceof SafeFetchError)) throw error;
    return dead(signal.aborted ? "no answer in time" : error.message);
  }
}
