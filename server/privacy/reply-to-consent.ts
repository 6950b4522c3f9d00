import { openProof } from "../contacts/consent-chain.ts";
import { consentSentence, type ConsentWord } from "../contacts/consent-words.ts";
import { takeReply } from "../contacts/record-consents.ts";
import { sendMessage } from "../messages/send-message.ts";
import { systemCtx, type App } from "../platform/context.ts";
import { ProblemError } from "../platform/problem.ts";

/** Taking the debt and accepting the message are one transaction: the person gets one confirmation, however often this runs. */
export async function replyToConsent(app: App, input: { workspaceId: string; contactId: string }): Promise<void> {
  const { workspaceId, contactId } = input;
  await app.db.tx({ workspaceIds: [workspaceId] }, async (tx) => {
    const consentId = await takeReply(tx, workspaceId, contactId);
    if (consentId === undefined) return;
    const [entry] = await tx.named<{ purpose: string; proof: Buffer | null; name: string }>(
      "consent_event.answered",
      `select e.purpose, e.proof, w.name from consent_event e join workspace w on w.id = e.workspace_id
       where e.workspace_id = $1 and e.id = $2`,
      [workspaceId, consentId],
    );
    const proof = entry && openProof(app.keyring, workspaceId, consentId, entry.proof);
    if (!entry || !proof?.["channelId"]) return;
    const text = consentSentence(proof["word"] as ConsentWord, proof["language"] ?? "en", entry);
    const channelId = proof["channelId"];
    try {
      await sendMessage(systemCtx(app, tx, workspaceId, "consent"), {
        channelId,
        to: { contactId },
        type: "text",
        text,
      });
    } catch (error) {
      // a closed window or a channel that is gone: what they said holds all the same
      if (!(error instanceof ProblemError)) throw error;
      app.log.info({ workspaceId, code: error.declaration.code }, "a consent could not be confirmed to the person");
    }
  });
}
