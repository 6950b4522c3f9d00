import { expect, test } from "vitest";
import { brokenRule } from "../scripts/check-source.ts";

test.each([
  ["server/platform/http.ts", "server/identity/people.ts"],
  ["server/providers/messenger/send.ts", "server/providers/instagram/send.ts"],
  ["server/providers/messenger/send.ts", "server/messages/message.ts"],
  ["server/messages/message.ts", "server/outbound/drain.ts"],
  ["server/messages/message.ts", "server/contacts/contact.routes.ts"],
  ["server/outbound/drain.ts", "server/media/media.jobs.ts"],
  ["server/messages/message.ts", "server/providers/messenger/send.ts"],
  ["server/messages/message.ts", "server/app.ts"],
  ["server/messages/message.ts", "server/test/app.ts"],
  ["server/messages/message.ts", "sim/whatsapp-cloud/state.ts"],
  ["web/src/api.ts", "server/messages/message.ts"],
  ["sdk/src/index.ts", "server/messages/message.ts"],
  ["sim/whatsapp-cloud/state.ts", "server/platform/ids.ts"],
])("%s may not import %s", (from, to) => {
  expect(brokenRule(from, to)).toEqual(expect.any(String));
});

test.each([
  ["server/app.ts", "server/outbound/outbound.jobs.ts"],
  ["server/outbound/drain.ts", "server/messages/message.ts"],
  ["server/messages/message.ts", "server/contacts/contact.ts"],
  ["server/messages/message.ts", "server/providers/outbound-message.ts"],
  ["server/messages/message.routes.ts", "server/messages/message.jobs.ts"],
  ["server/providers/messenger/send.ts", "server/providers/provider-error.ts"],
  ["web/src/api.ts", "sdk/src/index.ts"],
])("%s may import %s", (from, to) => {
  expect(brokenRule(from, to)).toBeUndefined();
});
