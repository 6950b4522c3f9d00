import { sendingStopProblems } from "../identity/sending-stop.ts";
import { problem } from "../platform/problem.ts";

export const windowClosed = problem({
  code: "message.window_closed",
  status: 409,
  title: "The service window is closed: the person has not written within the provider's time.",
  fix: "Send an approved template, or wait until they write.",
});

export const messageUnsupported = problem({
  code: "message.unsupported",
  status: 409,
  title: "This channel cannot send that message as it is.",
  fix: "`detail` says why. The channel's provider lists what it can send.",
});

export const addressUnusable = problem({
  code: "message.address_unusable",
  status: 400,
  title: "That is no address this channel can send to.",
  fix: "Give a phone number as E.164 with `+`, or the provider's own id of the person.",
});

// of addresses only, so not among `sendProblems`
export const personUnseen = problem({
  code: "conversation.person_unseen",
  status: 403,
  title: "Nobody with that address is seen on your channels, so you cannot write to them first.",
  fix: "Somebody who is not limited to channels opens the conversation; or send with a key that has no scope of contacts, conversations or privacy. The answer is the same for an address that is nobody's.",
});

export const channelDisconnected = problem({
  code: "message.channel_disconnected",
  status: 409,
  title: "The channel is not connected.",
  fix: "Connect it again; its health says what is wrong.",
});

export const notChangeable = problem({
  code: "message.not_changeable",
  status: 409,
  title: "Only a message of ours that was sent can be changed.",
  fix: "`detail` says what it is. A message that waits is cancelled; one that failed can be sent again.",
});

export const changeTooLate = problem({
  code: "message.change_too_late",
  status: 409,
  title: "The time in which the network lets a message be changed is over.",
  fix: "Send another message that says it.",
});

export const changeProblems = [notChangeable, changeTooLate];

export const messageNotRepliable = problem({
  code: "message.not_repliable",
  status: 409,
  title: "That message has no id at the provider yet, or its content was destroyed.",
  fix: "Wait until it was sent, or send without the quote.",
});

export const mediaUnusable = problem({
  code: "media.unusable",
  status: 409,
  title: "An attachment cannot be sent here.",
  fix: "Upload it with POST /v1/media, use it once, and keep to the channel's types and sizes; `detail` says which rule it breaks.",
});

export const sendProblems = [
  windowClosed,
  messageUnsupported,
  addressUnusable,
  channelDisconnected,
  messageNotRepliable,
  mediaUnusable,
  ...sendingStopProblems,
];
