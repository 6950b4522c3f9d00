import { setPrefs, usePrefs } from "../../prefs.ts";
import { activateLocale, locale, locales, nameOf, t, type Locale } from "../../text.ts";
import { Page, Section } from "../../ui/page.tsx";
import { RadioList } from "../../ui/radio-list.tsx";

/** Every choice takes effect at once; that is its tick. */
export function AppearanceSection() {
  const { theme, rows, sendWith } = usePrefs();
  return (
    <Page title={t("settings.appearance")} purpose={t("settings.appearance.purpose")}>
      <Section title={t("appearance.theme")}>
        <RadioList
          label={t("appearance.theme")}
          value={theme}
          onChange={(next) => setPrefs({ theme: next })}
          options={[
            { value: "system", label: t("appearance.theme.system") },
            { value: "light", label: t("appearance.theme.light") },
            { value: "dark", label: t("appearance.theme.dark") },
          ]}
        />
      </Section>
      <Section title={t("appearance.rows")}>
        <RadioList
          label={t("appearance.rows")}
          value={rows}
          onChange={(next) => setPrefs({ rows: next })}
          options={[
            { value: "comfortable", label: t("appearance.rows.comfortable") },
            { value: "compact", label: t("appearance.rows.compact") },
          ]}
        />
      </Section>
      <Section title={t("appearance.send")}>
        <RadioList
          label={t("appearance.send")}
          value={sendWith}
          onChange={(next) => setPrefs({ sendWith: next })}
          options={[
            { value: "enter", label: t("appearance.send.enter") },
            { value: "mod+enter", label: t("appearance.send.modEnter") },
          ]}
        />
      </Section>
      <Section title={t("appearance.language")}>
        <RadioList
          label={t("appearance.language")}
          value={locale() as Locale}
          onChange={(next) => {
            setPrefs({ locale: next });
            void activateLocale(next);
          }}
          options={locales.map((one) => ({
            value: one,
            label: <span lang={one}>{nameOf(one)}</span>,
          }))}
        />
      </Section>
    </Page>
  );
}
