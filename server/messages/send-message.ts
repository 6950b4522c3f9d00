// POST /v1/messages: everything that can be known to fail is refused here, in words; the rest is accepted and will be sent or reported.
import { serviceWindow } from "../conversations/conversation-view.ts";
import { takeUploads } from "../media/attach-to-message.ts";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { notFound, ProblemError } from "../platform/problem.ts";
import { findQuoted } from "./find-quoted.ts";
import { findTargets, readyTargets, type Target } from "./find-targets.ts";
import { attachmentsOf, type NewMessage } from "./new-message.ts";
import { readMessageDetails } from "./read-messages.ts";
import { messageUnsupported, windowClosed } from "./send-problems.ts";
import type { MessageDetail } from "./view-message.ts";
import { writeSends } from "./write-sends.ts";

const MAX_SCHEDULE_MS = 365 * 86_400_000;

/** A message that may still be refused. */
interface Draft {
  /** position in the request */
  at: number;
  id: string;
  input: NewMessage;
  target: Target;
  /** null: at once; a time that is over counts as at once */
  scheduledAt: Date | null;
}

/**
 * Accepts one message for sending: one transaction writes it, and `message.queued` puts it into the outbox.
 * @throws not_found · conversation.person_unseen · message.window_closed · message.unsupported · message.address_unusable ·
 *   message.channel_disconnected · message.not_repliable · media.unusable · workspace.suspended · agreement.required
 */
export async function sendMessage(ctx: Ctx, input: NewMessage): Promise<MessageDetail> {
  const [result] = await sendMessages(ctx, [input]);
  if (!result || result instanceof ProblemError) throw result ?? notFound();
  return result;
}

/**
 * Accepts several, each for itself, in the order of `inputs`: its message, or why it is refused. A refusal leaves nothing behind.
 * Some fourteen statements, however many messages there are.
 */
export async function sendMessages(ctx: Ctx, inputs: readonly NewMessage[]): Promise<(MessageDetail | ProblemError)[]> {
  const results = new Map<number, MessageDetail | ProblemError>();
  const keep = <D extends { at: number }, R>(drafts: readonly D[], check: (draft: D) => R | ProblemError): R[] =>
    drafts.flatMap((draft) => {
      const checked = check(draft);
      if (!(checked instanceof ProblemError)) return [checked];
      results.set(draft.at, checked);
      return [];
    });

  const targets = await findTargets(ctx, inputs);
  const drafts = keep(
    inputs.map((input, at) => ({ input, at })),
    ({ input, at }): Draft | ProblemError => {
      const target = targets[at] ?? notFound();
      if (target instanceof ProblemError) return target;
      const asked = input.scheduledAt === undefined ? null : new Date(input.scheduledAt);
      const scheduledAt = asked && asked.getTime() > ctx.clock.ms() ? asked : null;
      const draft = { at, input, target, scheduledAt, id: newId("msg", ctx.clock.ms()) };
      return whyNot(ctx, draft) ?? draft;
    },
  );
  const quoted = await findQuoted(
    ctx,
    drafts.map(({ id, input, target }) => ({ id, input, conversationId: target.conversationId })),
  );
  const quoting = keep(drafts, (draft) => {
    const found = quoted.get(draft.id) ?? {};
    return found instanceof ProblemError ? found : { ...draft, quoted: found };
  });
  const uploads = await takeUploads(
    ctx,
    quoting.map(({ id, input, target }) => ({
      messageId: id,
      attachments: attachmentsOf(input),
      limits: target.provider.can.media,
    })),
  );
  const accepted = keep(quoting, (draft) => {
    const own = uploads.get(draft.id) ?? [];
    return own instanceof ProblemError ? own : { ...draft, uploads: own };
  });
  // from here on everything is written and nothing is refused
  const ready = await readyTargets(
    ctx,
    accepted.map((draft) => draft.target),
  );
  await writeSends(
    ctx,
    accepted.flatMap((draft, n) => {
      const target = ready[n];
      return target ? [{ ...draft, target }] : [];
    }),
  );
  const views = await readMessageDetails(
    ctx,
    accepted.map((draft) => draft.id),
  );
  for (const { at, id } of accepted) results.set(at, views.get(id) ?? notFound());
  return inputs.map((_, at) => results.get(at) ?? notFound());
}

function whyNot(ctx: Ctx, { input, target, scheduledAt }: Draft): ProblemError | undefined {
  const { can } = target.provider;
  const refuse = (detail: string) => messageUnsupported({ detail });
  if (!can.kinds.value.includes(input.type)) return refuse(`This channel cannot send ${input.type}.`);
  if (input.type === "text" && input.text.length > can.text.value.maxLength)
    return refuse(`A text may have ${can.text.value.maxLength} characters here.`);
  if (input.type === "interactive" && !can.interactiveKinds.value.includes(input.interactive.kind))
    return refuse(`This channel cannot send ${input.interactive.kind}.`);
  if (input.type === "template" && !can.hasTemplates) return refuse("This channel has no templates.");
  if (input.type === "reaction" && scheduledAt) return refuse("A reaction is sent at once.");
  if (scheduledAt && scheduledAt.getTime() > ctx.clock.ms() + MAX_SCHEDULE_MS)
    return refuse("A message may be scheduled 365 days ahead.");
  const at = scheduledAt?.getTime() ?? ctx.clock.ms();
  const isFree = input.type !== "template";
  if (isFree && !serviceWindow(target.lastInboundAt, can.serviceWindowHours.value, at).isOpen) return windowClosed();
  return undefined;
}
