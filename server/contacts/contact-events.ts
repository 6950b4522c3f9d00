import { z } from "zod";
import { event } from "../platform/event.ts";

export const contactCreated = event({
  type: "contact.created",
  doc: "Emitted when a person wrote for the first time, or was added.",
  payload: z.object({ contactId: z.string() }),
});

export const contactUpdated = event({
  type: "contact.updated",
  doc: "Emitted when a contact's name, attributes or identities changed.",
  payload: z.object({ contactId: z.string() }),
});

export const contactErased = event({
  type: "contact.erased",
  doc: "Emitted when a person's key was destroyed and everything about them deleted. Delete what you hold under this id.",
  payload: z.object({ contactId: z.string() }),
});
