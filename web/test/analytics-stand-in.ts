// Stands in for Google's tag and what it sends to, on loopback: it does what the real one does with consent, cookies and addresses.
import http from "node:http";
import type { AddressInfo } from "node:net";

export interface AnalyticsStandIn extends AsyncDisposable {
  origin: string;
  /** every request that came, as path and query */
  asked: string[];
}

const tag = `(() => {
  const id = new URL(document.currentScript.src).searchParams.get("id");
  const origin = new URL(document.currentScript.src).origin;
  const consent = {};
  const set = {};
  let config;
  const send = (name) => {
    if (!config || consent.analytics_storage !== "granted" || window["ga-disable-" + id]) return;
    const query = new URLSearchParams({ en: name, tid: id, dl: set.page_location, ads: consent.ad_storage });
    navigator.sendBeacon(origin + "/g/collect?" + query);
  };
  const take = ([name, first, second]) => {
    if (name === "consent") Object.assign(consent, second);
    if (name === "set") Object.assign(set, first);
    if (name !== "config") return;
    config = second;
    const life = "; path=/; max-age=" + config.cookie_expires;
    if (consent.analytics_storage === "granted" && !window["ga-disable-" + id]) {
      document.cookie = "_ga=GA1.1.1.1" + life;
      document.cookie = "_ga_" + id.slice(2) + "=GS2.1" + life;
    }
    send("page_view");
  };
  window.dataLayer.forEach(take);
  window.dataLayer.push = function (...items) { items.forEach(take); return Array.prototype.push.apply(this, items); };
  const change = history.pushState;
  history.pushState = function (...args) { change.apply(this, args); send("history_change"); };
  addEventListener("pagehide", () => send("leave"));
})();`;

export async function startAnalyticsStandIn(): Promise<AnalyticsStandIn> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url ?? "");
    request.resume();
    const isTag = request.url?.startsWith("/gtag/js");
    // the product's pages ask for foreign files without credentials, so these must say that anybody may have them
    response.setHeader("cross-origin-resource-policy", "cross-origin");
    response.writeHead(isTag ? 200 : 204, { "content-type": "text/javascript" }).end(isTag ? tag : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
