// A template with what fills it, from the Cloud API's components.
// https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview (2026-11-20)
import type { GraphComponent, GraphMedia, GraphParameter, GraphTemplate } from "./graph-body.ts";
import { graphUnsupported } from "./graph-errors.ts";

/** A part of a message in our shape that nothing has checked yet: `newMessage` does. */
export type Wish = Record<string, unknown>;

/** Gives the id of a file; `where` is the parameter that must name it. */
export type TakeMedia = (where: string, media: GraphMedia | undefined) => string;

/** Without the keys that have no value. */
export function optional(values: Wish): Wish {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** @throws graph.parameter · graph.unsupported */
export function readTemplate({ name, language, components = [] }: GraphTemplate, take: TakeMedia): Wish {
  const kindOf = ({ type }: GraphComponent): string => type.toLowerCase();
  const cards = components.find((component) => kindOf(component) === "carousel")?.cards;
  const offer = components.find((component) => kindOf(component) === "limited_time_offer")?.parameters?.[0];
  const expiresMs = offer?.limited_time_offer?.expiration_time_ms;
  return {
    ...{ name, language: language.code, ...readFill(components, take) },
    ...(cards ? { cards: cards.map((card) => readFill(card.components, take)) } : {}),
    ...(expiresMs === undefined ? {} : { offerExpiresAt: timeOf(expiresMs) }),
  };
}

/** Out of range it stays a number, which the message's own check refuses. */
const timeOf = (ms: number): string | number => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : ms);

function readFill(components: readonly GraphComponent[], take: TakeMedia): Wish {
  const fill: { header?: Wish[]; body?: Wish[]; buttons?: Wish[] } = {};
  for (const component of components) {
    const { parameters = [] } = component;
    const type = component.type.toLowerCase();
    if (type === "header" || type === "body") fill[type] = parameters.map((one) => readParameter(one, take));
    else if (type === "button") (fill.buttons ??= []).push(readButton(component));
    else if (!["carousel", "limited_time_offer", "footer"].includes(type))
      throw graphUnsupported({ detail: `Template components of the type ${type.slice(0, 40)} cannot be filled.` });
  }
  return fill;
}

function readParameter(parameter: GraphParameter, take: TakeMedia): Wish {
  const { type, parameter_name: name, currency } = parameter;
  switch (type) {
    case "text":
      return optional({ kind: type, name, text: parameter.text });
    case "currency":
      return optional({
        ...{ kind: type, name, fallback: currency?.fallback_value },
        ...{ code: currency?.code, amount1000: currency?.amount_1000 },
      });
    case "date_time":
      return optional({ kind: type, name, fallback: parameter.date_time?.fallback_value });
    case "image":
    case "video":
    case "document":
      return { kind: type, attachmentId: take(`template.${type}`, parameter[type]) };
    case "location":
      return { kind: type, ...parameter.location };
    default:
      throw graphUnsupported({ detail: `Template parameters of the type ${type.slice(0, 40)} cannot be filled.` });
  }
}

function readButton({ sub_type: kind = "", index, parameters = [] }: GraphComponent): Wish {
  const [first] = parameters;
  const action = first?.action ?? {};
  const frame = { kind: kind.toLowerCase(), index };
  switch (frame.kind) {
    case "quick_reply":
      return { ...frame, payload: first?.payload };
    case "url":
      return { ...frame, suffix: first?.text };
    case "copy_code":
      return { ...frame, code: first?.coupon_code };
    case "flow":
      return { ...frame, ...optional({ token: action["flow_token"], data: action["flow_action_data"] }) };
    case "catalog":
      return { ...frame, ...optional({ thumbnailProductId: action["thumbnail_product_retailer_id"] }) };
    default:
      throw graphUnsupported({ detail: `Template buttons of the type ${kind.slice(0, 40)} cannot be filled.` });
  }
}
