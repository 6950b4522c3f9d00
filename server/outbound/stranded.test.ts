import { startWhatsappLinked } from "@keepword/sim/whatsapp-linked";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createTestApp } from "../test/app.ts";
import { eventually, givenLinkedPhone, type LinkedPhone } from "../test/linked-phone.ts";
import { failAllStranded } from "./fail-stranded.ts";

// real encryption and real sockets, on a machine that may be busy
vi.setConfig({ testTimeout: 60_000 });

const sim = await startWhatsappLinked();
const testing = createTestApp({ providerOrigins: () => [sim.url] });
afterAll(() => sim[Symbol.asyncDispose]());
const hourMs = 3_600_000;

let owner: Awaited<ReturnType<typeof testing.given.workspace>>;
beforeAll(async () => {
  owner = await testing.given.workspace();
});

/** A linked phone that lost its connection, with a message that waits for it. */
async function givenStranded(person: string): Promise<{ linked: LinkedPhone; waiting: string; later: string }> {
  const linked = await givenLinkedPhone(owner, owner.api, sim);
  await linked.pair();
  sim.refuseLogins({ code: 503, times: 500 });
  sim.disconnect({ phone: linked.phone });
  await linked.reaches("backing_off");
  const send = async (more: object): Promise<string> => {
    const sent = await linked.send({
      channelId: linked.channelId,
      to: `+${person}`,
      type: "text",
      text: "Hi",
      ...more,
    });
    expect(sent.status).toBe(202);
    return sent.body.id;
  };
  const scheduledAt = new Date(testing.clock.ms() + 48 * hourMs).toISOString();
  return { linked, waiting: await send({}), later: await send({ scheduledAt }) };
}

test("a message waits a day for its phone, then it fails and says why", async () => {
  const { linked, waiting, later } = await givenStranded("14155550401");
  await failAllStranded(testing.app);
  expect((await linked.read(waiting)).status).toBe("queued");
  testing.clock.advance(25 * hourMs);
  await failAllStranded(testing.app);
  const failed = await linked.read(waiting);
  expect(failed).toMatchObject({ status: "failed", error: { code: "message.phone_away" } });
  expect(failed.error?.sentence).toMatch(/not connected for too long/);
  expect((await linked.read(later)).status).toBe("queued");
  sim.clearFaults();
});

test("what waits when the phone is logged out fails at once; what is scheduled for later stays", async () => {
  const { linked, waiting, later } = await givenStranded("14155550402");
  await linked.api.delete(`/v1/channels/${linked.channelId}/session`);
  await linked.reaches("logged_out");
  const failed = await eventually(async () => {
    const message = await linked.read(waiting);
    return message.status === "failed" ? message : undefined;
  }, "failure");
  expect(failed.error?.code).toBe("message.phone_logged_out");
  expect((await linked.read(later)).status).toBe("queued");
  expect(sim.received({ person: "14155550402" })).toEqual([]);
  sim.clearFaults();
});
