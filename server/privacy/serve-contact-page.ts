// `/c/{token}`: a contact's own page. Server-written, without script; everything a person does is a form.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { consentChanged, recordConsents } from "../contacts/record-consents.ts";
import { sealProof } from "../contacts/consent-chain.ts";
import { consentPurposes, expiryBy, readConsentRule } from "../contacts/consent-rules.ts";
import { isMinor } from "../contacts/restrict-contacts.ts";
import { systemCtx, type App, type Ctx } from "../platform/context.ts";
import { randomToken } from "../platform/crypto.ts";
import { checkOrigin, isHttps } from "../platform/http-security.ts";
import { sendDownload } from "../platform/http-reply.ts";
import { newId } from "../platform/ids.ts";
import type { Language } from "../platform/languages.ts";
import { addressKey } from "../platform/http-admit.ts";
import { limitAddresses } from "../platform/limit-addresses.ts";
import { isProblem } from "../platform/problem.ts";
import { createRateLimiter } from "../platform/rate-limit.ts";
import { findLink, type OpenLink } from "./contact-link.ts";
import { chooseLanguage, isWaiting, renderBadLink, renderContactPage, sayIn } from "./contact-page.ts";
import { downloadBundle } from "./export-subject.ts";
import { sendPage } from "./html.ts";
import { createCode, readVisitor } from "./page-code.ts";
import { readContactPage } from "./read-contact-page.ts";
import type { AskedRequest, RequestDesk } from "./request-desk.ts";
import { tooManyComplaints } from "./subject-request.ts";

const COOKIE = "kw_page";
const quiet = { config: { isQuiet: true } };
/** A complaint needs no proof but the link: so many an hour from one address, whoever's page it is. */
const complaints = { perSecond: 10 / 3600, capacity: 10 };

interface Asked {
  ctx: Ctx;
  desk: RequestDesk | undefined;
  link: OpenLink;
  contactId: string;
  fields: URLSearchParams;
}

type Said = "said.withdraw" | "said.agree" | "said.object" | "said.request" | "said.incomplete" | "said.many";
interface Act {
  /** only for a browser that was proven by a code from the person's number */
  needsProof: boolean;
  run: (asked: Asked) => Promise<Said>;
}

const acts: Record<string, Act> = {
  withdraw: { needsProof: false, run: (asked) => consent(asked, "withdrawn", "said.withdraw") },
  "object-marketing": {
    needsProof: false,
    run: (asked) => {
      asked.fields.set("purpose", "marketing");
      return consent(asked, "objected", "said.object");
    },
  },
  agree: { needsProof: true, run: (asked) => consent(asked, "granted", "said.agree") },
  copy: { needsProof: true, run: (asked) => request(asked, { type: "portability" }) },
  restrict: { needsProof: true, run: (asked) => request(asked, { type: "restrict" }) },
  unrestrict: { needsProof: true, run: (asked) => request(asked, { type: "restrict", detail: { isLifted: true } }) },
  object: { needsProof: true, run: (asked) => request(asked, { type: "object" }) },
  correct: {
    needsProof: true,
    run: async (asked) => {
      const name = asked.fields.get("name")?.trim() ?? "";
      return name === "" || name.length > 256
        ? "said.incomplete"
        : request(asked, { type: "rectify", detail: { name } });
    },
  },
  erase: {
    needsProof: true,
    run: async (asked) => (asked.fields.get("sure") === "yes" ? request(asked, { type: "erase" }) : "said.incomplete"),
  },
  complain: {
    needsProof: false,
    run: async (asked) => {
      const text = asked.fields.get("text")?.trim().slice(0, 4000) ?? "";
      return text === "" ? "said.incomplete" : request(asked, { type: "complaint", detail: { text } });
    },
  },
};

async function consent(asked: Asked, action: string, said: Said): Promise<Said> {
  const { ctx, contactId, link } = asked;
  const purpose = asked.fields.get("purpose") ?? "";
  if (!(consentPurposes as readonly string[]).includes(purpose)) return "said.incomplete";
  const { workspaceId } = ctx;
  if (action === "granted" && (await isMinor(ctx, contactId))) return "said.incomplete";
  const id = newId("cns", ctx.clock.ms());
  const proof = sealProof(ctx.keyring, { workspaceId, id, contactId }, { linkId: link.id });
  const entry = { workspaceId, id, contactId, channelId: null, purpose, action, method: "contact_page", proof };
  const now = ctx.clock.now();
  const expiresAt = action === "granted" ? expiryBy(await readConsentRule(ctx, purpose), now) : null;
  await recordConsents(ctx.tx, [{ ...entry, expiresAt, occurredAt: now }], now);
  await ctx.emit(ctx.tx, consentChanged, [{ workspaceId, payload: { contactId, purpose, action } }]);
  return said;
}

/** A code from the person's number, or for a complaint the link itself, is what they need to show. */
async function request(asked: Asked, input: AskedRequest): Promise<Said> {
  if (!asked.desk) return "said.incomplete";
  try {
    await asked.desk.open(asked.ctx, asked.contactId, input);
  } catch (error) {
    if (isProblem(error, tooManyComplaints)) return "said.many";
    throw error;
  }
  return "said.request";
}

export function serveContactPage(fastify: FastifyInstance, app: App, desk: RequestDesk | undefined): void {
  const limiter = createRateLimiter({ clock: app.clock });
  const isSecure = isHttps(app.config);
  const name = isSecure ? `__Secure-${COOKIE}` : COOKIE;
  fastify.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: 16_384 },
    (_, body, done) => done(null, new URLSearchParams(body as string)),
  );
  fastify.addHook("onRequest", limitAddresses(app.clock, { perSecond: 2, capacity: 60 }));
  fastify.addHook("onRequest", async (request) => checkOrigin(request, app.config, true));

  const languageOf = (request: FastifyRequest): Language =>
    chooseLanguage((request.query as Record<string, unknown>)["lang"], request.headers["accept-language"]);
  const badLink = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const language = languageOf(request);
    const title = sayIn(language)("link.bad.title");
    return sendPage(reply, { title, language, body: renderBadLink(language), status: 404 });
  };
  const within = <R>(link: OpenLink, run: (ctx: Ctx) => Promise<R>): Promise<R> =>
    app.db.tx({ workspaceIds: [link.workspaceId] }, (tx) => run(systemCtx(app, tx, link.workspaceId, "contact-page")));
  const tokenOf = (request: FastifyRequest): string => (request.params as { token: string }).token;

  fastify.get("/c/:token", quiet, async (request, reply) => {
    const link = await findLink(app, tokenOf(request));
    if (!link) return badLink(request, reply);
    const language = languageOf(request);
    const page = await within(link, (ctx) => readContactPage(ctx, desk, link, request.cookies[name]));
    const said = (request.query as Record<string, unknown>)["said"];
    const path = `/c/${tokenOf(request)}`;
    return sendPage(reply, {
      title: sayIn(language)("title", { name: page.workspaceName }),
      language,
      body: renderContactPage(page, path, language, typeof said === "string" ? said : undefined),
      refresh: isWaiting(page) ? { seconds: 5, path: `${path}?lang=${language}` } : undefined,
    });
  });

  fastify.get("/c/:token/copies/:id", quiet, async (request, reply) => {
    const link = await findLink(app, tokenOf(request));
    const { id } = request.params as { id: string };
    const page = link && (await within(link, (ctx) => readContactPage(ctx, desk, link, request.cookies[name])));
    const isTheirs = page?.visitor.state === "proven" && page.requests?.some((one) => one.id === id && one.bundle);
    if (!link || !isTheirs) return badLink(request, reply);
    return sendDownload(reply, await downloadBundle(app, link.workspaceId, id));
  });

  fastify.post("/c/:token/:act", quiet, async (request, reply) => {
    const link = await findLink(app, tokenOf(request));
    const wanted = (request.params as { act: string }).act;
    const known = Object.hasOwn(acts, wanted) ? acts[wanted] : undefined;
    if (!link || (wanted !== "code" && !known)) return badLink(request, reply);
    const fields = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const language = chooseLanguage(fields.get("lang"), request.headers["accept-language"]);
    const back = (said: string | undefined, at: string): FastifyReply => {
      const query = new URLSearchParams({ lang: language, ...(said ? { said } : {}) });
      return reply.redirect(`/c/${tokenOf(request)}?${query.toString()}${at}`, 303);
    };
    if (!known) {
      const visitor = request.cookies[name] ?? randomToken(24);
      await within(link, (ctx) => createCode(ctx, link, visitor));
      // needed for what the person asks for, and for nothing else: an hour, this page only
      void reply.setCookie(name, visitor, {
        path: "/c",
        httpOnly: true,
        sameSite: "lax",
        secure: isSecure,
        maxAge: 3600,
      });
      return back(undefined, "#prove");
    }
    if (wanted === "complain" && !limiter.take(addressKey(request.ip), complaints).allowed)
      return back("said.many", "");
    const said = await within(link, async (ctx) => {
      const visitor = await readVisitor(ctx, link, request.cookies[name]);
      if (known.needsProof && visitor.state !== "proven") return "said.unproven";
      const contactId = await wholeContact(ctx, link);
      return contactId === undefined ? undefined : known.run({ ctx, desk, link, contactId, fields });
    });
    return back(said, "");
  });
}

async function wholeContact(ctx: Ctx, link: OpenLink): Promise<string | undefined> {
  const [row] = await ctx.tx.named<{ id: string }>(
    "contact_page.whole",
    "select coalesce(merged_into, id) as id from contact where workspace_id = $1 and id = $2",
    [ctx.workspaceId, link.contactId],
  );
  return row?.id;
}
