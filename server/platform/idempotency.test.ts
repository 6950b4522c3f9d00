import { expect, test } from "vitest";
import { sweepAll } from "../privacy/sweep.ts";
import { createTestApp } from "../test/app.ts";

const t = createTestApp();

test("records of requests are forgotten in every workspace once they are a day old, and not before", async () => {
  const made: string[] = [];
  for (let n = 0; n < 2; n++) {
    const { id, api } = await t.given.workspace();
    made.push(id);
    const channel = {
      ...{ provider: "whatsapp_cloud", name: "N", settings: { phoneNumberId: `1${n}`, wabaId: "2" } },
      secrets: { accessToken: "a", appSecret: "b", verifyToken: "c" },
    };
    const { status } = await api.post("/v1/channels", channel, { "idempotency-key": "k" });
    expect(status).toBe(201);
    await t.admin.query(
      "insert into message_batch (workspace_id, id, results, created_at) values ($1, 'bat_1', '[]', $2)",
      [id, t.clock.now()],
    );
  }
  const left = async () =>
    (
      await t.admin.query<{ n: number }>(
        `select (select count(*) from idempotency_record where workspace_id = any ($1))::int
           + (select count(*) from message_batch where workspace_id = any ($1))::int as n`,
        [made],
      )
    ).rows[0]?.n;
  const purge = () => sweepAll(t.app);
  t.clock.advance(24 * 3_600_000);
  await purge();
  expect(await left()).toBe(4);
  t.clock.advance(1);
  await purge();
  expect(await left()).toBe(2);
  // what batches answered is kept a day longer than the records that lead to it
  t.clock.advance(24 * 3_600_000);
  await purge();
  expect(await left()).toBe(0);
});
