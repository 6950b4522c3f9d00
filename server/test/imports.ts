// People from a CSV file, as a program brings them in: by the API, with the import's job run here.
import { expect } from "vitest";
import type { ContactImportView } from "../contact-imports/contact-import.ts";
import type { ImportRefusal } from "../contact-imports/list-refusals.ts";
import { runImport } from "../contact-imports/run-import.ts";
import type { ApiClient } from "./api.ts";
import type { TestApp } from "./app.ts";
import type { GivenWorkspace } from "./given.ts";

export const attestation = { isLawful: true, basis: "contract" };
export const byPhone = [{ column: 1, to: "phone" }];

type Content = string | Uint8Array<ArrayBuffer>;
type Answer = { status: number; body: ContactImportView & { code?: string } };
interface ContactRow {
  id: string;
  name: string;
  attributes: object;
  identities: { value: string }[];
}

const act = (api: ApiClient, id: string, verb: string, body: object = {}): Promise<Answer> =>
  api.post<Answer["body"]>(`/v1/contact-imports/${id}/${verb}`, body);
const read = async (api: ApiClient, id: string) => (await api.get<ContactImportView>(`/v1/contact-imports/${id}`)).body;

async function check(api: ApiClient, id: string, body: object): Promise<ContactImportView> {
  const answer = await act(api, id, "check", body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}

const refusalsOf = async (api: ApiClient, id: string, language?: string) =>
  (
    await api.get<{ data: ImportRefusal[] }>(
      `/v1/contact-imports/${id}/refusals${language === undefined ? "" : `?language=${language}`}`,
    )
  ).body.data;
const contactsOf = async (api: ApiClient) =>
  (await api.get<{ data: ContactRow[] }>("/v1/contacts?limit=100")).body.data;

/** Row, column, code without the folder's name, and whether only that cell was left out. */
export const codes = (list: readonly ImportRefusal[]) =>
  list.map(({ row, column, code, isLeftOut }) => [row, column, code.replace(/^contact_import\./, ""), isLeftOut]);

export function importsOf(t: TestApp) {
  async function upload(api: ApiClient, content: Content): Promise<Answer> {
    const form = new FormData();
    form.append("file", new Blob([content], { type: "text/csv" }), "people.csv");
    const answer = await fetch(`${t.url}/v1/contact-imports`, { method: "POST", headers: api.headers, body: form });
    return { status: answer.status, body: (await answer.json()) as Answer["body"] };
  }

  async function uploaded(api: ApiClient, content: Content): Promise<ContactImportView> {
    const { status, body } = await upload(api, content);
    expect(status, JSON.stringify(body)).toBe(201);
    return body;
  }

  async function checked(api: ApiClient, content: Content, mapping: object[] = byPhone): Promise<ContactImportView> {
    return check(api, (await uploaded(api, content)).id, { mapping });
  }

  /** As the job does it. */
  async function started({ id: workspaceId, api }: GivenWorkspace, id: string): Promise<ContactImportView> {
    expect((await act(api, id, "start", { attestation })).status).toBe(202);
    await runImport(t.app, { workspaceId, importId: id });
    return read(api, id);
  }

  async function download(api: ApiClient, id: string, language = "en"): Promise<string> {
    const file = await api.get<string>(`/v1/contact-imports/${id}/refusals.csv?language=${language}`);
    expect(file.status).toBe(200);
    expect(file.headers.get("content-type")).toContain("text/csv");
    return String(file.body).replace("\uFEFF", "");
  }

  /** How many files of imports are still there. */
  async function blobsLeft(workspaceId: string): Promise<number> {
    const sql = "select 1 from contact_import where workspace_id = $1 and blob_name is not null";
    return (await t.admin.query(sql, [workspaceId])).rows.length;
  }

  /** The sealed rows that were not taken, as they are stored; null: none, or gone. */
  async function blobOf(id: string): Promise<string | null> {
    const sql = "select refused_blob as name from contact_import where id = $1";
    return (await t.admin.query<{ name: string | null }>(sql, [id])).rows[0]?.name ?? null;
  }

  /** The product, with something that happens after each batch that was taken. */
  const afterBatch = (happens: () => Promise<unknown>) =>
    ({
      ...t.app,
      db: {
        ...t.app.db,
        tx: async (...args: Parameters<typeof t.app.db.tx>) => {
          const result = await t.app.db.tx(...args);
          if (result === "taken") await happens();
          return result;
        },
      },
    }) as typeof t.app;

  return {
    ...{ upload, uploaded, act, read, check, checked, started, refusalsOf, contactsOf, download, blobsLeft },
    ...{ blobOf, afterBatch },
  };
}

/** A file of that many people. */
export const many = (count: number): string =>
  `phone\n${Array.from({ length: count }, (_, n) => `+2547${String(n).padStart(8, "0")}\n`).join("")}`;
