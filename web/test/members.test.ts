import { describe, expect, test } from "vitest";
import { createTestApp } from "../../server/test/app.ts";
import { browsing, expectAccessible } from "./session.ts";

const t = createTestApp();
const open = browsing(t);
const password = "four quiet words here";

describe("members", () => {
  test("an invitation's link is shown once, and brings someone new in with the role it names", async () => {
    const workspace = await t.given.workspace({ name: "Kettles" });
    await using session = await open(workspace.owner.cookie);
    const { page } = session;
    await page.goto("/settings/members");
    await page.getByRole("button", { name: "Invite someone" }).click();
    await page.getByRole("radio", { name: /Admin/ }).click();
    await page.getByRole("button", { name: "Make the link" }).click();
    const url = (await page.getByLabel("Invitation link").textContent()) ?? "";
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("list", { name: "Invitations" }).getByText("Anyone with the link").waitFor();
    expect(await page.content()).not.toContain(url.split("/").at(-1));

    await using guest = await open();
    await guest.page.goto(new URL(url).pathname);
    await guest.page.getByRole("heading", { name: "Join Kettles" }).waitFor();
    await expectAccessible(guest.page, "invitation");
    await guest.page.getByRole("textbox", { name: "Your name" }).fill("Cem Yıldız");
    await guest.page.getByRole("textbox", { name: "E-mail address" }).fill("cem@kettles.example");
    await guest.page.getByRole("textbox", { name: "Password" }).fill(password);
    await guest.page.getByRole("checkbox", { name: "I am 18 or older." }).click();
    await guest.page.getByRole("button", { name: "Make my account and join" }).click();
    await guest.page.getByRole("region", { name: "Inbox" }).waitFor();
    await page.goto("/settings/members");
    const row = page.getByRole("list", { name: "Members" }).getByRole("listitem").filter({ hasText: "Cem Yıldız" });
    await row.getByText("Admin").waitFor();

    await using late = await open();
    await late.page.goto(new URL(url).pathname);
    await late.page.getByText(/This invitation was used or withdrawn/).waitFor();
  });

  test("a person with an account joins by the same link, and the last owner cannot be unmade", async () => {
    const workspace = await t.given.workspace({ name: "Cups" });
    const made = await workspace.owner.api.post<{ url: string }>("/v1/invitations", { role: "agent" });
    const person = await t.given.person({ name: "Dana" });
    const { cookie } = await t.given.login(person);
    await using guest = await open(cookie);
    await guest.page.goto(new URL(made.body.url).pathname);
    await guest.page.getByText(person.email).waitFor();
    await guest.page.getByRole("button", { name: "Join the workspace" }).click();
    await guest.page.getByRole("region", { name: "Inbox" }).waitFor();
    await guest.page.goto("/settings/members");
    await guest.page.getByText("Only owners and admins can change this.").waitFor();
    expect(await guest.page.getByRole("button", { name: "Invite someone" }).count()).toBe(0);

    await using session = await open(workspace.owner.cookie);
    await session.page.goto("/settings/members");
    const owner = session.page.getByRole("listitem").filter({ hasText: "Owner" });
    await owner.getByRole("button").click();
    await session.page.getByRole("radio", { name: /Agent/ }).click();
    await session.page.getByRole("button", { name: "Save" }).click();
    await session.page.getByText(/A workspace needs an owner/).waitFor();
  });
});
