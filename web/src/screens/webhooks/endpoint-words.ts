import type { Delivery, Endpoint } from "../../admin-api.ts";
import { t, type TextKey } from "../../text.ts";
import type { Tone } from "../../ui/badge.tsx";

/** What an endpoint is called: its name, else the host it is at. The rest of an address may hold a token. */
export function endpointName(endpoint: Endpoint): string {
  return endpoint.description || new URL(endpoint.url).host;
}

export type EndpointState = "disabled" | "failing" | "working" | "idle";

export function stateOf(endpoint: Endpoint): EndpointState {
  if (endpoint.status === "disabled") return "disabled";
  if (endpoint.failingSince !== null) return "failing";
  return endpoint.lastSuccessAt === null ? "idle" : "working";
}

export const stateTone: Record<EndpointState, Tone> = {
  disabled: "danger",
  failing: "warning",
  working: "success",
  idle: "plain",
};

export const deliveryTone: Record<Delivery["state"], Tone> = {
  pending: "plain",
  delivered: "success",
  failed: "danger",
};

export const waitingText = (count: number): string =>
  count >= 10_000 ? t("webhooks.waitingMany") : t("webhooks.waiting", { n: count });

/** Choices in plain words; every other type is written as it is. */
export const typeChoices = {
  received: ["message.received"],
  message: ["message.*"],
  conversation: ["conversation.*"],
  contact: ["contact.*", "consent.*"],
  channel: ["channel.*", "session.*"],
  template: ["template.*"],
  all: ["*"],
} as const satisfies Record<string, readonly string[]>;
export type TypeChoice = keyof typeof typeChoices;

export const typeText = (choice: TypeChoice): TextKey => `webhooks.type.${choice}`;
