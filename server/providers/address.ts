/**
 * An address a provider can reach someone by. One person usually has several; together they are the aliases of one identity.
 *
 * - `phone`: E.164 with `+`. Optional: since 2026 WhatsApp omits it for people who chose a username.
 * - `wa_user_id`: business-scoped user id, unique per (business portfolio, person), regenerated when the person changes phone.
 * - `wa_parent_user_id`: the same across portfolios that share a parent.
 * - `username`: mutable, lower case, without `@`; shown and searched, never the key of an identity.
 * - `group`: a group; a message to it reaches everyone in it.
 * - `wa_lid`: hidden id of the linked-device protocol.
 * - `psid`, `igsid`: a person as one Facebook page or Instagram account sees them.
 *
 * Source: https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids (2026-09-11)
 */
export type AddressKind =
  | "phone"
  | "wa_user_id"
  | "wa_parent_user_id"
  | "username"
  | "group"
  | "wa_lid"
  | "psid"
  | "igsid";

export type Address = { readonly kind: AddressKind; readonly value: string };

/** Kinds that may key an identity, strongest first. A username may not: people change and reuse them. */
export const identityKinds = [
  "wa_user_id",
  "wa_parent_user_id",
  "psid",
  "igsid",
  "wa_lid",
  "phone",
  "group",
] as const satisfies readonly AddressKind[];

/** The address that says best who somebody is. */
export const strongestAddress = (addresses: readonly Address[] | undefined): Address | undefined =>
  identityKinds.flatMap((kind) => addresses?.find((address) => address.kind === kind) ?? [])[0];
