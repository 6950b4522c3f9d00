import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { checkSource } from "../scripts/check-source.ts";
import { mayNameProviders, providerNames } from "../scripts/provider-names.ts";

const root = path.resolve(import.meta.dirname, "..");

test.each([
  `if (channel.provider === "whatsapp_linked") return;`,
  `if ("messenger" !== id) return;`,
  `case 'instagram':`,
  `const cloud = app.providers.whatsapp_cloud;`,
  `["whatsapp_cloud", "whatsapp_linked"].includes(provider)`,
  "const sql = `select 1 from channel c where c.provider = 'whatsapp_linked'`;",
  "  and provider in ('whatsapp_cloud', 'messenger')",
  "where c.provider <> all ('{whatsapp_linked}')",
  "where '{messenger, whatsapp_cloud}'::text[] @> array[c.provider]",
  "where provider like 'whatsapp%'",
  `where c."provider" is distinct from 'telegram'`,
  "when 'whatsapp_cloud' then 1",
])("a provider is not named outside of providers/: %s", (line) => {
  const said = expect.stringMatching(/^server\/[\w./-]+:2: names a provider/);
  expect(providerNames("server/messages/message.ts", `const a = 1;\n${line}\n`)).toEqual([said]);
  expect(providerNames("server/migrations/9999_later.sql", `select 1;\n${line}\n`)).toEqual([said]);
  expect(providerNames("server/providers/messenger/send.ts", line)).toEqual([]);
});

test.each([
  "where c.provider = $1",
  "where c.provider = any ($1)",
  "select provider, count(*) from channel group by provider",
  "if (one.provider === provider) return;",
  `const title = "Sign in with a messenger";`,
  "// whatsapp_linked keeps no window",
  "-- once for each 'whatsapp_linked'",
])("what names none may stand anywhere: %s", (line) => {
  expect(providerNames("server/messages/message.ts", line)).toEqual([]);
});

test("the server's own files keep this and the other rules of who knows whom; each exception is a file that is there", () => {
  expect(checkSource()).toEqual([]);
  expect(Object.keys(mayNameProviders).filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});
