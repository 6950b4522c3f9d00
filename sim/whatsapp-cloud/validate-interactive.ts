import type { Obj, SimState } from "./state.ts";
import { asObj, asText } from "./state.ts";
import { invalid, missing, optionalText, requireMedia, requireText } from "./validate-parts.ts";

const bodyMax: Record<string, number> = { list: 4096 };
const withoutBody = new Set(["product", "address_message"]);

/** Each kind's own `action`. */
const actions: Record<string, (state: SimState, action: Obj) => void> = {
  button: (_, action) => {
    const buttons = objects(action.buttons, "interactive['action']['buttons']", 1, 3);
    const ids = buttons.map((button, index) => {
      const path = `interactive['action']['buttons'][${index}]`;
      const reply = asObj(button.reply);
      if (button.type !== "reply" || !reply) throw invalid(`Param ${path} must be of type reply.`);
      requireText(reply, "title", `${path}['reply']['title']`, 20);
      return requireText(reply, "id", `${path}['reply']['id']`, 256);
    });
    if (new Set(ids).size < ids.length) throw invalid("Button ids must be unique.");
  },
  list: (_, action) => {
    requireText(action, "button", "interactive['action']['button']", 20);
    const sections = objects(action.sections, "interactive['action']['sections']", 1, 10);
    const ids = sections.flatMap((section, index) => {
      const path = `interactive['action']['sections'][${index}]`;
      if (sections.length > 1) requireText(section, "title", `${path}['title']`, 24);
      else optionalText(section, "title", `${path}['title']`, 24);
      return objects(section.rows, `${path}['rows']`, 1, 10).map((row, place) => {
        requireText(row, "title", `${path}['rows'][${place}]['title']`, 24);
        optionalText(row, "description", `${path}['rows'][${place}]['description']`, 72);
        return requireText(row, "id", `${path}['rows'][${place}]['id']`, 200);
      });
    });
    if (ids.length > 10) throw invalid("A list takes at most 10 rows in all its sections.");
    if (new Set(ids).size < ids.length) throw invalid("Row ids must be unique.");
  },
  cta_url: (_, action) => {
    const parameters = named(action, "cta_url");
    requireText(parameters, "display_text", "interactive['action']['parameters']['display_text']", 20);
    const url = requireText(parameters, "url", "interactive['action']['parameters']['url']", 2000);
    if (!/^https?:\/\//.test(url))
      throw invalid("Param interactive['action']['parameters']['url'] is not a valid URL.");
  },
  flow: (_, action) => {
    const parameters = named(action, "flow");
    requireText(parameters, "flow_cta", "interactive['action']['parameters']['flow_cta']", 30);
    if (!parameters.flow_id && !parameters.flow_name) throw missing("interactive['action']['parameters']['flow_id']");
  },
  location_request_message: (_, action) => {
    if (action.name !== "send_location") throw invalid("Param interactive['action']['name'] must be send_location.");
  },
  request_contact_info: (_, action) => {
    if (action.name !== "request_contact_info") throw invalid("Param interactive['action']['name'] is not valid.");
  },
  address_message: (_, action) => {
    requireText(named(action, "address_message"), "country", "interactive['action']['parameters']['country']", 2);
  },
  product: (_, action) => {
    requireText(action, "catalog_id", "interactive['action']['catalog_id']", 100);
    requireText(action, "product_retailer_id", "interactive['action']['product_retailer_id']", 100);
  },
  product_list: (_, action) => {
    requireText(action, "catalog_id", "interactive['action']['catalog_id']", 100);
    objects(action.sections, "interactive['action']['sections']", 1, 10);
  },
  catalog_message: (_, action) => {
    if (action.name !== "catalog_message") throw invalid("Param interactive['action']['name'] is not valid.");
  },
  carousel: (_, action) => void objects(action.cards, "interactive['action']['cards']", 2, 10),
};

function named(action: Obj, name: string): Obj {
  if (action.name !== name) throw invalid(`Param interactive['action']['name'] must be ${name}.`);
  const parameters = asObj(action.parameters);
  if (!parameters) throw missing("interactive['action']['parameters']");
  return parameters;
}

function objects(value: unknown, path: string, min: number, max: number): Obj[] {
  if (!Array.isArray(value)) throw missing(path);
  if (value.length < min || value.length > max) throw invalid(`Param ${path} takes ${min} to ${max} items.`);
  return value.map((item, index) => {
    const object = asObj(item);
    if (!object) throw invalid(`Param ${path}[${index}] must be an object.`);
    return object;
  });
}

export function validateInteractive(state: SimState, interactive: Obj): void {
  const type = asText(interactive.type) ?? "";
  const check = actions[type];
  if (!check) throw invalid(`Param interactive['type'] must be one of {${Object.keys(actions).join(", ")}}.`);
  if (!withoutBody.has(type)) {
    const body = asObj(interactive.body);
    if (!body) throw missing("interactive['body']");
    requireText(body, "text", "interactive['body']['text']", bodyMax[type] ?? 1024);
  }
  const footer = asObj(interactive.footer);
  if (footer) requireText(footer, "text", "interactive['footer']['text']", 60);
  const header = asObj(interactive.header);
  if (header) validateHeader(state, header, type);
  const action = asObj(interactive.action);
  if (!action) throw missing("interactive['action']");
  check(state, action);
}

function validateHeader(state: SimState, header: Obj, type: string): void {
  const kind = asText(header.type) ?? "";
  if (kind === "text") return void requireText(header, "text", "interactive['header']['text']", 60);
  if (type === "list" || !["image", "video", "document"].includes(kind)) {
    throw invalid("Param interactive['header']['type'] is not allowed here.");
  }
  const media = asObj(header[kind]);
  if (!media) throw missing(`interactive['header']['${kind}']`);
  requireMedia(state, media, `interactive['header']['${kind}']`);
}
