import { sha256 } from "../platform/crypto.ts";

export const acknowledgementText =
  "This links an ordinary WhatsApp account as a device. It is not WhatsApp's official API: WhatsApp may restrict or ban the number at any time, " +
  "above all when it writes to people who do not expect it. Use a number that you can lose, write only to people who want to hear from you, " +
  "and use the Cloud API where your business depends on it.";

/** The hash of the text: what is kept says to which words somebody agreed, and other words are agreed to anew. */
export const acknowledgementVersion = sha256(acknowledgementText).toString("hex");
