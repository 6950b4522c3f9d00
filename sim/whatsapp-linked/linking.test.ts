import { expect, test } from "vitest";
import { startWhatsappLinked } from "./server.ts";
import { linkedClient, startClient, statusOf, textsOf } from "./test-client.ts";

const phone = "15550001111";

test("a device is linked by QR, gets its history, and talks both ways end to end", async () => {
  await using sim = await startWhatsappLinked();
  await using client = await linkedClient(sim, phone);
  expect(client.creds.me?.id).toBe(`${phone}:1@s.whatsapp.net`);
  expect(client.creds.me?.lid).toMatch(/^\d{15}:1@lid$/);

  await sim.says({ person: "14155550123", to: phone, text: "first" });
  await sim.says({ person: "14155550123", to: phone, text: "second" });
  await client.until((one) => textsOf(one).length === 2, "both messages");
  expect(textsOf(client)).toEqual(["first", "second"]);

  const sent = await client.sock.sendMessage("14155550123@s.whatsapp.net", { text: "answer" });
  await client.until((one) => statusOf(one, sent?.key.id) === 3, "the delivery");
  expect(sim.received({ person: "14155550123" }).filter((one) => one.from === phone)).toMatchObject([
    { text: "answer", encryption: "pkmsg" },
  ]);
  expect(sim.state().unknown).toEqual([]);
});

test("a device is linked by pairing code; a wrong code is refused", async () => {
  await using sim = await startWhatsappLinked();
  await using client = startClient(sim);
  await client.until((one) => one.qr, "the offer");
  const code = await client.sock.requestPairingCode(phone);
  await sim.waitFor((state) => [...state.connections].some((one) => one.pairing?.code) || undefined, "the request");
  await expect(sim.enterCode({ phone, code: "AAAAAAAA" })).rejects.toThrow("not the one");
  await sim.enterCode({ phone, code });
  await client.until((one) => one.isOpen, "the connection to open");
  expect(client.creds.me?.id).toBe(`${phone}:1@s.whatsapp.net`);
});
