// Somebody who wrote to a workspace, and what is asked in their name.
import { expect } from "vitest";
import { advanceRequest } from "../privacy/advance-request.ts";
import type { RequestView } from "../privacy/view-request.ts";
import type { TestApp } from "./app.ts";
import type { GivenWorkspace } from "./given.ts";
import { givenChannel, post, says } from "./hooks.ts";
import type { Page } from "./shop.ts";

export interface Contact {
  id: string;
  name: string | null;
  restrictedAt: string | null;
}

export function requestsOf(t: TestApp) {
  let count = 0;

  /** A workspace, and a contact who wrote to it once. */
  async function plant() {
    const workspace = await t.given.workspace();
    const channel = await givenChannel(t, workspace);
    const phone = `25472200${String(++count).padStart(4, "0")}`;
    const person = { phone, name: "Wrongname Oldvalue" };
    await post(t, channel, says(channel, person, "wamid.r1", t.clock.ms(), "find me by grapefruit"));
    const [contact] = (await workspace.api.get<Page<Contact>>("/v1/contacts")).body.data;
    if (!contact) throw new Error("nobody");
    return { workspace, channel, contact, phone, api: workspace.api };
  }

  /** The request once its job has run. */
  async function ask(workspace: GivenWorkspace, body: object): Promise<RequestView> {
    const made = await workspace.api.post<{ id: string }>("/v1/subject-requests", body);
    expect(made.status, JSON.stringify(made.body)).toBe(202);
    await advanceRequest(t.app, { workspaceId: workspace.id, requestId: made.body.id });
    return (await workspace.api.get<RequestView>(`/v1/subject-requests/${made.body.id}`)).body;
  }

  /** How many contacts and messages the search shows. */
  async function found(workspace: GivenWorkspace, q: string): Promise<number> {
    await t.app.indexer?.idle();
    const [contacts, messages] = await Promise.all([
      workspace.api.get<Page<object>>(`/v1/contacts?q=${encodeURIComponent(q)}`),
      workspace.api.get<Page<object>>(`/v1/search?q=${encodeURIComponent(q)}`),
    ]);
    return contacts.body.data.length + messages.body.data.length;
  }

  return { plant, ask, found };
}
