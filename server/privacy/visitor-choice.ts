// What a visitor chose about analytics: in a cookie of their browser, with a proof here that leads to nobody. Nothing that is not necessary
// happens before it; refusing costs as much as agreeing.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { App } from "../platform/context.ts";
import { sha256 } from "../platform/crypto.ts";
import { cookieName, isHttps } from "../platform/http-security.ts";
import { newId } from "../platform/ids.ts";
import type { Language } from "../platform/languages.ts";
import type { BrowserSources } from "../platform/store.ts";
import { choiceWords } from "./choice-text.ts";
import { hasSignal } from "./visits.ts";

const choiceCookie = "kw_choice";
// those of the tag: set in the browser, ended by us when a visitor takes it back
const gaCookie = "_ga";
const gaStreamCookie = "_ga_*";

/** For so long a choice is not asked for again; also how long the tag's cookies live. */
export const CHOICE_DAYS = 180;
const DAY_MS = 86_400_000;

type ChoiceApp = Pick<App, "config" | "registry" | "policyGate" | "clock">;

/** The driver that is set and no longer held back by a notice. */
export interface AnalyticsDriver {
  id: string;
  /** of a tagging server of the operator; undefined: Google's own */
  origin: string | undefined;
  sources: BrowserSources;
}

export interface VisitorState {
  /** undefined: there is nothing to choose about */
  driver: AnalyticsDriver | undefined;
  choice: "accepted" | "refused" | undefined;
  /** the id of its proof */
  proofId: string | undefined;
  hasSignal: boolean;
  /** the tag may be loaded */
  isAllowed: boolean;
}

export function analyticsDriver({ config, registry, policyGate }: ChoiceApp): AnalyticsDriver | undefined {
  const found = registry.processorsOn(config).find(({ id }) => id === "google_analytics");
  if (!found?.browser || config.googleAnalyticsId === undefined || !policyGate.isOpen(found)) return undefined;
  return { id: config.googleAnalyticsId, origin: config.googleAnalyticsOrigin, sources: found.browser(config) };
}

/** What is asked, as a hash: another recipient or cookie is another question, and is asked anew. */
function askedOf(driver: AnalyticsDriver): string {
  return sha256(JSON.stringify([driver.id, driver.sources, gaCookie, gaStreamCookie]))
    .toString("hex")
    .slice(0, 16);
}

// <id of the proof>.<a: agreed, g: agreed despite the signal, r: refused>.<what was asked>.<day>
const cookieForm = /^(vch_[0-9a-z]{26})\.([agr])\.([0-9a-f]{16})\.(\d{1,6})$/;

/** A signal of the browser is a refusal, unless the visitor agreed while it was sent. */
export function readVisitorState(app: ChoiceApp, request: FastifyRequest): VisitorState {
  const driver = analyticsDriver(app);
  const signal = hasSignal(request.headers);
  const [, proofId, letter, asked, day] = cookieForm.exec(request.cookies[choiceCookieName(app)] ?? "") ?? [];
  const age = today(app) - Number(day);
  const isValid = driver !== undefined && asked === askedOf(driver) && age >= 0 && age < CHOICE_DAYS;
  const isAgreed = letter === "g" || (letter === "a" && !signal);
  if (!isValid) return { driver, choice: undefined, proofId: undefined, hasSignal: signal, isAllowed: false };
  return { driver, proofId, hasSignal: signal, choice: isAgreed ? "accepted" : "refused", isAllowed: isAgreed };
}

/** As it is named under http or https. */
export const choiceCookieName = ({ config }: Pick<App, "config">): string => cookieName(choiceCookie, config);
const today = ({ clock }: Pick<App, "clock">): number => Math.floor(clock.ms() / DAY_MS);

/** Keeps the proof and sets the cookie; taking back ends the cookies of the tag as well. */
export async function chooseAnalytics(
  app: ChoiceApp & Pick<App, "db">,
  request: FastifyRequest,
  reply: FastifyReply,
  input: { isAgreed: boolean; language: Language },
): Promise<void> {
  const state = readVisitorState(app, request);
  if (!state.driver) return;
  const id = newId("vch", app.clock.ms());
  const asked = askedOf(state.driver);
  const words = choiceWords(input.language);
  const textVersion = sha256(words).toString("hex").slice(0, 16);
  const action = input.isAgreed ? "accepted" : state.choice === "accepted" ? "withdrawn" : "refused";
  const now = app.clock.now();
  await app.db.tx({ workspaceIds: [] }, async (tx) => {
    await tx.named(
      "visitor_choice_text.keep",
      "insert into visitor_choice_text (version, language, words, created_at) values ($1, $2, $3, $4) on conflict (version) do nothing",
      [textVersion, input.language, words, now],
    );
    await tx.named(
      "visitor_choice.add",
      `insert into visitor_choice (id, action, asked, text_version, has_signal, chosen_at) values ($1, $2, $3, $4, $5, $6)`,
      [id, action, asked, textVersion, state.hasSignal, now],
    );
  });
  const letter = input.isAgreed ? (state.hasSignal ? "g" : "a") : "r";
  // read by our own script too, which stops the tag in other tabs; it holds no secret
  const shared = { path: "/", sameSite: "lax", secure: isHttps(app.config) } as const;
  void reply.setCookie(choiceCookieName(app), `${id}.${letter}.${asked}.${today(app)}`, {
    ...shared,
    maxAge: (CHOICE_DAYS * DAY_MS) / 1000,
  });
  if (!input.isAgreed)
    for (const name of Object.keys(request.cookies))
      if (name === gaCookie || name.startsWith(gaStreamCookie.slice(0, -1))) void reply.clearCookie(name, shared);
}

export async function readProofTime(app: Pick<App, "db">, id: string | undefined): Promise<Date | undefined> {
  if (id === undefined) return undefined;
  const [row] = await app.db.tx({ workspaceIds: [] }, (tx) =>
    tx.named<{ at: Date }>("visitor_choice.read", "select chosen_at as at from visitor_choice where id = $1", [id]),
  );
  return row?.at;
}
