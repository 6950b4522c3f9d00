import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";

const testing = createTestApp();

test("an owner sees who they are and where they belong", async () => {
  const { owner, id } = await testing.given.workspace({ name: "Bakery" });
  const me = await owner.api.get<{ person: { email: string }; memberships: { workspace: object; role: string }[] }>(
    "/v1/me",
  );
  expect(me.status).toBe(200);
  expect(me.body.person.email).toBe(owner.email);
  expect(me.body.memberships).toMatchObject([{ workspace: { id, name: "Bakery" }, role: "owner" }]);
});
