import type { OutboundTemplate, TemplateButton, TemplateFill, TemplateParameter } from "../outbound-message.ts";
import type { Upload } from "./compose.ts";

type Body = Record<string, unknown>;

/** The `template` object. https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview */
export async function composeTemplate(template: OutboundTemplate, upload: Upload): Promise<Body> {
  const components = await composeFill(template, upload);
  if (template.offerExpiresAt !== undefined) {
    const limited_time_offer = { expiration_time_ms: template.offerExpiresAt.getTime() };
    components.push({ type: "limited_time_offer", parameters: [{ type: "limited_time_offer", limited_time_offer }] });
  }
  if (template.cards !== undefined) {
    const cards: Body[] = [];
    for (const [card_index, card] of template.cards.entries()) {
      cards.push({ card_index, components: await composeFill(card, upload) });
    }
    components.push({ type: "carousel", cards });
  }
  return {
    name: template.name,
    language: { code: template.language },
    ...(components.length > 0 && { components }),
  };
}

async function composeFill(fill: TemplateFill, upload: Upload): Promise<Body[]> {
  const components: Body[] = [];
  for (const type of ["header", "body"] as const) {
    const given = fill[type];
    if (given === undefined || given.length === 0) continue;
    const parameters: Body[] = [];
    for (const parameter of given) parameters.push(await composeParameter(parameter, upload));
    components.push({ type, parameters });
  }
  for (const button of fill.buttons ?? []) components.push(composeButton(button));
  return components;
}

async function composeParameter(parameter: TemplateParameter, upload: Upload): Promise<Body> {
  switch (parameter.kind) {
    case "text":
      return { type: "text", ...named(parameter.name), text: parameter.text };
    case "currency": {
      const { fallback, code, amount1000 } = parameter;
      return {
        type: "currency",
        ...named(parameter.name),
        currency: { fallback_value: fallback, code, amount_1000: amount1000 },
      };
    }
    case "date_time":
      return { type: "date_time", ...named(parameter.name), date_time: { fallback_value: parameter.fallback } };
    case "image":
    case "video":
      return { type: parameter.kind, [parameter.kind]: { id: await upload(parameter.media) } };
    case "document": {
      const { filename } = parameter.media;
      const document = { id: await upload(parameter.media), ...(filename !== undefined && { filename }) };
      return { type: "document", document };
    }
    case "location": {
      const { kind: _kind, ...location } = parameter;
      return { type: "location", location };
    }
  }
}

function named(name: string | undefined): Body {
  return name === undefined ? {} : { parameter_name: name };
}

function composeButton(button: TemplateButton): Body {
  const frame = { type: "button", sub_type: button.kind, index: String(button.index) };
  switch (button.kind) {
    case "quick_reply":
      return { ...frame, parameters: [{ type: "payload", payload: button.payload }] };
    case "url":
      return { ...frame, parameters: [{ type: "text", text: button.suffix }] };
    case "copy_code":
      return { ...frame, parameters: [{ type: "coupon_code", coupon_code: button.code }] };
    case "flow": {
      const action = {
        ...(button.token !== undefined && { flow_token: button.token }),
        ...(button.data !== undefined && { flow_action_data: button.data }),
      };
      return { ...frame, parameters: [{ type: "action", action }] };
    }
    case "catalog": {
      const thumbnail = button.thumbnailProductId;
      const action = thumbnail === undefined ? {} : { thumbnail_product_retailer_id: thumbnail };
      return { ...frame, parameters: [{ type: "action", action }] };
    }
  }
}
