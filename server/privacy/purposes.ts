// What data is used for: each purpose with its key in Fideslang and the ground in law that carries it. A table or store names one.
import type { StoreDeclaration } from "../platform/store.ts";
import type { TablePrivacy } from "../platform/table.ts";

export type Purpose = TablePrivacy["purpose"];
/** GDPR Art. 6(1) (b), (f), (c) and (a). */
export type Basis = "contract" | "legitimate_interests" | "legal_obligation" | "consent";

export const purposes: Readonly<Record<Purpose, { use: string; basis: Basis; sentence: string }>> = {
  deliver: {
    ...{ use: "essential.service", basis: "contract" },
    sentence: "Carry messages between a business and the people it talks with",
  },
  inbox: { use: "essential.service", basis: "contract", sentence: "Let a team read and answer what people wrote" },
  account: { use: "essential.service", basis: "contract", sentence: "Let people sign in, and run their workspaces" },
  security: {
    ...{ use: "essential.service.security", basis: "legitimate_interests" },
    sentence: "Keep accounts and data safe, and prove who did what",
  },
  insight: {
    ...{ use: "analytics.reporting", basis: "legitimate_interests" },
    sentence: "Count what happened, without persons",
  },
  billing: {
    ...{ use: "essential.legal_obligation", basis: "legal_obligation" },
    sentence: "Send invoices, and keep them as long as the law says",
  },
};

/** What needs a choice first rests on that choice. */
export const basisOfStore = ({ purpose, necessity }: Pick<StoreDeclaration, "purpose" | "necessity">): Basis =>
  necessity === "analytics" ? "consent" : purposes[purpose].basis;
