import vm from "node:vm";
import { expect, test } from "vitest";
import { analyticsEntry } from "../test/analytics.ts";
import { createTestApp } from "../test/app.ts";

const t = createTestApp({ env: { KEEPWORD_GA_ID: "G-TEST1234", ...analyticsEntry } });
const secret = "vch_private-token";
const DAY_S = 86_400;

/** Runs what the server sends, as a browser on that page would, and tells what the tag is given. */
async function run(options: { path?: string; agreed?: boolean; signal?: boolean } = {}) {
  const { path = "/privacy", agreed = true, signal = false } = options;
  const headers: Record<string, string> = { accept: "text/html", ...(signal ? { "sec-gpc": "1" } : {}) };
  if (agreed) {
    const answer = await fetch(`${t.url}/privacy/choice`, {
      ...{ method: "POST", redirect: "manual", headers: { ...headers, origin: t.url } },
      body: new URLSearchParams({ choice: "accept", back: "/privacy" }),
    });
    headers["cookie"] = (answer.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
  }
  const page = await (await fetch(`${t.url}${path}?to=${secret}`, { headers })).text();
  const [tag] = /<script\b[^>]*id="analytics"[^>]*>/.exec(page) ?? [];
  const window: Record<string, unknown> = {};
  const commands = (): unknown[][] =>
    Array.from((window["dataLayer"] ?? []) as ArrayLike<unknown>[], (one) => Array.from(one));
  const walk = (to: string) => {
    (window["history"] as { pushState(state: unknown, title: string, to: string): void }).pushState({}, "", to);
    return commands();
  };
  const loaded: { src?: string }[] = [];
  if (tag === undefined) return { page, commands: [], loaded, window, walk };
  const dataset = Object.fromEntries(
    [...tag.matchAll(/data-(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  const location = { origin: t.url, pathname: path, search: `?to=${secret}`, protocol: "https:", hash: `#${secret}` };
  const history = { pushState: (_: unknown, __: string, to: string) => Object.assign(location, { pathname: to }) };
  Object.assign(window, {
    document: {
      currentScript: { dataset },
      cookie: headers["cookie"] ?? "",
      referrer: `${t.url}/c/${secret}`,
      createElement: () => ({}),
      head: { append: (one: object) => loaded.push(one) },
    },
    ...{ location, history, addEventListener: () => undefined },
  });
  Object.assign(history, { replaceState: history.pushState });
  window["window"] = window;
  const script = await (await fetch(`${t.url}/privacy/analytics.js`, { headers })).text();
  vm.runInNewContext(script, window);
  return { page, commands: commands(), loaded, window, walk };
}
const named = (commands: unknown[][], name: string) =>
  commands.filter(([one]) => one === name).map((one) => one.slice(1));

test("Google's tag is told of no advertising, no person, no address with a token, and of cookies that end within half a year [API-38]", async () => {
  const { commands, loaded, window, walk } = await run();
  expect([...new Set(commands.map(([name]) => String(name)))].toSorted()).toEqual(["config", "consent", "js", "set"]);
  const ads = { ad_storage: "denied", ad_user_data: "denied", ad_personalization: "denied" };
  expect(named(commands, "consent")).toEqual([
    ["default", expect.objectContaining({ ...ads, analytics_storage: "denied" })],
    ["update", { ...ads, analytics_storage: "granted" }],
  ]);
  expect(commands[0]?.slice(0, 2)).toEqual(["consent", "default"]);
  // all there is: neither a user_id nor properties of a user, nor anything else that somebody could be told by
  expect(named(commands, "config")).toEqual([
    [
      "G-TEST1234",
      {
        ...{ allow_google_signals: false, allow_ad_personalization_signals: false },
        ...{
          cookie_domain: "none",
          cookie_expires: 180 * DAY_S,
          cookie_update: false,
          cookie_flags: "SameSite=Lax;Secure",
        },
      },
    ],
  ]);
  expect(named(commands, "set")).toEqual([[{ page_location: `${t.url}/privacy`, page_referrer: "" }]]);
  expect(loaded.map(({ src }) => src)).toEqual(["https://www.googletagmanager.com/gtag/js?id=G-TEST1234"]);
  expect(window["ga-disable-G-TEST1234"]).toBe(false);
  // beyond the public pages it is silent before it hears where the visitor went
  const after = walk(`/inbox/${secret}`);
  expect(window["ga-disable-G-TEST1234"]).toBe(true);
  expect(JSON.stringify(walk("/privacy")).includes(`?to=${secret}`)).toBe(false);
  expect(JSON.stringify([commands, named(after, "config"), loaded])).not.toContain(secret);
});

test.each([
  ["before a choice", { agreed: false }],
  ["with a browser's signal", { agreed: false, signal: true }],
])(
  "%s the page has nothing of Google in it, and is counted without a cookie if at all [API-38]",
  async (_when, options) => {
    const { page, commands } = await run(options);
    expect(commands).toEqual([]);
    expect(page).not.toMatch(/googletagmanager|id="analytics"|<script/);
    const answer = await fetch(`${t.url}/privacy`, { headers: { accept: "text/html" } });
    expect(answer.headers.get("set-cookie")).toBeNull();
  },
);
