import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import Keyboard from "lucide-react/icons/keyboard";
import LogOut from "lucide-react/icons/log-out";
import { api } from "../../api.ts";
import { useAllCommands } from "../../commands.ts";
import { links } from "../../links.ts";
import { currentMembership } from "../../membership.ts";
import { forgetPerson, prefs, setPrefs, usePrefs, type Prefs } from "../../prefs.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { activateLocale, locale, locales, nameOf, t, type Locale, type TextKey } from "../../text.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuSeparator } from "../../ui/menu.tsx";

const themes: readonly { value: Prefs["theme"]; label: TextKey }[] = [
  { value: "system", label: "nav.themeSystem" },
  { value: "light", label: "nav.themeLight" },
  { value: "dark", label: "nav.themeDark" },
];

export function AccountMenu() {
  const me = useQuery(queries.me()).data;
  const navigate = useNavigate();
  const { theme } = usePrefs();
  const sheet = useAllCommands().find((command) => command.id === "app.sheet");
  const name = me?.person.name ?? me?.person.email ?? "";
  const membership = currentMembership(me);
  const signOut = async (): Promise<void> => {
    await api.signOut().catch(() => undefined);
    // Nothing of this person's work stays in memory for the next one.
    queryClient.clear();
    forgetPerson();
    await navigate(links.signIn());
    window.location.reload();
  };
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={t("nav.account")}
          className="flex size-10 items-center justify-center rounded-control"
        >
          <Avatar name={name} seed={membership?.memberId ?? me?.person.id ?? ""} size={28} />
        </button>
      }
    >
      <div className="px-2 py-1.5">
        <p className="font-medium">{name}</p>
        <p className="text-meta text-text-2">{membership?.workspace.name ?? me?.person.email}</p>
      </div>
      {me && me.memberships.length > 1 && (
        <>
          <MenuSeparator />
          <MenuLabel>{t("nav.workspaces")}</MenuLabel>
          {me.memberships.map(({ workspace }) => (
            <MenuChoice
              key={workspace.id}
              isChosen={workspace.id === membership?.workspace.id}
              onSelect={() => chooseWorkspace(workspace.id)}
            >
              {workspace.name}
            </MenuChoice>
          ))}
        </>
      )}
      <MenuSeparator />
      <MenuLabel>{t("nav.theme")}</MenuLabel>
      {themes.map((one) => (
        <MenuChoice key={one.value} isChosen={theme === one.value} onSelect={() => setPrefs({ theme: one.value })}>
          {t(one.label)}
        </MenuChoice>
      ))}
      <MenuLabel>{t("nav.language")}</MenuLabel>
      {locales.map((one) => (
        <MenuChoice key={one} isChosen={locale() === one} onSelect={() => void chooseLanguage(one)}>
          <span lang={one}>{nameOf(one)}</span>
        </MenuChoice>
      ))}
      <MenuSeparator />
      <MenuItem icon={Keyboard} keys="?" onSelect={() => sheet?.run()}>
        {t("nav.shortcuts")}
      </MenuItem>
      <MenuItem icon={LogOut} onSelect={() => void signOut()}>
        {t("nav.signOut")}
      </MenuItem>
    </Menu>
  );
}

async function chooseLanguage(next: Locale): Promise<void> {
  if (prefs().locale === next) return;
  setPrefs({ locale: next });
  await activateLocale(next);
}

/** Another workspace is another app: everything in memory is dropped by loading the page anew. */
function chooseWorkspace(id: string): void {
  setPrefs({ workspaceId: id });
  window.location.assign("/inbox");
}
