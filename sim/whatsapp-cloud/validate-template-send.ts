import { GraphError } from "./graph-errors.ts";
import type { Obj, SimState } from "./state.ts";
import { asObj, asObjs, asText } from "./state.ts";
import type { Template } from "./templates.ts";
import { buttonsOf, componentsOf } from "./templates.ts";
import { invalid, missing, requireMedia } from "./validate-parts.ts";

export interface RenderedTemplate {
  template: Template;
  text: string;
  buttons: { title: string; payload: string }[];
}

/** Checks a template send against its definition and renders what the person sees. */
export function validateTemplateSend(state: SimState, body: Obj): RenderedTemplate {
  const sent = asObj(body.template);
  if (!sent) throw missing("template");
  const name = asText(sent.name);
  const code = asText(asObj(sent.language)?.code);
  if (!name) throw missing("template['name']");
  if (!code) throw missing("template['language']['code']");
  const template = [...state.templates.values()].find((one) => one.name === name && one.language === code);
  if (!template || template.status === "PENDING" || template.status === "REJECTED") {
    throw new GraphError(132001, { details: `template name (${name}) does not exist in ${code}` });
  }
  if (template.status === "PAUSED") throw new GraphError(132015, { details: `template ${name} is paused` });
  if (template.status === "DISABLED") throw new GraphError(132016, { details: `template ${name} is disabled` });
  const components = asObjs(sent.components);
  const partOf = (type: string) => components.find((component) => asText(component.type)?.toLowerCase() === type);

  checkHeader(state, template, parametersOf(partOf("header")));
  const pattern = asText(componentsOf(template, "BODY")[0]?.text) ?? "";
  const text = fill(template, pattern, parametersOf(partOf("body")), "body");
  if (text.length > 1024 + 512) throw new GraphError(132005, { details: "The body is too long with its parameters." });
  return { template, text, buttons: checkButtons(template, components) };
}

function parametersOf(component: Obj | undefined): Obj[] {
  return asObjs(component?.parameters);
}

function checkHeader(state: SimState, template: Template, parameters: Obj[]): void {
  const header = componentsOf(template, "HEADER")[0];
  const format = (asText(header?.format) ?? "NONE").toLowerCase();
  if (["image", "video", "document"].includes(format)) {
    const media = asObj(parameters[0]?.[format]);
    if (!media) {
      const received = asText(parameters[0]?.type)?.toUpperCase() ?? "UNKNOWN";
      const details = `header: Format mismatch, expected ${format.toUpperCase()}, received ${received}`;
      throw new GraphError(132012, { details });
    }
    return requireMedia(state, media, `template['components']['header']['${format}']`);
  }
  if (format === "location") {
    if (!asObj(parameters[0]?.location)) throw new GraphError(132012, { details: "header: expected LOCATION" });
    return;
  }
  fill(template, format === "text" ? (asText(header?.text) ?? "") : "", parameters, "header");
}

function fill(template: Template, pattern: string, parameters: Obj[], where: string): string {
  const names = [...new Set([...pattern.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((match) => match[1] ?? ""))];
  if (names.length !== parameters.length) {
    const details = `${where}: number of localizable_params (${parameters.length}) does not match the expected number of params (${names.length})`;
    throw new GraphError(132000, { details });
  }
  const isNamed = template.parameter_format.toUpperCase() === "NAMED";
  const values = new Map<string, string>();
  for (const [index, parameter] of parameters.entries()) {
    const key = isNamed ? asText(parameter.parameter_name) : names[index];
    if (key === undefined || !names.includes(key)) {
      throw new GraphError(100, {
        details: `Parameter name is missing or wrong in ${where}.`,
        message: "(#100) Invalid parameter",
      });
    }
    values.set(key, valueOf(parameter, where));
  }
  return pattern.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, key: string) => values.get(key) ?? whole);
}

function valueOf(parameter: Obj, where: string): string {
  const type = asText(parameter.type) ?? "text";
  const value =
    type === "text"
      ? asText(parameter.text)
      : type === "currency" || type === "date_time"
        ? asText(asObj(parameter[type])?.fallback_value)
        : undefined;
  if (value === undefined || value === "")
    throw invalid(`Param text of a ${where} parameter must be a non-empty string.`);
  if (/[\n\t]| {5}/.test(value)) {
    const details = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces";
    throw new GraphError(132018, { details });
  }
  return value;
}

/** A URL with a variable and a copy-code button need their parameter; a quick reply may carry a payload. */
function checkButtons(template: Template, components: Obj[]): { title: string; payload: string }[] {
  const defined = buttonsOf(template);
  const sent = components.filter((component) => asText(component.type)?.toLowerCase() === "button");
  for (const component of sent) {
    if (!defined[Number(component.index)]) throw new GraphError(132018, { details: "buttons: index is out of range" });
  }
  const replies: { title: string; payload: string }[] = [];
  for (const [index, button] of defined.entries()) {
    const parameter = parametersOf(sent.find((component) => Number(component.index) === index))[0];
    const kind = asText(button.type)?.toUpperCase();
    if (kind === "URL" && /\{\{/.test(asText(button.url) ?? "") && !asText(parameter?.text)) {
      throw new GraphError(131008, { details: `buttons: Button at index ${index} of type Url requires a parameter` });
    }
    if (kind === "COPY_CODE" && !asText(parameter?.coupon_code)) {
      throw new GraphError(131008, {
        details: `buttons: Button at index ${index} of type CopyCode requires a parameter`,
      });
    }
    if (kind === "QUICK_REPLY") {
      const title = asText(button.text) ?? "";
      replies.push({ title, payload: asText(parameter?.payload) ?? title });
    }
  }
  return replies;
}
