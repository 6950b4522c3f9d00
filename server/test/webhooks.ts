// A workspace that has its events delivered to a receiver, for tests of webhooks.
import { Webhook } from "standardwebhooks";
import { onTestFinished } from "vitest";
import type { EndpointView } from "../webhooks/endpoint.ts";
import type { DeliveryDetail, DeliveryView } from "../webhooks/delivery.ts";
import type { ApiAnswer, ApiClient } from "./api.ts";
import type { TestApp } from "./app.ts";
import type { GivenWorkspace } from "./given.ts";
import { givenChannel, post, says, type HookChannel, type Person } from "./hooks.ts";
import { startReceiver, type Answerer, type Received, type Receiver } from "./receiver.ts";

export type MadeEndpoint = EndpointView & { secret: string };

export interface Followed {
  workspace: GivenWorkspace;
  api: ApiClient;
  channel: HookChannel;
  /** A person writes, one message for each line. */
  hears(lines: readonly string[], person?: Person): Promise<void>;
  receiver(answer?: Answerer): Promise<Receiver>;
  endpoint(receiver: Receiver, input?: object): Promise<MadeEndpoint>;
  state(endpointId: string): Promise<EndpointView>;
  deliveries(endpointId: string, query?: string): Promise<DeliveryView[]>;
  delivery(id: string): Promise<DeliveryDetail>;
}

let count = 0;
export const ana: Person = { phone: "393331112222", name: "Ana Ruiz" };
export const ben: Person = { phone: "4915112345678", name: "Ben Adler" };

export async function givenFollowed(t: TestApp): Promise<Followed> {
  const workspace = await t.given.workspace();
  const channel = await givenChannel(t, workspace);
  const { api } = workspace;
  const body = async <T>(answer: Promise<ApiAnswer<T>>): Promise<T> => (await answer).body;
  return {
    ...{ workspace, api, channel },
    async hears(lines, person = ana) {
      for (const line of lines) await post(t, channel, says(channel, person, `wamid.${++count}`, t.clock.now(), line));
    },
    async receiver(answer) {
      const receiver = await startReceiver(answer);
      onTestFinished(() => receiver[Symbol.asyncDispose]());
      return receiver;
    },
    async endpoint(receiver, input = {}) {
      const made = await api.post<MadeEndpoint>("/v1/webhook-endpoints", {
        ...{ url: `${receiver.url}/hook?token=t0ken`, eventTypes: ["message.*"] },
        ...input,
      });
      if (made.status !== 201) throw new Error(JSON.stringify(made.body));
      return made.body;
    },
    state: (id) => body(api.get<EndpointView>(`/v1/webhook-endpoints/${id}`)),
    deliveries: async (id, query = "") =>
      (await body(api.get<{ data: DeliveryView[] }>(`/v1/webhook-endpoints/${id}/deliveries${query}`))).data,
    delivery: (id) => body(api.get<DeliveryDetail>(`/v1/deliveries/${id}`)),
  };
}

/** The texts of the messages that arrived, in order. */
export const textsOf = (receiver: Receiver): unknown[] =>
  receiver.requests.map(({ json }) => (json.data["message"] as { text?: string } | null)?.text);

/** Signatures of one version, without its name. */
export function signaturesOf(request: Received, version: string): string[] {
  const all = String(request.headers["webhook-signature"]).split(" ");
  return all.filter((one) => one.startsWith(`${version},`)).map((one) => one.slice(version.length + 1));
}

/** The library's own check, at the clock of the test. */
export function libraryAccepts(secret: string, request: Received): boolean {
  const { id, headers, body } = request;
  const at = String(headers["webhook-timestamp"]);
  const expected = new Webhook(secret).sign(id, new Date(Number(at) * 1000), body);
  return signaturesOf(request, "v1").includes(expected.slice("v1,".length));
}
