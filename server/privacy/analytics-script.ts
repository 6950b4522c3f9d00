// Our own script beside the tag of Google Analytics, in basic consent mode: it is part of a page only after the visitor agreed.
// https://developers.google.com/tag-platform/security/guides/consent (Nov 2026)

/** Pages that may carry the tag: none of the app, none with a token in its address. Also read by the script. */
export const publicPage = /^\/(?:sign-in|sign-up|privacy(?:\/(?:versions(?:\/\d+)?|cookies))?)\/?$/;

export const analyticsScript = `(() => {
  const { id, origin, choice, seconds } = document.currentScript.dataset;
  const tagOrigin = origin || "https://www.googletagmanager.com";
  const isAgreed = () => document.cookie.split("; ").some((one) => one.startsWith(choice + "=") && /\\.[ag]\\./.test(one));
  const layer = (window.dataLayer = []);
  function gtag() {
    layer.push(arguments);
  }
  window.gtag = gtag;
  // looked at before the tag hears of a change: it sends nothing from the app, nor after the choice was taken back in another tab
  const look = () => {
    window["ga-disable-" + id] = !(isAgreed() && ${publicPage.toString()}.test(location.pathname));
    gtag("set", { page_location: location.origin + location.pathname, page_referrer: "" });
  };
  for (const name of ["pushState", "replaceState"]) {
    const change = history[name];
    history[name] = function (...args) {
      change.apply(this, args);
      look();
    };
  }
  addEventListener("popstate", look, true);
  addEventListener("visibilitychange", look, true);
  window.cookieStore?.addEventListener("change", look);
  addEventListener("pageshow", (event) => event.persisted && !isAgreed() && location.reload());
  const denied = { ad_storage: "denied", ad_user_data: "denied", ad_personalization: "denied" };
  gtag("consent", "default", {
    ...denied,
    analytics_storage: "denied",
    functionality_storage: "denied",
    personalization_storage: "denied",
    security_storage: "granted",
  });
  gtag("consent", "update", { ...denied, analytics_storage: "granted" });
  gtag("js", new Date());
  look();
  gtag("config", id, {
    ...(origin && { server_container_url: origin }),
    allow_google_signals: false,
    allow_ad_personalization_signals: false,
    // this host alone, so that taking it back ends them here
    cookie_domain: "none",
    cookie_expires: Number(seconds),
    cookie_update: false,
    cookie_flags: location.protocol === "https:" ? "SameSite=Lax;Secure" : "SameSite=Lax",
  });
  const tag = document.createElement("script");
  tag.async = true;
  tag.src = tagOrigin + "/gtag/js?id=" + id;
  document.head.append(tag);
})();
`;
