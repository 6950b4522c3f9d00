import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { adminQueries, type ContactImport } from "../../../admin-api.ts";
import { ApiError, uploadContacts } from "../../../api.ts";
import { links } from "../../../links.ts";
import { t } from "../../../text.ts";
import { Badge } from "../../../ui/badge.tsx";
import { Button } from "../../../ui/button.tsx";
import { cx } from "../../../ui/cx.ts";
import { Page, Section } from "../../../ui/page.tsx";
import { ProgressBar } from "../../../ui/progress-bar.tsx";
import { BackLink } from "../../shell/back-link.tsx";
import { Moment } from "../../shell/moment.tsx";
import { useCan } from "../../shell/use-can.ts";
import { endOf, figure, importProblem } from "./import-words.ts";
import { NotOffered } from "./not-offered.tsx";

/** Choose a file; below, what was imported in the last months. */
export function ImportsScreen() {
  if (!useCan("contact:import")) return <NotOffered />;
  return (
    <Page
      back={<BackLink to={links.contacts()}>{t("nav.contacts")}</BackLink>}
      title={t("import.title")}
      purpose={t("import.purpose")}
    >
      <FileChoice />
      <Earlier />
    </Page>
  );
}

function FileChoice() {
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [isDragging, setDragging] = useState(false);
  const [sent, setSent] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const take = (file: File | undefined): void => {
    if (!file || sent !== null) return;
    setSent(0);
    setProblem(null);
    uploadContacts(file, file.name, { onProgress: setSent, signal: new AbortController().signal }).then(
      ({ id }) => void navigate(links.contactImport(id)),
      (error: unknown) => {
        setSent(null);
        setProblem(error instanceof ApiError ? importProblem(error) : t("problem.unknown"));
      },
    );
  };
  return (
    <div
      className={cx(
        "flex flex-col items-center gap-3 rounded-panel border border-dashed px-4 py-8 text-center",
        isDragging ? "border-ink bg-ink-weak" : "border-edge bg-surface",
      )}
      onDragOver={(event) => {
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={() => setDragging(false)}
      onDrop={(event) => {
        event.preventDefault();
        setDragging(false);
        take(event.dataTransfer.files[0]);
      }}
    >
      <Button look="primary" isBusy={sent !== null} onClick={() => input.current?.click()}>
        {t("import.choose")}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".csv,.tsv,.txt,text/csv"
        hidden
        aria-hidden
        tabIndex={-1}
        onChange={(event) => {
          take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      {sent !== null && <ProgressBar label={t("import.uploading")} value={sent} />}
      <p className="max-w-[60ch] text-text-2">{t("import.choose.hint")}</p>
      <p className="max-w-[60ch] text-meta text-text-2">{t("import.file.kept")}</p>
      {problem !== null && (
        <p role="alert" className="max-w-[60ch] text-brick">
          {problem}
        </p>
      )}
    </div>
  );
}

function Earlier() {
  const list = useInfiniteQuery(adminQueries.contactImports());
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  if (rows.length === 0) return null;
  return (
    <Section title={t("import.earlier")} purpose={t("import.earlier.hint")}>
      <ul className="flex flex-col divide-y divide-line border-y border-line">
        {rows.map((row) => (
          <EarlierRow key={row.id} row={row} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button className="self-center" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("contacts.more")}
        </Button>
      )}
    </Section>
  );
}

function EarlierRow({ row }: { row: ContactImport }) {
  const end = endOf(row);
  return (
    <li>
      <Link
        {...links.contactImport(row.id)}
        className="-mx-3 flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 rounded-control px-3 py-2 hover:bg-hover"
      >
        <span className="grow">
          <Moment at={row.createdAt} />
        </span>
        <span className="tabular text-meta text-text-2">{t("import.rows", { n: row.rows })}</span>
        {row.counts.new > 0 && row.state === "ended" && (
          <span className="tabular text-meta text-text-2">
            {t("import.count.new")}: {figure(row.counts.new)}
          </span>
        )}
        <Badge tone={end.tone}>{end.label}</Badge>
      </Link>
    </li>
  );
}
