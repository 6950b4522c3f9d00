// Files that the network does not keep any more, while the phone that has them still does.
import { startWhatsappLinked } from "@keepword/sim/whatsapp-linked";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { askForMedia as ask } from "../media/ask-for-media.ts";
import { mediaFetchJob, mediaJobs } from "../media/media.jobs.ts";
import { ProviderError } from "../providers/provider-error.ts";
import { createTestApp } from "../test/app.ts";
import { eventually, givenLinkedPhone, type LinkedPhone } from "../test/linked-phone.ts";

// real encryption and real sockets, on a machine that may be busy
vi.setConfig({ testTimeout: 60_000 });

const sim = await startWhatsappLinked();
const testing = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());

const [ada, ben] = ["14155550311", "14155550312"] as const;
let linked: LinkedPhone;
beforeAll(async () => {
  const owner = await testing.given.workspace();
  linked = await givenLinkedPhone(owner, owner.api, sim);
  await linked.pair();
});

interface File {
  id: string;
  /** as the queue does, once more each time */
  fetch(): Promise<void>;
  state(): Promise<string | undefined>;
  /** once the phone has said where it is */
  isAnswered(): Promise<boolean>;
}

/** A picture that was sent and is not fetched yet; the queue stands still in this test. */
async function pictureFrom(person: string, to: string): Promise<File & { messageId: string }> {
  const { id: messageId } = await sim.says({ person, to, image: true });
  const attachment = await eventually(async () => {
    for (const { id } of await linked.conversations())
      for (const message of await linked.thread(id))
        if (message.providerMessageId === messageId) return { ...message.attachments[0], conversationId: id };
    return undefined;
  }, "the picture");
  const { id = "", conversationId } = attachment;
  const one = async () => (await linked.thread(conversationId)).flatMap((message) => message.attachments);
  return {
    ...{ id, messageId },
    fetch: async () => await mediaFetchJob.run(testing.app, { workspaceId: linked.workspaceId, attachmentId: id }),
    state: async () => (await one()).find((found) => found.id === id)?.state,
    isAnswered: async () =>
      (await testing.admin.query("select 1 from attachment where id = $1 and answered_at is not null", [id]))
        .rowCount === 1,
  };
}

test("a file that expired is asked for at the phone and comes from there, in a group too", async () => {
  sim.addPhone({ phone: ada, name: "Ada" });
  const { jid } = sim.createGroup({ creator: ada, subject: "Bakers", members: [linked.phone] });
  for (const to of [linked.phone, jid]) {
    const file = await pictureFrom(ada, to);
    sim.expireMedia({ messageId: file.messageId });
    await file.fetch();
    await eventually(file.isAnswered, "the phone's answer");
    expect(await file.state()).toBe("pending");
    await file.fetch();
    expect(await file.state()).toBe("stored");
    expect((await linked.api.get(`/v1/media/${file.id}`)).status).toBe(200);
  }
});

test("a file that the phone deleted as well is gone, and said to be", async () => {
  const file = await pictureFrom(ben, linked.phone);
  sim.expireMedia({ messageId: file.messageId, isOnPhone: false });
  await file.fetch();
  await eventually(async () => (await file.state()) === "failed", "the refusal");
  const { rows } = await testing.admin.query("select error_code from attachment where id = $1", [file.id]);
  expect(rows).toEqual([{ error_code: "media_gone" }]);
});

test("a file that no answer comes for holds up no other, and is asked for again an hour later; over a line that fell nothing is asked", async () => {
  const [mute, heard] = [await pictureFrom(ben, linked.phone), await pictureFrom(ben, linked.phone)];
  for (const { id, messageId } of [mute, heard]) {
    sim.expireMedia({ messageId });
    await testing.admin.query("update attachment set asked_at = $2 where id = $1", [id, testing.clock.now()]);
  }
  const { whatsapp_linked: real } = testing.app.providers;
  if (!real) throw new Error("no provider");
  const put: string[] = [];
  const askForMedia: typeof real.askForMedia = async (link, question, signal) => {
    put.push(question.providerMessageId);
    const found = question.providerMessageId === mute.messageId ? null : real.askForMedia?.(link, question, signal);
    if (found) return found;
    throw new ProviderError({ kind: "retry_later", code: "no_answer", scope: "message", sentence: "unknown" });
  };
  const providers = { ...testing.app.providers, whatsapp_linked: { ...real, askForMedia } };
  const round = (stands: boolean) =>
    ask({ ...testing.app, providers }, linked, { stands: () => stands, signal: new AbortController().signal });
  await round(false);
  expect(put).toEqual([]);
  await round(true);
  expect(await heard.isAnswered()).toBe(true);
  await round(true);
  expect(put.toSorted()).toEqual([mute.messageId, heard.messageId].toSorted());
  testing.clock.advance(3_600_000);
  await round(true);
  expect(put.filter((id) => id === mute.messageId)).toHaveLength(2);
  expect(await mute.state()).toBe("pending");
});

test("a question that was asked while no connection stood is asked with the next one; after a week nobody asks any more", async () => {
  const asked = await pictureFrom(ben, linked.phone);
  sim.expireMedia({ messageId: asked.messageId });
  sim.refuseLogins({ code: 503, times: 500 });
  sim.disconnect({ phone: linked.phone });
  await linked.reaches("backing_off");
  await asked.fetch();
  expect(await asked.isAnswered()).toBe(false);
  sim.clearFaults();
  await linked.reaches("connected");
  await eventually(asked.isAnswered, "the phone's answer");

  const late = await pictureFrom(ben, linked.phone);
  sim.expireMedia({ messageId: late.messageId });
  await testing.admin.query("update attachment set asked_at = $2 where id = $1", [
    late.id,
    new Date(testing.clock.ms() - 8 * 86_400_000),
  ]);
  await mediaJobs.find((job) => job.name === "media.sweep")?.run(testing.app, {} as never);
  expect(await late.state()).toBe("failed");
});
