import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import ChevronRight from "lucide-react/icons/chevron-right";
import { useState, type FormEvent } from "react";
import { adminApi } from "../../admin-api.ts";
import { ApiError } from "../../api.ts";
import { setPrefs } from "../../prefs.ts";
import { queries } from "../../queries.ts";
import { t } from "../../text.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Icon } from "../../ui/icon.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Redirect } from "../shell/redirect.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { AgreementsCheck } from "./agreements-check.tsx";
import { safeNext } from "./arrive.ts";
import { AuthPage, FormError } from "./auth-page.tsx";

/** Which of several workspaces to look at; also where someone without any comes to stand. */
export function WorkspacesScreen() {
  const me = useQuery(queries.me());
  const next = safeNext((useSearch({ strict: false }) as { next?: unknown }).next);
  // A page load drops everything of the workspace before from memory.
  const open = (id: string): void => {
    setPrefs({ workspaceId: id });
    window.location.assign(next ?? "/inbox");
  };
  if (me.error instanceof ApiError && me.error.status === 401) return <Redirect href="/sign-in?next=/workspaces" />;
  const isNone = me.data?.memberships.length === 0;
  return (
    <AuthPage
      title={t("auth.workspaces.title")}
      purpose={
        isNone ? t("auth.workspaces.none") : (me.data?.memberships.length ?? 0) > 1 && t("auth.workspaces.purpose")
      }
    >
      <Loaded query={me}>
        {({ memberships }) =>
          memberships.length > 0 && (
            <ul className="flex flex-col divide-y divide-line overflow-hidden rounded-panel border border-line bg-surface">
              {memberships.map(({ workspace, role }) => (
                <li key={workspace.id}>
                  <button
                    type="button"
                    onClick={() => open(workspace.id)}
                    className="flex min-h-14 w-full items-center gap-3 px-4 py-2 text-start transition-colors hover:bg-hover focus-visible:-outline-offset-2"
                  >
                    <span className="flex min-w-0 grow flex-col">
                      <span dir="auto" className="text-match truncate font-medium">
                        {workspace.name}
                      </span>
                      <span className="text-meta text-text-2">{t(`page.role.${role}`)}</span>
                    </span>
                    <Icon of={ChevronRight} className="text-text-2 rtl:-scale-x-100" />
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <NewWorkspace onMade={open} />
    </AuthPage>
  );
}

function NewWorkspace({ onMade }: { onMade: (id: string) => void }) {
  const [name, setName] = useState<string | null>(null);
  const [isAccepted, setAccepted] = useState(false);
  const [isChecked, setChecked] = useState(false);
  const make = useMutation({
    mutationFn: (wanted: string) => adminApi.createWorkspace({ name: wanted, acceptsAgreements: true }),
    onSuccess: ({ id }) => onMade(id),
  });
  if (name === null) {
    return (
      <Button look="quiet" className="-ms-3 self-start" onClick={() => setName("")}>
        {t("auth.workspaces.new")}
      </Button>
    );
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (name.trim() && isAccepted) make.mutate(name.trim());
  };
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-3">
      <TextField
        label={t("auth.workspaceName")}
        dir="auto"
        autoFocus
        maxLength={120}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <AgreementsCheck isOn={isAccepted} onChange={setAccepted} isChecked={isChecked} />
      <FormError>{make.isError ? problemText(make.error) : null}</FormError>
      <Button type="submit" look="primary" isBusy={make.isPending}>
        {t("auth.signUp.action")}
      </Button>
    </form>
  );
}
