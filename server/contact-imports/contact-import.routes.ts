import { z } from "zod";
import { importAttestation } from "../contacts/attest-import.ts";
import { importProblems } from "../contacts/import-contacts.ts";
import { attributeUnknown } from "../contacts/judge-attributes.ts";
import { languages } from "../platform/languages.ts";
import { pageOf, pageQuery } from "../platform/page.ts";
import { notFound } from "../platform/problem.ts";
import { route } from "../platform/route.ts";
import { checkImport } from "./check-import.ts";
import {
  contactImportView,
  importNotChecked,
  importNotReady,
  importReading,
  listImports,
  MAX_IMPORT_BYTES,
  MAX_IMPORT_ROWS,
  readImport,
} from "./contact-import.ts";
import { columnsView, createImport, readColumns, uploadProblems } from "./create-import.ts";
import { downloadRefused, refusedGone } from "./download-refused.ts";
import { cancelImport } from "./end-imports.ts";
import { importRefusal, listRefusals } from "./list-refusals.ts";
import { columnMapping, rowProblems } from "./map-columns.ts";
import { startImport } from "./run-import.ts";

const params = z.object({ id: z.string() });
const permission = "contact:import";
const path = "/v1/contact-imports";
const language = z.enum(languages).default("en").describe("In which the reasons are.");

export const contactImportRoutes = [
  route({
    ...{ id: "contact_import.create", kind: "upload", method: "POST", path, permission },
    summary: "Upload a CSV file of contacts",
    description: `multipart/form-data with one file: at most ${MAX_IMPORT_ROWS.toLocaleString("en")} rows below a header, separated by commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252. It is kept sealed, deleted when the import ends, and after a day when it is not started. Rows that an import did not take whole are kept until a day after its start, to be mended.`,
    status: 201,
    maxBytes: MAX_IMPORT_BYTES,
    rateLimit: { perMinute: 20 },
    returns: contactImportView,
    problems: [...uploadProblems, importNotReady],
    run: (ctx, { body }) => createImport(ctx, body),
  }),
  route({
    ...{ id: "contact_import.list", method: "GET", path, permission },
    summary: "List imports of contacts, newest first",
    description: "Of the last 90 days: counts, no content. Also those of which `mayOpen` is false.",
    query: pageQuery.extend({
      hasFile: z.literal("true").optional().describe("true: those of whose files anything is kept still."),
    }),
    returns: pageOf(contactImportView),
    run: (ctx, { query }) => listImports(ctx, query),
  }),
  route({
    ...{ id: "contact_import.get", method: "GET", path: `${path}/:id`, permission, params },
    summary: "Read one import: its state, and how far it is",
    returns: contactImportView,
    problems: [notFound],
    run: (ctx, { params: { id } }) => readImport(ctx, id),
  }),
  route({
    ...{ id: "contact_import.columns", method: "GET", path: `${path}/:id/columns`, permission, params },
    summary: "List the columns of the file with their first values, what each probably is, and what has to be asked",
    isOpen: true,
    returns: columnsView,
    problems: [notFound, importNotReady],
    run: (ctx, { params: { id } }) => readColumns(ctx, id),
  }),
  route({
    ...{ id: "contact_import.check", method: "POST", path: `${path}/:id/check`, permission, params },
    summary: "Say which column is what, and learn what the import would do",
    description:
      "Writes no contact. The counts come with the answer; the rows that would be refused, and the values without which people would be imported, with `/refusals`. A bad phone number or user id refuses a row, any other bad value is left out.",
    isOpen: true,
    rateLimit: { perMinute: 30 },
    body: z.object({
      mapping: columnMapping,
      overwriteNames: z.boolean().default(false).describe("true: also names that the team gave."),
      ...importReading,
    }),
    returns: contactImportView,
    problems: [notFound, importNotReady, attributeUnknown],
    run: (ctx, { params: { id }, body }) => checkImport(ctx, id, body),
  }),
  route({
    ...{ id: "contact_import.start", method: "POST", path: `${path}/:id/start`, permission, params },
    summary: "Import what was checked",
    description: "Goes on by itself; read the import to see how far it is. The same file twice changes nothing.",
    status: 202,
    body: z.object({ attestation: importAttestation }),
    returns: contactImportView,
    problems: [notFound, importNotReady, importNotChecked],
    run: (ctx, { params: { id }, body }) => startImport(ctx, id, body.attestation),
  }),
  route({
    ...{ id: "contact_import.cancel", method: "POST", path: `${path}/:id/cancel`, permission, params },
    summary: "End an import and delete its file",
    description:
      "What was imported until then stays. Of one that has ended, the rows that are kept to be mended are deleted.",
    isOpen: true,
    whileClosing: true,
    returns: contactImportView,
    problems: [notFound],
    run: (ctx, { params: { id } }) => cancelImport(ctx, id),
  }),
  route({
    ...{ id: "contact_import.refusals", method: "GET", path: `${path}/:id/refusals`, permission, params },
    summary: "List the rows that were, or would be, refused, and the values that were left out",
    isOpen: true,
    query: pageQuery.extend({ language }),
    returns: pageOf(importRefusal),
    problems: [notFound, ...importProblems, ...rowProblems],
    run: (ctx, { params: { id }, query }) => listRefusals(ctx, id, query),
  }),
  route({
    ...{ id: "contact_import.refusals_file", method: "GET", path: `${path}/:id/refusals.csv`, permission, params },
    kind: "download",
    rateLimit: { perMinute: 30 },
    summary: "Download the rows that were, or would be, not taken whole, each with the reason, to mend and import them",
    description:
      "The header and the cells of the file behind a column with the reason. Once the import is done, until its `refusedUntil`.",
    query: z.object({ language }),
    problems: [notFound, refusedGone],
    run: (ctx, { params: { id }, query }) => downloadRefused(ctx, id, query.language),
  }),
];
