// Bodies as Meta's Cloud API delivers them, signed in advance, as raw HTTP requests: for load and for faults.
import { createHmac } from "node:crypto";

export interface HookTarget {
  /** `/hooks/whatsapp_cloud/<channel>` */
  path: string;
  appSecret: string;
  phoneNumberId: string;
  wabaId: string;
}

export interface TextMessage {
  /** digits */
  from: string;
  name: string;
  id: string;
  text: string;
  /** seconds */
  timestamp: number;
}

const envelope = (target: HookTarget, field: string, value: object): Buffer =>
  Buffer.from(
    JSON.stringify({
      object: "whatsapp_business_account",
      entry: [
        {
          id: target.wabaId,
          changes: [
            {
              value: {
                messaging_product: "whatsapp",
                metadata: { display_phone_number: "15550107711", phone_number_id: target.phoneNumberId },
                ...value,
              },
              field,
            },
          ],
        },
      ],
    }),
  );

const contactOf = ({ name, from }: TextMessage) => ({ profile: { name }, wa_id: from, user_id: `KE.${from}0117` });

export const textBody = (target: HookTarget, message: TextMessage): Buffer =>
  envelope(target, "messages", {
    contacts: [contactOf(message)],
    messages: [
      {
        from: message.from,
        from_user_id: `KE.${message.from}0117`,
        id: message.id,
        timestamp: String(message.timestamp),
        text: { body: message.text },
        type: "text",
      },
    ],
  });

/** What the business wrote on its phone, many in one body. */
export const echoBody = (target: HookTarget, messages: readonly TextMessage[]): Buffer =>
  envelope(target, "smb_message_echoes", {
    contacts: messages.map(contactOf),
    message_echoes: messages.map((message) => ({
      from: "15550107711",
      to: message.from,
      id: message.id,
      timestamp: String(message.timestamp),
      type: "text",
      text: { body: message.text },
    })),
  });

export const statusBody = (
  target: HookTarget,
  status: { id: string; status: "sent" | "delivered" | "read"; to: string; timestamp: number },
): Buffer =>
  envelope(target, "messages", {
    statuses: [
      {
        id: status.id,
        status: status.status,
        timestamp: String(status.timestamp),
        recipient_id: status.to,
        conversation: { id: "1f1e2d3c4b5a69788796a5b4c3d2e1f0", origin: { type: "service" } },
        pricing: { billable: false, pricing_model: "PMP", type: "free_customer_service", category: "service" },
      },
    ],
  });

/** The whole request: head and body, signed. */
export function signedRequest(target: HookTarget, body: Buffer): Buffer {
  const signature = createHmac("sha256", target.appSecret).update(body).digest("hex");
  const head =
    `POST ${target.path} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: facebookexternalua\r\naccept: */*\r\n` +
    `content-type: application/json\r\nx-hub-signature-256: sha256=${signature}\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}
