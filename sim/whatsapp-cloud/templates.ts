import { GraphError } from "./graph-errors.ts";
import { fieldNames, pickFields } from "./phone-numbers.ts";
import type { Obj, SimState } from "./state.ts";
import { asObjs, asText, newNumericId } from "./state.ts";
import { invalid, missing } from "./validate-parts.ts";
import { emitUpdates } from "./webhooks.ts";

export interface Template {
  id: string;
  name: string;
  language: string;
  category: string;
  status: string;
  parameter_format: string;
  components: Obj[];
  rejected_reason?: string;
  message_send_ttl_seconds?: number;
}

export function componentsOf(template: Template, type: string): Obj[] {
  return template.components.filter((component) => asText(component.type)?.toUpperCase() === type);
}

export function templateNode(template: Template, fields?: string): Obj {
  const all: Obj = {
    ...template,
    rejected_reason: template.rejected_reason ?? "NONE",
    sub_category: "CUSTOM",
    previous_category: "",
    correct_category: template.category,
    cta_url_link_tracking_opted_out: false,
    message_send_ttl_seconds: template.message_send_ttl_seconds ?? -1,
    quality_score: { score: template.status === "PAUSED" ? "RED" : "UNKNOWN", date: 1_789_000_000 },
  };
  const usual = ["name", "parameter_format", "components", "language", "status", "category"];
  return pickFields(all, fieldNames(fields) ?? usual, "WhatsAppBusinessHSM");
}

/** `GET /{WABA}/message_templates`: filters, cursors, and an absolute `next` that carries the token, as Graph does. */
export function listTemplates(state: SimState, path: string, query: Obj, token: string): Obj {
  const same = (key: string, value: string) => {
    const wanted = asText(query[key]);
    return wanted === undefined || wanted.toLowerCase() === value.toLowerCase();
  };
  const found = [...state.templates.values()].filter(
    (template) =>
      same("name", template.name) &&
      same("language", template.language) &&
      same("status", template.status) &&
      same("category", template.category),
  );
  const limit = Math.max(1, Number(query.limit ?? 25) || 25);
  const after = asText(query.after);
  const before = asText(query.before);
  let start = 0;
  if (after !== undefined) start = found.findIndex((template) => cursorOf(template) === after) + 1;
  if (before !== undefined) start = Math.max(0, found.findIndex((template) => cursorOf(template) === before) - limit);
  const page = found.slice(start, start + limit);
  const first = page[0];
  const last = page.at(-1);
  const answer: Obj = { data: page.map((template) => templateNode(template, asText(query.fields))) };
  if (!first || !last) return answer;
  const paging: Obj = { cursors: { before: cursorOf(first), after: cursorOf(last) } };
  const kept = Object.entries(query).filter(([key]) => !["after", "before", "access_token"].includes(key));
  const link = (extra: Record<string, string>) => {
    const entries = kept.map(([key, value]) => [key, String(value)] as [string, string]);
    const parameters = new URLSearchParams([["access_token", token], ...entries, ...Object.entries(extra)]);
    return `${state.baseUrl}${path}?${parameters.toString()}`;
  };
  if (start + limit < found.length) paging.next = link({ after: cursorOf(last) });
  if (start > 0) paging.previous = link({ before: cursorOf(first) });
  return { ...answer, paging };
}

function cursorOf(template: Template): string {
  return Buffer.from(template.id).toString("base64url");
}

export function createTemplate(state: SimState, body: Obj): Obj {
  const name = asText(body.name) ?? "";
  const language = asText(body.language) ?? "";
  const category = (asText(body.category) ?? "").toUpperCase();
  if (!/^[a-z0-9_]{1,512}$/.test(name))
    throw invalid("Param name may hold lowercase letters, digits and underscores only.");
  if (language === "") throw missing("language");
  if (!["AUTHENTICATION", "MARKETING", "UTILITY"].includes(category)) throw invalid("Param category is not valid.");
  const components = asObjs(body.components);
  for (const template of state.templates.values()) {
    if (template.name !== name || template.language !== language) continue;
    const message = "There is already content in this language for this template";
    throw new GraphError(100, { subcode: 2388024, message: "Invalid parameter", details: message });
  }
  const parameter_format = (asText(body.parameter_format) ?? "POSITIONAL").toUpperCase();
  const draft: Template = {
    id: newNumericId(),
    name,
    language,
    category,
    status: "PENDING",
    parameter_format,
    components,
  };
  checkComponents(draft);
  state.templates.set(draft.id, draft);
  return { id: draft.id, status: draft.status, category };
}

function checkComponents(template: Template): void {
  const body = componentsOf(template, "BODY")[0];
  if (!body) throw missing("components: BODY");
  const text = asText(body.text) ?? "";
  if (template.category !== "AUTHENTICATION" && text === "") throw missing("components: BODY text");
  if (text.length > 1024) throw invalid("The body takes at most 1024 characters.");
  if (/^\s*\{\{|\}\}\s*$/.test(text)) {
    const details = "Variables can't be at the start or end of the template.";
    throw new GraphError(100, { subcode: 2388299, message: "Invalid parameter", details });
  }
  const header = asText(componentsOf(template, "HEADER")[0]?.text) ?? "";
  if (header.length > 60) throw invalid("The header takes at most 60 characters.");
  if ((asText(componentsOf(template, "FOOTER")[0]?.text) ?? "").length > 60) {
    throw invalid("The footer takes at most 60 characters.");
  }
  if (buttonsOf(template).length > 10) throw invalid("A template takes at most 10 buttons.");
}

export function buttonsOf(template: Template): Obj[] {
  return asObjs(componentsOf(template, "BUTTONS")[0]?.buttons);
}

/** Edits replace all components; an approved template's category cannot change. */
export function editTemplate(template: Template, body: Obj): Obj {
  if (!["APPROVED", "REJECTED", "PAUSED"].includes(template.status))
    throw invalid("This template cannot be edited now.");
  const category = asText(body.category)?.toUpperCase();
  if (category && category !== template.category && template.status === "APPROVED") {
    throw invalid("The category of an approved template cannot change.");
  }
  const components = Array.isArray(body.components) ? asObjs(body.components) : template.components;
  const edited = { ...template, components, category: category ?? template.category };
  checkComponents(edited);
  Object.assign(template, edited);
  return { success: true, id: template.id, name: template.name, category: template.category };
}

export function deleteTemplates(state: SimState, query: Obj): Obj {
  const name = asText(query.name);
  const id = asText(query.hsm_id);
  if (name === undefined) throw missing("name");
  const doomed = [...state.templates.values()].filter(
    (template) => template.name === name && (id === undefined || template.id === id),
  );
  if (doomed.length === 0) throw new GraphError(100, { subcode: 2593002, message: "Invalid parameter" });
  for (const template of doomed) state.templates.delete(template.id);
  return { success: true };
}

/** Changes the status as a review does, and tells the business. The webhook writes the language with a hyphen. */
export async function setTemplateStatus(
  state: SimState,
  input: { name: string; language?: string; status: string; reason?: string },
): Promise<{ changed: number }> {
  const found = [...state.templates.values()].filter(
    (template) => template.name === input.name && (input.language ?? template.language) === template.language,
  );
  await Promise.all(
    found.map((template) => {
      template.status = input.status;
      if (input.reason) template.rejected_reason = input.reason;
      const value = {
        event: input.status,
        message_template_id: Number(template.id),
        message_template_name: template.name,
        message_template_language: template.language.replace("_", "-"),
        reason: input.reason ?? "NONE",
        message_template_category: template.category,
      };
      return emitUpdates(state, [{ field: "message_template_status_update", value }]);
    }),
  );
  return { changed: found.length };
}
