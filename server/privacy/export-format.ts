// The published format of a person's copy: what `data.json` holds. `schema.json` in each copy is made from this.
import { z } from "zod";
import { waysOut } from "../platform/table.ts";

export const EXPORT_FORMAT = "keepword.export/1";

const at = z.iso.datetime();
const who = z.enum(["person", "team", "other"]).describe("`other`: someone else in a group, masked.");
const open = z.record(z.string(), z.unknown());

export const exportedMessage = z.object({
  id: z.string(),
  conversationId: z.string(),
  providerMessageId: z.string().nullable().optional(),
  sender: who,
  type: z.string(),
  text: z.string().optional(),
  at,
  status: z.string(),
  attachments: z.array(
    z.object({
      kind: z.string(),
      mimeType: z.string().nullable(),
      fileName: z.string().nullable(),
      bytes: z.int().nullable(),
      file: z.string().nullable().describe("Its path in the archive; null when the file is not stored any more."),
    }),
  ),
  reactions: z.array(z.object({ emoji: z.string(), from: who, at })),
  location: open.optional(),
  contacts: z.array(open).optional().describe("Cards of other people: who sent one is told, whom it is about is not."),
  interactive: open.optional(),
  template: open.optional(),
  order: open.optional(),
  contentDestroyedAt: at.optional(),
  deletedAt: at.optional(),
});
export type ExportedMessage = z.output<typeof exportedMessage>;

export const exportData = z.object({
  format: z.literal(EXPORT_FORMAT),
  exportedAt: at,
  workspace: z.string().describe("Who holds the data."),
  person: z
    .object({
      id: z.string(),
      name: z.string().nullable(),
      identities: z.array(z.object({ kind: z.string(), value: z.string() })),
      attributes: z.record(z.string(), z.string()),
      specialAttributes: z
        .array(z.string())
        .optional()
        .describe("Names of those attributes that are of a special category (GDPR Art. 9 and 10)."),
      createdAt: at,
      restrictedAt: at.nullable(),
    })
    .nullable()
    .describe("null: nothing is held about this person."),
  purposes: z.array(z.object({ what: z.string(), purpose: z.string(), keptFor: z.string() })),
  fields: z
    .array(
      z.object({
        ...{ what: z.string(), category: z.string(), purpose: z.string(), keptFor: z.string() },
        source: z.array(z.enum(["person", "team", "provider"])).describe("Where it comes from."),
        recipients: z.array(z.string()).describe("Ids of `recipients`."),
      }),
    )
    .optional()
    .describe(
      "Of each field of this copy: why it is kept, for how long, where it comes from, who outside may receive it.",
    ),
  recipients: z
    .array(
      z.object({
        ...{ id: z.string(), name: z.string(), does: z.string(), country: z.string() },
        categories: z.array(z.string()),
        way: z.enum(waysOut).optional().describe("None: they keep it for the workspace."),
      }),
    )
    .optional()
    .describe("Who outside the workspace may receive something of it."),
  consents: z.array(
    z.object({
      purpose: z.string(),
      action: z.string(),
      method: z.string(),
      channelId: z.string().nullable(),
      occurredAt: at,
      proof: z.record(z.string(), z.string()).nullable().optional().describe("How the consent is known."),
    }),
  ),
  requests: z
    .array(z.object({ type: z.string(), state: z.string(), receivedAt: at, detail: open }))
    .optional()
    .describe("What the person asked for before."),
  conversations: z.array(
    z.object({ id: z.string(), channel: z.string(), provider: z.string(), status: z.string(), createdAt: at }),
  ),
  notes: z.array(z.object({ conversationId: z.string(), text: z.string().nullable(), createdAt: at })),
  messages: z.array(exportedMessage),
});
export type ExportData = z.output<typeof exportData>;

export const manifest = z.object({
  format: z.literal(EXPORT_FORMAT),
  files: z.array(z.object({ name: z.string(), bytes: z.int(), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});

export const exportSchema = (): object => z.toJSONSchema(exportData, { io: "output" });
