import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ResultOf } from "@keepword/sdk";
import { adminApi } from "../../admin-api.ts";
import { ApiError } from "../../api.ts";
import { renameContact } from "../../cache.ts";
import { links } from "../../links.ts";
import { queries } from "../../queries.ts";
import { queryClient } from "../../query-client.ts";
import { locale, t } from "../../text.ts";
import { Avatar } from "../../ui/avatar.tsx";
import { Badge } from "../../ui/badge.tsx";
import { CopyWell } from "../../ui/copy-well.tsx";
import { Page, Section } from "../../ui/page.tsx";
import { SavedField } from "../../ui/saved-field.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { contactName } from "../inbox/people.ts";
import { identityLabel } from "./identity-label.ts";
import { BackLink } from "../shell/back-link.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { useCan } from "../shell/use-can.ts";
import { Attributes } from "./attributes.tsx";
import { ContactPrivacy } from "./contact-privacy.tsx";
import { EraseContact } from "./erase-contact.tsx";
import { ContactConversations, ContactNotes } from "./contact-history.tsx";
import { WriteButton } from "./write-button.tsx";

type Contact = ResultOf<"contact.get">;

export function ContactScreen() {
  const { contactId = "" } = useParams({ strict: false }) as { contactId?: string };
  const contact = useQuery(queries.contact(contactId));
  const back = <BackLink to={links.contacts()}>{t("nav.contacts")}</BackLink>;
  if (!contact.data) {
    return (
      <Page back={back} title={t("nav.contacts")}>
        {contact.error instanceof ApiError && contact.error.status === 404 ? (
          <EmptyState title={t("contact.gone")} text={t("contact.gone.text")} />
        ) : (
          <Loaded query={contact}>{() => null}</Loaded>
        )}
      </Page>
    );
  }
  const one = contact.data as Contact;
  return (
    <Page
      back={back}
      title={
        <span className="flex min-w-0 items-center gap-3">
          <Avatar name={one.name ?? ""} seed={one.id} size={48} />
          <span dir="auto" className="text-match min-w-0 break-words">
            {contactName(one)}
          </span>
          {one.isGroup && <Badge>{t("contact.group")}</Badge>}
        </span>
      }
      actions={<WriteButton key={one.id} contact={one} />}
      purpose={t("contact.since", {
        at: new Intl.DateTimeFormat(locale(), { dateStyle: "long" }).format(new Date(one.createdAt)),
      })}
    >
      <OneContact key={one.id} contact={one} />
    </Page>
  );
}

function OneContact({ contact }: { contact: Contact }) {
  const canWrite = useCan("contact:write");
  const canErase = useCan("privacy:manage");
  const rename = async (name: string): Promise<void> => {
    const saved = await adminApi.changeContact(contact.id, { name });
    renameContact(contact.id, name);
    queryClient.setQueryData(queries.contact(contact.id).queryKey, saved as never);
    await queryClient.invalidateQueries({ queryKey: ["contacts"] });
  };
  return (
    <>
      {contact.restrictedAt && (
        <p className="rounded-control bg-seal-weak px-3 py-2 text-seal">
          {t("contact.restricted")}{" "}
          {t("contact.restricted.since", {
            at: new Intl.DateTimeFormat(locale(), { dateStyle: "long" }).format(new Date(contact.restrictedAt)),
          })}
        </p>
      )}
      <SavedField
        label={t("contact.name")}
        hint={canWrite ? t("contact.name.hint") : t("contact.readOnly")}
        value={contact.name ?? ""}
        maxLength={256}
        disabled={!canWrite}
        savedLabel={t("page.saved")}
        describe={problemText}
        onSave={rename}
      />
      <Section title={t("contact.identities")}>
        {contact.identities.length === 0 && <p className="text-text-2">{t("contact.identities.none")}</p>}
        <dl className="flex flex-col gap-2">
          {contact.identities.map((identity) => (
            <div
              key={`${identity.kind} ${identity.value}`}
              className="grid items-center gap-x-4 gap-y-1 md:grid-cols-[10rem_1fr]"
            >
              <dt className="text-text-2">{identityLabel(identity.kind)}</dt>
              <dd className="min-w-0">
                <CopyWell
                  value={identity.value}
                  label={identityLabel(identity.kind)}
                  copyLabel={t("contact.copy", { value: identityLabel(identity.kind) })}
                  copiedLabel={t("app.copied")}
                />
              </dd>
            </div>
          ))}
        </dl>
      </Section>
      <Section title={t("contact.attributes")} purpose={t("contact.attributes.purpose")}>
        <Attributes contact={contact} canWrite={canWrite} />
      </Section>
      <Section title={t("consent.title")}>
        <ContactPrivacy contact={contact} canWrite={canWrite} />
      </Section>
      <Section title={t("contact.conversations")}>
        <ContactConversations ids={contact.conversationIds} />
      </Section>
      <Section title={t("contact.notes")}>
        <ContactNotes ids={contact.conversationIds} />
      </Section>
      {canErase && <EraseContact contactId={contact.id} name={contactName(contact)} />}
    </>
  );
}
