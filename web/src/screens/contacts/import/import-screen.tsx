import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { adminApi, adminQueries, type ContactImport } from "../../../admin-api.ts";
import { ApiError } from "../../../api.ts";
import { links } from "../../../links.ts";
import { t } from "../../../text.ts";
import { Button, buttonStyle } from "../../../ui/button.tsx";
import { Page, Section } from "../../../ui/page.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { EmptyState } from "../../../ui/states.tsx";
import { BackLink } from "../../shell/back-link.tsx";
import { Loaded } from "../../shell/query-states.tsx";
import { problemText } from "../../shell/problem-text.ts";
import { useCan } from "../../shell/use-can.ts";
import { figure } from "./import-words.ts";
import { ImportFigures } from "./import-figures.tsx";
import { ImportGround } from "./import-ground.tsx";
import { MapColumns } from "./map-columns.tsx";
import { NotOffered } from "./not-offered.tsx";
import { putImport } from "./put-import.ts";
import { StartForm } from "./start-form.tsx";

/** One import from its columns to its result; what is on screen follows from its state. */
export function ImportScreen() {
  const { importId = "" } = useParams({ strict: false }) as { importId?: string };
  return useCan("contact:import") ? <FoundImport importId={importId} /> : <NotOffered />;
}

function FoundImport({ importId }: { importId: string }) {
  const found = useQuery(adminQueries.contactImport(importId));
  const back = <BackLink to={links.contactImports()}>{t("import.title")}</BackLink>;
  const isGone = found.error instanceof ApiError && found.error.status === 404;
  return (
    <Page
      back={back}
      title={
        <span dir="auto" className="text-match break-words">
          {found.data?.fileName ?? t("import.one")}
        </span>
      }
    >
      {isGone ? (
        <EmptyState title={t("import.gone")} text={t("import.gone.text")} />
      ) : (
        <Loaded query={found}>{(one) => <OneImport key={one.id} one={one} />}</Loaded>
      )}
    </Page>
  );
}

function OneImport({ one }: { one: ContactImport }) {
  const [isMapping, setMapping] = useState(false);
  if (one.state === "ended") return <Result one={one} />;
  if (one.state === "running") return <Running one={one} />;
  if (!one.mayOpen) {
    return (
      <>
        <p className="tabular">{t("import.rows", { n: one.rows })}</p>
        <p className="max-w-[60ch] text-meta text-text-2">{t("import.notShown")}</p>
        <Cancel one={one} label={t("import.discard")} />
      </>
    );
  }
  if (!one.isChecked || isMapping) {
    return (
      <>
        <MapColumns one={one} onChecked={() => setMapping(false)} />
        <Cancel one={one} label={t("import.discard")} />
      </>
    );
  }
  return (
    <>
      <Section title={t("import.check.title")} purpose={t("import.check.purpose")}>
        <ImportFigures one={one} />
        <Button className="self-start" onClick={() => setMapping(true)}>
          {t("import.columns.change")}
        </Button>
      </Section>
      <StartForm one={one} />
      <Cancel one={one} label={t("import.discard")} />
    </>
  );
}

function Running({ one }: { one: ContactImport }) {
  return (
    <>
      <Section title={t("import.running.title")} purpose={t("import.running.purpose")}>
        <ProgressBar label={t("import.running.title")} value={one.rows === 0 ? 0 : one.taken / one.rows} />
        <p className="tabular text-text-2">
          {t("import.running.taken", { done: figure(one.taken), all: figure(one.rows) })}
        </p>
      </Section>
      <ImportGround one={one} />
      <Cancel one={one} label={t("import.stop")} />
    </>
  );
}

function Result({ one }: { one: ContactImport }) {
  const outcome = one.outcome ?? "canceled";
  return (
    <>
      <p
        role="status"
        className={
          outcome === "done"
            ? "rounded-control bg-moss-weak px-3 py-2 text-moss"
            : "rounded-control bg-ochre-weak px-3 py-2 text-ochre"
        }
      >
        {t(`import.outcome.${outcome}.text`)}
      </p>
      {one.startedAt !== null && (
        <Section title={t("import.result.title")}>
          <ImportFigures one={one} />
        </Section>
      )}
      <ImportGround one={one} />
      {one.fileRemovedAt !== null && <p className="text-meta text-text-2">{t("import.file.removed")}</p>}
      <div className="flex flex-wrap gap-2">
        <Link {...links.contacts()} className={buttonStyle({ look: "primary" })}>
          {t("import.toContacts")}
        </Link>
        <Link {...links.contactImports()} className={buttonStyle()}>
          {t("import.another")}
        </Link>
      </div>
    </>
  );
}

function Cancel({ one, label }: { one: ContactImport; label: string }) {
  const cancel = useMutation({ mutationFn: () => adminApi.cancelImport(one.id), onSuccess: putImport });
  return (
    <div className="flex flex-col items-start gap-2 border-t border-line pt-4">
      <Button isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
        {label}
      </Button>
      {cancel.isError && (
        <p role="alert" className="text-brick">
          {problemText(cancel.error)}
        </p>
      )}
    </div>
  );
}
