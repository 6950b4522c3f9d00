// Pages that the server writes itself: no script, no asset of anybody else, one style sheet of our own.
import type { FastifyInstance, FastifyReply } from "fastify";
import { isRightToLeft } from "../platform/languages.ts";

declare const htmlBrand: unique symbol;
/** Text that is markup already. */
export interface Html {
  readonly [htmlBrand]: true;
  readonly text: string;
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

type Part = Html | string | number | false | null | undefined | readonly Part[];

function print(part: Part): string {
  if (part === false || part === null || part === undefined) return "";
  if (Array.isArray(part)) return (part as readonly Part[]).map(print).join("");
  if (typeof part === "object") return (part as Html).text;
  return escape(String(part));
}

/** Markup with values in it; every value is escaped unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  const text = strings.reduce((all, piece, at) => all + print(values[at - 1]) + piece);
  return { text } as Html;
}

/** A sentence of the texts with values in the places of its `{names}`; they may be markup. */
export function fillHtml(text: string, values: Readonly<Record<string, Html | string | number>>): Html {
  const pieces = text.split(/\{(\w+)\}/);
  return html`${pieces.map((piece, at) => (at % 2 === 0 ? piece : values[piece]))}`;
}

/** A sentence of the texts; what stands between backticks in it is set as code. */
export const withCode = (text: string): Html =>
  html`${text.split("`").map((piece, at) => (at % 2 === 0 ? piece : html`<code dir="ltr">${piece}</code>`))}`;

export const pagePolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

export interface PageOptions {
  title: string;
  language: string;
  body: Html;
  /** Looks again after so many seconds, at this path. It is named because a browser that stands at a fragment would stay where it is. */
  refresh?: { seconds: number; path: string } | undefined;
  status?: number;
  /** more of the head: our own scripts */
  head?: Html;
  policy?: string;
}

/** The referrer stays with us: an address of these pages may hold a token. */
export function sendPage(reply: FastifyReply, page: PageOptions): FastifyReply {
  const dir = isRightToLeft(page.language) ? "rtl" : "ltr";
  const again = page.refresh && `${page.refresh.seconds}; url=${page.refresh.path}`;
  const refresh = again === undefined ? null : html`<meta http-equiv="refresh" content="${again}" />`;
  const document = html`<!doctype html>
    <html lang="${page.language}" dir="${dir}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        ${refresh}
        <title>${page.title}</title>
        <link rel="icon" href="/favicon.svg" />
        <link rel="stylesheet" href="/privacy/style.css" />
        ${page.head}
      </head>
      <body>
        ${page.body}
      </body>
    </html> `;
  return reply
    .code(page.status ?? 200)
    .type("text/html; charset=utf-8")
    .header("content-security-policy", page.policy ?? pagePolicy)
    .header("referrer-policy", "same-origin")
    .header("cache-control", "no-store")
    .send(document.text);
}

/** Paper, ink and one seal, as in the app (web/src/ui/theme.css). */
const pageStyle = `
:root{color-scheme:light dark;--paper:light-dark(oklch(.985 .004 85),oklch(.17 .012 260));--surface:light-dark(oklch(1 0 0),oklch(.205 .014 260));--sunken:light-dark(oklch(.965 .005 85),oklch(.15 .012 260));--line:light-dark(oklch(.9 .006 85),oklch(.29 .014 260));--edge:light-dark(oklch(.62 .012 260),oklch(.57 .014 260));--text:light-dark(oklch(.22 .02 260),oklch(.94 .01 260));--text-2:light-dark(oklch(.44 .02 260),oklch(.76 .01 260));--ink:light-dark(oklch(.46 .13 258),oklch(.74 .11 258));--on-ink:light-dark(oklch(1 0 0),oklch(.17 .03 258));--ink-weak:light-dark(oklch(.945 .03 258),oklch(.29 .05 258));--moss:light-dark(oklch(.45 .1 150),oklch(.77 .11 150));--moss-weak:light-dark(oklch(.95 .035 150),oklch(.27 .04 150));--seal:light-dark(oklch(.52 .17 30),oklch(.68 .15 30));--seal-weak:light-dark(oklch(.95 .03 30),oklch(.28 .06 30))}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--text);font:15px/22px "Geist Variable",system-ui,"Noto Sans","Noto Sans Arabic",sans-serif;overflow-wrap:anywhere}
main{max-width:720px;margin:0 auto;padding:32px 20px 64px}
main>header{margin-bottom:24px}
h1{font-size:20px;line-height:28px;font-weight:600;margin:0 0 4px}
h2{font-size:15px;line-height:20px;font-weight:600;margin:0 0 8px}
h3{font-size:15px;line-height:20px;font-weight:500;margin:0}
p{margin:0 0 8px}
ul{margin:4px 0 8px;padding-inline-start:20px}
caption{text-align:start;padding-bottom:4px}
.scroll+p,table+p{margin-top:16px}
section{border-top:1px solid var(--line);padding:20px 0}
.quiet{color:var(--text-2);font-size:14px;line-height:20px}
strong{font-weight:600}
a{color:var(--ink);text-underline-offset:2px}
nav{display:flex;flex-wrap:wrap;gap:0 16px;margin-bottom:16px}
nav a{padding-block:7px}
nav+nav{margin-top:-16px;font-size:14px}
nav [aria-current]{color:var(--text);text-decoration:none;font-weight:600}
.row{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:8px 16px;padding:8px 0}
.row>div{flex:1 1 280px}
dl{display:grid;grid-template-columns:1fr auto;gap:6px 16px;margin:0 0 8px}
dt{color:var(--text-2)}dd{margin:0;font-variant-numeric:tabular-nums;text-align:end}
form{margin:0}
.act{display:grid;gap:8px;justify-items:start;padding:12px 0}
button{font:inherit;font-size:14px;font-weight:500;line-height:20px;min-height:36px;padding:7px 14px;border-radius:8px;border:1px solid var(--edge);background:var(--surface);color:var(--text);cursor:pointer}
button:hover{background:var(--ink-weak)}
button.first{background:var(--ink);border-color:var(--ink);color:var(--on-ink)}
button.seal{border-color:var(--seal);color:var(--seal)}
.answers form{display:grid;grid-template-columns:1fr 1fr;gap:8px;max-width:320px;margin:12px 0}
label{display:grid;gap:4px;width:100%}
label.check{display:flex;align-items:flex-start;gap:8px}
input[type=text],textarea,select{font:inherit;width:100%;padding:7px 10px;border-radius:8px;border:1px solid var(--edge);background:var(--surface);color:var(--text)}
textarea{min-height:96px;resize:vertical}
:focus-visible{outline:2px solid var(--ink);outline-offset:2px}
.said{background:var(--moss-weak);color:var(--moss);border-radius:8px;padding:10px 12px;margin-bottom:16px}
.warn{background:var(--seal-weak);color:var(--seal);border-radius:8px;padding:10px 12px;margin-bottom:16px}
.code{display:block;width:fit-content;margin:8px 0 12px;padding:12px 18px;border-radius:12px;background:var(--sunken);border:1px solid var(--line);font:600 24px/32px ui-monospace,"SF Mono","DejaVu Sans Mono",monospace;letter-spacing:.04em;user-select:all}
ol.line{list-style:none;margin:8px 0 0;padding:0;border-inline-start:2px solid var(--line)}
ol.line li{padding:2px 0 2px 12px;padding-inline:12px 0}
ol.line li.end{border-inline-start:2px solid var(--seal);margin-inline-start:-2px}
.request{padding:10px 0}
.figures{grid-template-columns:fit-content(75%) 1fr;gap:4px 20px}.figures dd{text-align:start;font-weight:600;white-space:nowrap}
summary{cursor:pointer;padding-block:6px}
.fold{border-top:1px solid var(--line)}.fold>summary{font-weight:500;padding-block:10px}
section>.fold:first-child{border-top:0;margin-top:-10px}.fold[open]{padding-bottom:12px}
.fold td:first-child,td summary{white-space:nowrap}td summary{padding-block:0}
.fold>summary span{display:block;font-weight:400;padding-inline-start:16px}
table{width:100%;border-collapse:collapse;font-size:14px;line-height:20px}
.scroll{overflow-x:auto}
th{text-align:start;font-weight:500;color:var(--text-2)}
th,td{padding-block:8px;padding-inline:0 12px;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:normal}
ins{background:var(--moss-weak);color:var(--moss);text-decoration:none}
del{background:var(--seal-weak);color:var(--seal)}
@media (max-width:480px){main{padding:20px 16px 48px}
.stacks,.stacks caption,.stacks tbody,.stacks tr,.stacks td{display:block}
.stacks caption{text-align:start;margin-bottom:4px}
.stacks thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stacks tr{padding-block:10px;border-bottom:1px solid var(--line)}
.stacks td{padding:1px 0;border:0;overflow-wrap:anywhere}
.stacks td:empty,.stacks td:not(:first-child):has(>div:only-child:empty){display:none}
.stacks td:not(:first-child){display:grid;grid-template-columns:112px minmax(0,1fr);gap:0 12px}
.stacks td:not(:first-child)::before{content:attr(data-label);color:var(--text-2)}
.stacks td:first-child{font-weight:500;padding-bottom:4px}}
`;

export function servePageStyle(fastify: FastifyInstance): void {
  fastify.get("/privacy/style.css", { config: { isQuiet: true } }, (_request, reply) =>
    reply.type("text/css; charset=utf-8").header("cache-control", "public, max-age=3600").send(pageStyle),
  );
}
