import { t } from "../../text.ts";

/** "Firefox on Windows": enough to tell one's own devices apart. */
export function deviceName({ browser, system }: { browser: string | null; system: string | null }): string {
  if (browser && system) return t("logins.on", { browser, system });
  return browser ?? system ?? t("logins.unknown");
}
