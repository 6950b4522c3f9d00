import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { adminApi, adminQueries, type Disclosure } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { dayAndTime } from "../../time.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Field, TextField } from "../../ui/field.tsx";
import { Section } from "../../ui/page.tsx";
import { Select } from "../../ui/select.tsx";
import { SaveMark, useSave } from "../../ui/saved-field.tsx";
import { problemText } from "../shell/problem-text.ts";
import { Loaded } from "../shell/query-states.tsx";
import { useMembership } from "../shell/use-can.ts";
import { RegisterDialog } from "./register-dialog.tsx";

const grounds = ["legal_obligation", "rights_and_property", "wrongdoing", "safety", "liability"] as const;
const scopes = ["account", "metadata", "messages"] as const;
const tones = { proposed: "warning", approved_once: "warning", approved: "success" } as const;
const refresh = (): Promise<void> => queryClient.invalidateQueries(adminQueries.disclosures());

/** What authorities asked for: nothing is given before two people approved. */
export function DisclosuresSection() {
  const disclosures = useQuery(adminQueries.disclosures());
  const [isAdding, setAdding] = useState(false);
  return (
    <Section title={t("privacy.disclosures")} purpose={t("privacy.disclosures.purpose")}>
      <Loaded query={disclosures}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="text-text-2">{t("privacy.disclosures.none")}</p>
          ) : (
            <ul aria-label={t("privacy.disclosures")} className="flex flex-col divide-y divide-line">
              {data.map((one) => (
                <DisclosureRow key={one.id} one={one} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <div>
        <Button onClick={() => setAdding(true)}>{t("privacy.disclosures.add")}</Button>
      </div>
      {isAdding && <DisclosureDialog onClose={() => setAdding(false)} />}
    </Section>
  );
}

function DisclosureRow({ one }: { one: Disclosure }) {
  const own = useMembership()?.memberId;
  const [state, save] = useSave(problemText);
  const mayApprove = one.state !== "approved" && !one.approvals.some(({ memberId }) => memberId === own);
  const approve = (): void =>
    save(async () => {
      await adminApi.approveDisclosure(one.id);
      await refresh();
    });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 py-3">
      <div className="min-w-0 grow basis-60">
        <p dir="auto" className="text-match font-medium break-words">
          {one.authority}
        </p>
        <p className="text-text-2">
          {t(`privacy.disclosures.ground.${one.ground}`)} · {t(`privacy.disclosures.scope.${one.scope}`)} ·{" "}
          {dayAndTime(one.createdAt)}
        </p>
        {state.kind === "failed" && (
          <p role="alert" className="text-brick">
            {state.message}
          </p>
        )}
      </div>
      <SaveMark state={state} savedLabel={t("page.saved")} />
      <Badge tone={tones[one.state]}>{t(`privacy.disclosures.state.${one.state}`)}</Badge>
      {mayApprove && <Button onClick={approve}>{t("privacy.disclosures.approve")}</Button>}
    </li>
  );
}

function DisclosureDialog({ onClose }: { onClose: () => void }) {
  const [authority, setAuthority] = useState("");
  const [ground, setGround] = useState<Disclosure["ground"]>("legal_obligation");
  const [scope, setScope] = useState<Disclosure["scope"]>("metadata");
  const [contact, setContact] = useState("");
  const add = async (): Promise<void> => {
    // the address of a contact's page is as good as its id
    const contactId = contact.trim().split("/").at(-1) ?? "";
    await adminApi.proposeDisclosure({ authority, ground, scope, ...(contactId === "" ? {} : { contactId }) });
    await refresh();
  };
  return (
    <RegisterDialog
      title={t("privacy.disclosures.add")}
      text={t("privacy.disclosures.add.text")}
      onAdd={add}
      onClose={onClose}
    >
      <TextField
        label={t("privacy.disclosures.authority")}
        hint={t("privacy.disclosures.authority.hint")}
        dir="auto"
        maxLength={300}
        value={authority}
        onChange={(event) => setAuthority(event.target.value)}
      />
      <Field label={t("privacy.disclosures.ground")}>
        {(props) => (
          <Select
            {...props}
            value={ground}
            onChange={setGround}
            options={grounds.map((value) => ({ value, label: t(`privacy.disclosures.ground.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t("privacy.disclosures.scope")}>
        {(props) => (
          <Select
            {...props}
            value={scope}
            onChange={setScope}
            options={scopes.map((value) => ({ value, label: t(`privacy.disclosures.scope.${value}`) }))}
          />
        )}
      </Field>
      <TextField
        label={t("privacy.holds.who")}
        hint={t("privacy.holds.who.hint")}
        dir="ltr"
        value={contact}
        onChange={(event) => setContact(event.target.value)}
      />
    </RegisterDialog>
  );
}
