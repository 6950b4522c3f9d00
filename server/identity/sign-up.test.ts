import { expect, test } from "vitest";
import { createTestApp } from "../test/app.ts";

const testing = createTestApp({ env: { KEEPWORD_SIGN_UP: "first" } });
const password = "seven green bicycles";
const signUp = (email: string) =>
  testing.anyone.post("/v1/sign-up", { email, password, workspaceName: "Shop", name: "Somebody", isAdult: true });

test("by default only the first person makes a workspace without an invitation, also when several try at once", async () => {
  expect((await testing.anyone.get("/v1/sign-up")).body).toEqual({ isOpen: true, missing: [] });
  const answers = await Promise.all([signUp("a@example.test"), signUp("b@example.test"), signUp("c@example.test")]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 403, 403]);
  expect((await testing.anyone.get("/v1/sign-up")).body).toEqual({ isOpen: false, missing: [] });
});

test("once it is closed, sign-up does not tell whose address is known", async () => {
  const { email } = await testing.given.person();
  const answers = [await signUp(email), await signUp("nobody@example.test")];
  expect(answers.map(({ status, body }) => [status, body["code"]])).toEqual([
    [403, "sign_up.closed"],
    [403, "sign_up.closed"],
  ]);
});
