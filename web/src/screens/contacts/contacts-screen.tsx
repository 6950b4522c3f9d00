import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import Search from "lucide-react/icons/search";
import { useEffect, useState } from "react";
import type { Contact } from "../../api.ts";
import { links } from "../../links.ts";
import { queries } from "../../queries.ts";
import { t } from "../../text.ts";
import { ago, exactTime } from "../../time.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Button, buttonStyle } from "../../ui/button.tsx";
import { Icon } from "../../ui/icon.tsx";
import { Input } from "../../ui/input.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { Table } from "../../ui/table.tsx";
import { contactName } from "../inbox/people.ts";
import { SkeletonRows } from "../shell/query-states.tsx";
import { QueryError } from "../shell/route-states.tsx";
import { useCan } from "../shell/use-can.ts";

export function ContactsScreen() {
  const { q } = useSearch({ strict: false }) as { q?: string };
  const navigate = useNavigate();
  const canImport = useCan("contact:import");
  const [text, setText] = useState(q ?? "");
  const list = useInfiniteQuery(queries.contacts(q || undefined));
  useEffect(() => {
    if (text.trim() === (q ?? "")) return;
    const timer = setTimeout(() => void navigate({ ...links.contacts(text.trim() || undefined), replace: true }), 250);
    return () => clearTimeout(timer);
  }, [text, q, navigate]);
  const rows = list.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <Page
      title={t("nav.contacts")}
      purpose={t("contacts.purpose")}
      actions={
        canImport && (
          <Link {...links.contactImports()} className={buttonStyle()}>
            {t("contacts.import")}
          </Link>
        )
      }
    >
      <div className="relative flex items-center">
        <Icon of={Search} className="pointer-events-none absolute start-3 text-text-2" />
        <Input
          type="search"
          className="ps-9"
          value={text}
          aria-label={t("contacts.search")}
          placeholder={t("contacts.search")}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      {list.isPending && <SkeletonRows count={6} />}
      {list.isError && <QueryError error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && (
        <Table<Contact>
          label={t("nav.contacts")}
          rows={rows}
          rowKey={(contact) => contact.id}
          empty={
            q ? (
              <EmptyState title={t("inbox.empty.search.title", { q })} text={t("contacts.search.hint")} />
            ) : (
              <EmptyState title={t("contacts.empty.title")} text={t("contacts.empty.text")} />
            )
          }
          columns={[
            { key: "name", label: t("contacts.name"), cell: (contact) => <NameCell contact={contact} /> },
            {
              key: "address",
              label: t("contacts.address"),
              isMinor: true,
              cell: (contact) => (
                <span dir="ltr" className="tabular text-text-2">
                  {(contact.identities.find((one) => one.kind === "phone") ?? contact.identities[0])?.value}
                </span>
              ),
            },
            {
              key: "since",
              label: t("contacts.since"),
              align: "end",
              isMinor: true,
              cell: (contact) => (
                <time dateTime={contact.createdAt} title={exactTime(contact.createdAt)} className="text-text-2">
                  {ago(contact.createdAt)}
                </time>
              ),
            },
          ]}
        />
      )}
      {list.hasNextPage && (
        <Button className="self-center" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("contacts.more")}
        </Button>
      )}
    </Page>
  );
}

function NameCell({ contact }: { contact: Contact }) {
  return (
    <Link
      {...links.contact(contact.id)}
      className="flex max-w-72 min-w-0 items-center gap-2.5 rounded-control hover:text-ink"
    >
      <Avatar name={contact.name ?? ""} seed={contact.id} size={28} />
      <span dir="auto" className="text-match truncate">
        {contactName(contact)}
      </span>
    </Link>
  );
}
