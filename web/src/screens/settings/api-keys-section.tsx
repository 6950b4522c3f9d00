import { useQuery } from "@tanstack/react-query";
import KeyRound from "lucide-react/icons/key-round";
import { useState } from "react";
import { adminApi, adminQueries, type ApiKey } from "../../admin-api.ts";
import { queryClient } from "../../query-client.ts";
import { t } from "../../text.ts";
import { dayName } from "../../time.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { ConfirmDialog } from "../shell/confirm-dialog.tsx";
import { Loaded } from "../shell/query-states.tsx";
import { Said } from "../shell/said.tsx";
import { useCan } from "../shell/use-can.ts";
import { NewKeyDialog } from "./new-key-dialog.tsx";
import { RotateKeyDialog } from "./rotate-key-dialog.tsx";

export function ApiKeysSection() {
  const canManage = useCan("api_key:manage");
  return (
    <Page title={t("settings.api-keys")} purpose={t("settings.api-keys.purpose")}>
      {canManage ? <Keys /> : <EmptyState icon={KeyRound} title={t("page.needsAdmin")} />}
    </Page>
  );
}

function Keys() {
  const keys = useQuery(adminQueries.apiKeys());
  const [isMaking, setMaking] = useState(false);
  const [revoked, setRevoked] = useState<ApiKey | null>(null);
  const [rotated, setRotated] = useState<ApiKey | null>(null);
  const make = (
    <Button look="primary" className="self-start" onClick={() => setMaking(true)}>
      {t("keys.new")}
    </Button>
  );
  return (
    <>
      <Loaded query={keys}>
        {({ data }) =>
          data.length === 0 ? (
            <EmptyState icon={KeyRound} title={t("keys.empty.title")} text={t("keys.empty.text")} action={make} />
          ) : (
            <>
              {make}
              <ul aria-label={t("keys.list")} className="flex flex-col divide-y divide-line border-y border-line">
                {data.map((key) => (
                  <KeyRow key={key.id} apiKey={key} onRotate={() => setRotated(key)} onRevoke={() => setRevoked(key)} />
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
      {isMaking && <NewKeyDialog onClose={() => setMaking(false)} />}
      {rotated && <RotateKeyDialog apiKey={rotated} onClose={() => setRotated(null)} />}
      {revoked && (
        <ConfirmDialog
          isOpen
          onClose={() => setRevoked(null)}
          title={t("keys.revoke.title", { name: revoked.name })}
          text={t("keys.revoke.text")}
          actionLabel={t("keys.revoke")}
          onConfirm={async () => {
            await adminApi.revokeApiKey(revoked.id);
            await queryClient.invalidateQueries({ queryKey: ["api-keys"] });
          }}
        />
      )}
    </>
  );
}

function KeyRow({ apiKey, onRotate, onRevoke }: { apiKey: ApiKey; onRotate: () => void; onRevoke: () => void }) {
  const isOver = apiKey.expiresAt !== null && Date.parse(apiKey.expiresAt) <= Date.now();
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0 grow basis-70">
        <p className="flex flex-wrap items-center gap-2">
          <span dir="auto" className="text-match min-w-0 truncate font-medium">
            {apiKey.name}
          </span>
          {isOver && <Badge tone="danger">{t("keys.expired")}</Badge>}
          {apiKey.leakedAt !== null && !isOver && <Badge tone="danger">{t("keys.leaked")}</Badge>}
        </p>
        <p className="flex flex-wrap gap-x-2 text-meta text-text-2 *:not-last:after:ms-2 *:not-last:after:content-['·']">
          <code dir="ltr" className="font-mono">
            {apiKey.prefix}…
          </code>
          <span title={apiKey.scopes.join(", ")}>{t("keys.scopes", { n: apiKey.scopes.length })}</span>
          <span>{apiKey.lastUsedAt ? <Said text="keys.lastUsed" at={apiKey.lastUsedAt} /> : t("keys.neverUsed")}</span>
          {apiKey.rotatedAt !== null && <span>{t("keys.rotated")}</span>}
          {!isOver && (
            <span>{apiKey.expiresAt ? t("keys.expires", { at: dayName(apiKey.expiresAt) }) : t("keys.noExpiry")}</span>
          )}
        </p>
      </div>
      <span className="flex gap-2">
        {!isOver && apiKey.rotatedAt === null && (
          <Button size="small" aria-label={t("keys.rotateNamed", { name: apiKey.name })} onClick={onRotate}>
            {t("keys.rotate")}
          </Button>
        )}
        <Button size="small" aria-label={t("keys.revokeNamed", { name: apiKey.name })} onClick={onRevoke}>
          {t("keys.revoke")}
        </Button>
      </span>
    </li>
  );
}
