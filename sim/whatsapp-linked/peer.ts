import { proto } from "baileys";
import { describeChat, historyPart } from "./history.ts";
import type { BinaryNode } from "./node.ts";
import { child } from "./node.ts";
import { tellDevice } from "./say.ts";
import { decryptFrom } from "./signal.ts";
import type { Device, SimState } from "./state.ts";

const { HISTORY_SYNC_ON_DEMAND, PLACEHOLDER_MESSAGE_RESEND } = proto.Message.PeerDataOperationRequestType;

/** A device asks its own phone: for older messages of a chat, or for one that it could not read. */
export async function onPeerMessage(state: SimState, device: Device, stanza: BinaryNode): Promise<void> {
  const enc = child(stanza, "enc");
  if (!enc) return;
  const message = await decryptFrom(device.owner.party, device, enc);
  // Baileys wraps also this as a copy for its own devices
  const { protocolMessage } = message.deviceSentMessage?.message ?? message;
  const request = protocolMessage?.peerDataOperationRequestMessage;
  const id = stanza.attrs["id"] ?? "";
  if (request?.peerDataOperationRequestType === HISTORY_SYNC_ON_DEMAND) await sendOlder(state, device, id, request);
  if (request?.peerDataOperationRequestType === PLACEHOLDER_MESSAGE_RESEND) await sendAgain(state, device, id, request);
}

async function sendOlder(
  state: SimState,
  device: Device,
  id: string,
  { historySyncOnDemandRequest: wanted }: proto.Message.IPeerDataOperationRequestMessage,
): Promise<void> {
  const before = Number(wanted?.oldestMsgTimestampMs ?? 0);
  const count = wanted?.onDemandMsgCount ?? 50;
  const chat = describeChat(state, device.owner, wanted?.chatJid ?? "", { before, count });
  const notification = await historyPart(
    state,
    proto.HistorySync.HistorySyncType.ON_DEMAND,
    { conversations: [chat] },
    { order: 1, progress: 100 },
  );
  await tellDevice(state, device.owner, device.number, {
    type: proto.Message.ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
    historySyncNotification: { ...notification, peerDataRequestSessionId: id },
  });
}

async function sendAgain(
  state: SimState,
  device: Device,
  id: string,
  { placeholderMessageResendRequest: wanted }: proto.Message.IPeerDataOperationRequestMessage,
): Promise<void> {
  const results = (wanted ?? []).map(({ messageKey }) => {
    const known = state.messageById.get(messageKey?.id ?? "");
    if (!known || !messageKey) return {};
    const info = { key: messageKey, message: known.message, messageTimestamp: Math.floor(known.at / 1000) };
    return { placeholderMessageResendResponse: { webMessageInfoBytes: proto.WebMessageInfo.encode(info).finish() } };
  });
  await tellDevice(state, device.owner, device.number, {
    type: proto.Message.ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
    peerDataOperationRequestResponseMessage: { stanzaId: id, peerDataOperationResult: results },
  });
}
