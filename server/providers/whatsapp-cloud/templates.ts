import { asList, asObject, cleanJson, readId, readText } from "../json-read.ts";
import { ProviderError } from "../provider-error.ts";
import type { ProviderTemplate, TemplateApi } from "../provider.ts";
import { nextCursor } from "./connect.ts";
import { callGraph, pathId } from "./graph.ts";
import type { CloudLink, CloudSecrets, CloudSettings } from "./settings.ts";

// https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/template-management (2026-09-11)
const fields = "id,name,language,status,category,parameter_format,components,quality_score,rejected_reason";
// Management calls are limited to 200 an hour for an unregistered app: few, large pages.
const pageSize = "100";
/** A verified account holds 6,000 templates at most; the bound only stops a broken pager. */
const maxPages = 200;

const templatesPath = (link: CloudLink) => `${pathId(link.settings.wabaId)}/message_templates`;

async function* list(link: CloudLink, signal: AbortSignal): AsyncGenerator<ProviderTemplate> {
  let after: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const query = { fields, limit: pageSize, ...(after !== undefined && { after }) };
    const answer = await callGraph(link, { method: "GET", path: templatesPath(link), query }, signal);
    for (const item of asList(answer["data"])) {
      const template = readTemplate(item);
      if (template !== undefined) yield template;
    }
    after = nextCursor(answer);
    if (after === undefined) return;
  }
}

function readTemplate(item: unknown): ProviderTemplate | undefined {
  const node = asObject(item);
  const providerTemplateId = readId(node?.["id"]);
  const name = readText(node?.["name"], 512);
  const language = readText(node?.["language"], 16);
  if (node === undefined || providerTemplateId === undefined || name === undefined || language === undefined)
    return undefined;
  const quality = readText(asObject(node["quality_score"])?.["score"], 32)?.toLowerCase();
  const reason = readText(node["rejected_reason"], 128)?.toLowerCase();
  return {
    providerTemplateId,
    name,
    language,
    status: readText(node["status"], 64)?.toLowerCase() ?? "unknown",
    category: readText(node["category"], 64)?.toLowerCase() ?? "unknown",
    parameterFormat: readText(node["parameter_format"], 32)?.toLowerCase() === "named" ? "named" : "positional",
    ...(quality !== undefined && { quality }),
    ...(reason !== undefined && reason !== "none" && { reason }),
    components: asList(node["components"]).map((part) => asObject(cleanJson(part)) ?? {}),
  };
}

export const templates: TemplateApi<CloudSettings, CloudSecrets> = {
  list,
  async create(link, template, signal) {
    const json = {
      name: template.name,
      language: template.language,
      category: template.category.toUpperCase(),
      parameter_format: template.parameterFormat.toUpperCase(),
      components: template.components,
    };
    const answer = await callGraph(link, { method: "POST", path: templatesPath(link), json }, signal);
    const providerTemplateId = readId(answer["id"]);
    if (providerTemplateId === undefined) {
      throw new ProviderError({ kind: "unknown", code: "no_template_id", scope: "message", sentence: "unknown" });
    }
    return {
      providerTemplateId,
      status: readText(answer["status"], 64)?.toLowerCase() ?? "pending",
      category: readText(answer["category"], 64)?.toLowerCase() ?? template.category.toLowerCase(),
    };
  },
  async remove(link, template, signal) {
    const one = template.providerTemplateId;
    const query = { name: template.name, ...(one !== undefined && { hsm_id: one }) };
    await callGraph(link, { method: "DELETE", path: templatesPath(link), query }, signal);
  },
};
