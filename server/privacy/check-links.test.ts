import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { reportLinks } from "../commands/security.ts";
import { readConfig } from "../platform/config.ts";
import { languages } from "../platform/languages.ts";
import { isPublicLink } from "../platform/operator-register.ts";
import { createSafeFetch, type SafeFetch } from "../platform/safe-fetch.ts";
import { checkLinks, registerLinks } from "./check-links.ts";
import { policyFacts } from "./policy-facts.ts";
import { policyTexts } from "./policy-text.ts";
import { allProcessors } from "./processors.ts";
import { registerTable } from "./register-table.ts";
import { compileRegistry } from "./registry.ts";

const html = { "content-type": "text/html; charset=utf-8" };
const answers: Readonly<Record<string, { status: number; headers: Record<string, string> }>> = {
  "/good": { status: 200, headers: html },
  "/moved": { status: 301, headers: { location: "/good" } },
  "/gone": { status: 404, headers: html },
  "/pixel": { status: 200, headers: { "content-type": "image/png" } },
  "/loop": { status: 302, headers: { location: "/loop" } },
  "/inside": { status: 302, headers: { location: "http://169.254.169.254/latest/meta-data/" } },
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6].map((n) => [
      `/hop-${n}`,
      { status: 307, headers: { location: n === 1 ? "/good" : `/hop-${n - 1}` } },
    ]),
  ),
};
let server: Server;
let origin: string;
let reach: SafeFetch;

beforeAll(async () => {
  // a path that it does not know gets no answer
  server = createServer(({ url = "" }, response) => {
    const answer = answers[url];
    if (answer) response.writeHead(answer.status, answer.headers).end("<p>policy</p>");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  reach = createSafeFetch({ privateOrigins: [origin] });
});
afterAll(async () => {
  await reach.close();
  server.close().closeAllConnections();
});

const look = async (path: string, timeoutMs?: number) => {
  const links = [{ id: "x", what: "policy" as const, url: `${origin}${path}` }];
  const [checked] = await checkLinks(reach, links, timeoutMs === undefined ? {} : { timeoutMs });
  return checked;
};

test("a link is good that leads to a page, at once or by redirects; one that is gone, silent, no page or leads inside is dead [API-40]", async () => {
  expect(await look("/good")).toMatchObject({ isGood: true, found: "200" });
  expect(await look("/moved")).toMatchObject({ isGood: true, found: `200 at ${origin}/good` });
  expect(await look("/gone")).toMatchObject({ isGood: false, found: "404" });
  expect(await look("/pixel")).toMatchObject({ isGood: false, found: "image/png, not a page" });
  expect(await look("/silent", 200)).toMatchObject({ isGood: false, found: "no answer in time" });
  expect((await look("/inside"))?.isGood).toBe(false);
});

test("a link is followed five times at most [API-40]", async () => {
  expect((await look("/hop-5"))?.isGood).toBe(true);
  expect(await look("/hop-6")).toMatchObject({ isGood: false, found: "more than 5 redirects" });
  expect((await look("/loop"))?.isGood).toBe(false);
});

test("the command names each link, and ends with a failure where one is dead [API-40]", async () => {
  const said = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    const links = [
      { id: "a", what: "policy" as const, url: `${origin}/good` },
      { id: "b", what: "agreement" as const, url: `${origin}/gone` },
    ];
    const checked = await checkLinks(reach, links);
    expect(() => reportLinks({}, checked)).toThrow("1 of 2 links lead to no page");
    expect(said.mock.lastCall?.[0]).toBe(
      `ok         a policy  ${origin}/good  200\nFAILED     b agreement  ${origin}/gone  404`,
    );
    expect(() => reportLinks({}, checked.slice(0, 1))).not.toThrow();
  } finally {
    said.mockRestore();
  }
});

test("where not one of the links answers, they count as not asked: it is said of this machine, not of them", async () => {
  const said = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    const away = ["a", "b"].map((id) => ({ id, what: "policy" as const, url: `${origin}/silent` }));
    const checked = await checkLinks(reach, away, { timeoutMs: 100 });
    expect(() => reportLinks({}, checked)).toThrow("None of the 2 links could be asked");
    expect(said.mock.lastCall?.[0]).toBe(
      away.map(({ id, url }) => `not asked  ${id} policy  ${url}  no answer in time`).join("\n"),
    );
    // one that answers shows that the others are dead
    const [gone] = await checkLinks(reach, [{ id: "c", what: "policy", url: `${origin}/gone` }]);
    if (!gone) throw new Error("nothing was checked");
    expect(() => reportLinks({}, [...checked, gone])).toThrow("3 of 3 links lead to no page");
  } finally {
    said.mockRestore();
  }
});

/** Where each says what it does with data: a declaration that leads anywhere else is a mistake. */
const ownHosts: Readonly<Record<string, string>> = {
  meta_whatsapp_cloud: "www.whatsapp.com",
  whatsapp_linked: "www.whatsapp.com",
  google_analytics: "policies.google.com",
};

test("every row of the register that is somebody else's links their own policy, in each language, and the checker looks at it [API-40]", () => {
  const named = {
    isOwn: false,
    name: "Mailer SARL",
    countries: ["FR"],
    policy: "https://mailer.org/privacy",
    agreement: { url: "https://mailer.org/dpa", signedAt: "2026-01-10", instructions: "Deliver mails, nothing else." },
    isConfidential: true,
  };
  const config = readConfig({
    ...{ SMTP_URL: "smtps://mailer.org", KEEPWORD_GA_ID: "G-AB12CD34EF" },
    KEEPWORD_PROCESSORS: JSON.stringify({ processors: { mail_server: named } }),
  });
  const links = registerLinks(allProcessors, config);
  const others = allProcessors.filter(({ role }) => role !== "operator");
  for (const { id, policy = "" } of others) {
    expect([id, isPublicLink(policy), new URL(policy).hostname]).toEqual([id, true, ownHosts[id]]);
    expect(links).toContainEqual({ id, what: "policy", url: policy });
  }
  expect(links).toContainEqual({ id: "mail_server", what: "policy", url: named.policy });
  expect(links).toContainEqual({ id: "mail_server", what: "agreement", url: named.agreement.url });
  const registry = compileRegistry({ tables: [], stores: [], processors: allProcessors, features: [], providers: {} });
  const { recipients } = policyFacts(registry, config);
  expect(recipients.map(({ id }) => id).toSorted()).toEqual([...others.map(({ id }) => id), "mail_server"].toSorted());
  for (const language of languages) {
    const rows = registerTable(recipients, language)?.text.split("<tr role=").slice(2) ?? [];
    expect(rows).toHaveLength(recipients.length);
    for (const [at, { policy }] of recipients.entries())
      expect(rows[at]).toContain(
        `<a href="${policy}" rel="noopener noreferrer">${policyTexts[language].page.theirPolicy}</a>`,
      );
  }
});
