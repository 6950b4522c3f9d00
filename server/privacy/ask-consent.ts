import { addConsent, type ConsentView } from "../contacts/consent.ts";
import type { ConsentPurpose } from "../contacts/consent-rules.ts";
import { consentSentence, type HeardLanguage } from "../contacts/consent-words.ts";
import { findContact } from "../contacts/find-contacts.ts";
import { sendMessage } from "../messages/send-message.ts";
import type { Ctx } from "../platform/context.ts";

const ANSWER_MS = 7 * 86_400_000;

/**
 * Sends the question and notes it, with its exact words. A person who refused is not asked.
 * @throws not_found · consent.refused_by_person · the problems of sending
 */
export async function askConsent(
  ctx: Ctx,
  input: { contactId: string; channelId: string; purpose: ConsentPurpose; language: HeardLanguage },
): Promise<ConsentView> {
  const { channelId, purpose, language } = input;
  const contactId = await findContact(ctx, input.contactId);
  const [workspace] = await ctx.tx.named<{ name: string }>(
    "workspace.name",
    "select name from workspace where id = $1",
    [ctx.workspaceId],
  );
  const text = consentSentence("ask", language, { name: workspace?.name ?? "", purpose });
  const expiresAt = new Date(ctx.clock.ms() + ANSWER_MS).toISOString();
  const asked = await addConsent(ctx, contactId, {
    ...{ purpose, action: "requested", method: "double_opt_in", channelId: null, text, expiresAt },
  });
  await sendMessage(ctx, { channelId, to: { contactId }, type: "text", text });
  return asked;
}
