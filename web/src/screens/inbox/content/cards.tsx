import ExternalLink from "lucide-react/icons/external-link";
import MapPin from "lucide-react/icons/map-pin";
import Megaphone from "lucide-react/icons/megaphone";
import ShoppingBag from "lucide-react/icons/shopping-bag";
import UserRound from "lucide-react/icons/user-round";
import type { ReactNode } from "react";
import type { Message } from "../../../api.ts";
import { locale, t } from "../../../text.ts";
import { Icon, type IconType } from "../../../ui/icon.tsx";

const str = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
const record = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

/** The common frame of what is no plain text: an icon, a line, and facts below it. */
function Card({ icon, title, children }: { icon: IconType; title: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex w-72 max-w-full gap-3 rounded-[10px] border border-line bg-surface px-3 py-2 text-ui">
      <Icon of={icon} size={20} className="shrink-0 text-text-2" />
      <div className="min-w-0 grow">
        <div dir="auto" className="text-match font-medium">
          {title}
        </div>
        {children && <div className="text-meta text-text-2">{children}</div>}
      </div>
    </div>
  );
}

export function LocationCard({ location }: { location: NonNullable<Message["location"]> }) {
  const { latitude, longitude } = location;
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return (
    <Card icon={MapPin} title={location.name ?? t("kind.location")}>
      {location.address && (
        <p dir="auto" className="text-match">
          {location.address}
        </p>
      )}
      <p dir="ltr" className="text-match tabular">
        {latitude.toFixed(5)}, {longitude.toFixed(5)}
      </p>
      <a
        href={map}
        target="_blank"
        rel="noopener noreferrer"
        className="inline-flex items-center gap-1 text-ink hover:underline pointer-coarse:py-2"
      >
        {t("location.open")} <Icon of={ExternalLink} size={12} />
      </a>
    </Card>
  );
}

export function ContactCards({ contacts }: { contacts: NonNullable<Message["contacts"]> }) {
  return (
    <div className="flex flex-col gap-1">
      {contacts.map((contact, index) => {
        const organisation = record(contact.organisation);
        return (
          <Card key={index} icon={UserRound} title={str(contact.name) ?? t("contact.unknown")}>
            {str(organisation.company) && (
              <p dir="auto" className="text-match">
                {str(organisation.company)}
              </p>
            )}
            {list(contact.phones).map((phone, at) => (
              <p key={`p${at}`} dir="ltr" className="text-match tabular select-all">
                {str(phone.number)}
              </p>
            ))}
            {list(contact.emails).map((email, at) => (
              <p key={`e${at}`} dir="ltr" className="text-match break-all select-all">
                {str(email.email)}
              </p>
            ))}
          </Card>
        );
      })}
    </div>
  );
}

export function OrderCard({ order }: { order: Record<string, unknown> }) {
  const items = list(order.items);
  const currency = str(items[0]?.currency);
  const total = items.reduce((sum, item) => sum + Number(item.price ?? 0) * Number(item.quantity ?? 1), 0);
  const money = (value: number): string => {
    try {
      return new Intl.NumberFormat(locale(), currency ? { style: "currency", currency } : {}).format(value);
    } catch {
      return `${value} ${currency ?? ""}`;
    }
  };
  return (
    <Card icon={ShoppingBag} title={t("order.title", { n: items.length })}>
      <ul className="my-1">
        {items.map((item, index) => (
          <li key={index} className="tabular flex justify-between gap-3">
            <span dir="auto" className="truncate">
              {Number(item.quantity ?? 1)} × {str(item.productId)}
            </span>
            {item.price !== undefined && <span>{money(Number(item.price) * Number(item.quantity ?? 1))}</span>}
          </li>
        ))}
      </ul>
      <p className="tabular flex justify-between gap-3 border-t border-line pt-1 font-medium text-text">
        <span>{t("order.total")}</span>
        <span>{money(total)}</span>
      </p>
    </Card>
  );
}

/** The advertisement or post that brought the person here. */
export function ReferralCard({ referral }: { referral: Record<string, unknown> }) {
  const url = str(referral.sourceUrl);
  return (
    <div className="mb-1.5">
      <Card icon={Megaphone} title={str(referral.headline) ?? t("referral.title")}>
        {str(referral.body) && (
          <p dir="auto" className="text-match line-clamp-2">
            {str(referral.body)}
          </p>
        )}
        <p>{t("referral.from")}</p>
        {url && (
          <a
            href={url}
            target="_blank"
            rel="noopener noreferrer nofollow"
            className="inline-flex items-center gap-1 text-ink hover:underline pointer-coarse:py-2"
          >
            {t("referral.open")} <Icon of={ExternalLink} size={12} />
          </a>
        )}
      </Card>
    </div>
  );
}
