/** Changes with the text: whoever links a device anew agrees to what it says now. */
export const acknowledgementVersion = "2026-11-28";

export const acknowledgementText =
  "This links an ordinary WhatsApp account as a device. It is not WhatsApp's official API: WhatsApp may restrict or ban the number at any time, " +
  "above all when it writes to people who do not expect it. Use a number that you can lose, write only to people who want to hear from you, " +
  "and use the Cloud API where your business depends on it.";
