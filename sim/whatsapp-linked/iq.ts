import { answerAccount } from "./iq-account.ts";
import { answerAppState } from "./iq-app-state.ts";
import { answerDirectory } from "./iq-directory.ts";
import { answerGroups } from "./iq-groups.ts";
import { answerKeys } from "./iq-keys.ts";
import { answerMex } from "./iq-mex.ts";
import { unlink, activate } from "./link.ts";
import type { BinaryNode } from "./node.ts";
import { FROM_SERVER, children, node } from "./node.ts";
import { onCompanionFinish, onCompanionHello } from "./pairing.ts";
import type { Connection, Device, SimState } from "./state.ts";
import { unixSeconds } from "./state.ts";

/** A request of a linked device. The answer's content; an `error` node makes it an error. */
export interface Request {
  state: SimState;
  device: Device;
  iq: BinaryNode;
  /** What is asked: the first child. */
  ask: BinaryNode;
}

type Answer = (request: Request) => BinaryNode[] | Promise<BinaryNode[]>;

const answers: Record<string, Answer> = {
  encrypt: answerKeys,
  usync: answerDirectory,
  "w:profile:picture": () => [node("error", { code: "404", text: "item-not-found" })],
  "w:sync:app:state": answerAppState,
  "w:g2": answerGroups,
  "w:mex": answerMex,
  "w:m": ({ state }) => [
    node("media_conn", { auth: "sim", ttl: "3600", max_buckets: "12" }, [
      node("host", { hostname: state.media.host, maxContentLengthBytes: "104857600" }),
    ]),
  ],
  privacy: answerAccount,
  blocklist: answerAccount,
  abt: answerAccount,
  status: answerAccount,
  disappearing_mode: answerAccount,
  "urn:xmpp:whatsapp:dirty": () => [],
  "w:stats": () => [],
  "w:p": () => [],
};

/** Every request gets an answer: what this server does not know gets 501 and is counted, so that a test can see it. */
export async function answerIq(state: SimState, connection: Connection, iq: BinaryNode): Promise<void> {
  const xmlns = iq.attrs["xmlns"] ?? "";
  const ask = children(iq)[0] ?? node("");
  const { device } = connection;
  if (xmlns === "md") return answerLinking(state, connection, iq, ask);
  if (xmlns === "passive" && device) {
    reply(state, connection, iq, []);
    if (ask.tag === "active") await activate(state, connection, device);
    return;
  }
  if (!device && xmlns === "w:p") return reply(state, connection, iq, []);
  const answer = device ? answers[xmlns] : undefined;
  if (!device || !answer) {
    state.unknown.push(`${xmlns} ${ask.tag}`);
    return reply(state, connection, iq, [node("error", { code: "501", text: "feature-not-implemented" })]);
  }
  reply(state, connection, iq, await answer({ state, device, iq, ask }));
}

function answerLinking(state: SimState, connection: Connection, iq: BinaryNode, ask: BinaryNode): void {
  const { device } = connection;
  if (ask.tag === "remove-companion-device" && device) {
    reply(state, connection, iq, []);
    return unlink(state, device);
  }
  const stage = ask.attrs["stage"];
  if (stage === "companion_hello") return reply(state, connection, iq, onCompanionHello(state, connection, ask));
  if (stage === "companion_finish") {
    const { refusal, proceed } = onCompanionFinish(state, connection, ask);
    reply(state, connection, iq, refusal ? [refusal] : []);
    return proceed?.();
  }
  reply(state, connection, iq, [node("error", { code: "400", text: "bad-request" })]);
}

function reply(state: SimState, connection: Connection, iq: BinaryNode, content: BinaryNode[]): void {
  const isError = content[0]?.tag === "error";
  const attrs = { from: FROM_SERVER, id: iq.attrs["id"] ?? "", t: unixSeconds(state) };
  connection.send(node("iq", { ...attrs, type: isError ? "error" : "result" }, content));
}
