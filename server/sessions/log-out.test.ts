import { expect, test } from "vitest";
import { leaseOf, testPhones, type LinkedPhone } from "../test/linked-phone.ts";
import { whatsappLinked } from "../providers/whatsapp-linked/whatsapp-linked.ts";
import { destroyLink } from "./destroy-link.ts";
import { createSessionStore } from "./session-store.ts";

const { sim, testing, newPhone } = await testPhones();

const statusOf = async ({ api, channelId }: LinkedPhone) =>
  (await api.get<{ status: string }>(`/v1/channels/${channelId}`)).body.status;

const keysOf = async ({ channelId }: LinkedPhone): Promise<number | null> =>
  (await testing.admin.query("select 1 from session_key where channel_id = $1", [channelId])).rowCount;

test("a logout destroys the keys and says so [API-06]", async () => {
  const one = await newPhone();
  await one.pair();
  await one.api.delete(`/v1/channels/${one.channelId}/session`);
  await one.reaches("logged_out");
  expect(await keysOf(one)).toBe(0);
  expect(await statusOf(one)).toBe("needs_attention");
});

test("a logout without a connection makes one to take the device off the phone's list, and says so when that fails", async () => {
  const devicesOf = ({ phone }: LinkedPhone) => sim.phone({ phone }).devices.length;
  const lostOne = async (refusals: number): Promise<LinkedPhone> => {
    const one = await newPhone();
    await one.pair();
    sim.refuseLogins({ code: 503, times: refusals });
    sim.disconnect({ phone: one.phone });
    // the loss of the line is one, the first refusal another
    await one.reaches("backing_off", ({ attempts }) => attempts >= 2);
    return one;
  };
  const reached = await lostOne(1);
  await reached.api.delete(`/v1/channels/${reached.channelId}/session`);
  expect((await reached.reaches("logged_out")).reason).toBe("asked");
  expect(devicesOf(reached)).toBe(0);

  const unreached = await lostOne(20);
  await unreached.api.delete(`/v1/channels/${unreached.channelId}/session`);
  expect((await unreached.reaches("logged_out")).reason).toBe("asked_unconfirmed");
  sim.clearFaults();
  expect(devicesOf(unreached)).toBe(1);
  expect(await keysOf(unreached)).toBe(0);
});

test("the phone's own logout is noticed, and it can be linked again", async () => {
  const other = await newPhone();
  await other.pair();
  sim.unlink({ phone: other.phone });
  expect((await other.reaches("logged_out")).reason).toBe("device_removed");
  await other.pair();
});

test("keys are not destroyed before what they opened is stored", async () => {
  const one = await newPhone();
  const lease = await leaseOf(testing, one);
  const store = createSessionStore(testing.app, lease, 1);
  const creds = { me: { id: `${one.phone}:1@s.whatsapp.net` } };
  const attrs = { id: "3EB0LEFT", from: "14155550177@s.whatsapp.net", type: "text", t: "1795000000" };
  // padded as the network does: a conversation of 9 bytes, and one byte that says how many to cut
  const plaintext = Buffer.concat([Buffer.from([0x0a, 9]), Buffer.from("Left here"), Buffer.from([1])]);
  const entry = Buffer.from(JSON.stringify({ attrs, plaintext: plaintext.toString("base64") }));
  await store.commit([{ kind: "creds", id: "creds", value: Buffer.from(JSON.stringify(creds)) }], {
    hash: Buffer.alloc(32, 1),
    entry,
  });
  await store.close();
  const { receive } = whatsappLinked;
  if (receive.mode !== "session") throw new Error("not a session");
  await destroyLink(testing.app, lease, 1, { provider: receive, isOver: () => false });
  expect((await one.conversations()).map(({ lastMessage }) => lastMessage?.text)).toContain("Left here");
  expect(await keysOf(one)).toBe(0);
});
