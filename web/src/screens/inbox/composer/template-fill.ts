import type { Template, TemplateComponent, TemplateFill } from "../../../api.ts";

type TemplateParameter = NonNullable<TemplateFill["body"]>[number];

export interface TemplateField {
  /** "BODY.1", "HEADER.name", "BUTTON.0" */
  key: string;
  part: "HEADER" | "BODY" | "BUTTON";
  /** The placeholder as the template writes it, or the button's text. */
  name: string;
}

const variable = /\{\{\s*(\w+)\s*\}\}/g;

/** The provider writes types in either case. */
export function component(template: Template, type: string): TemplateComponent | undefined {
  return (template.components as unknown as TemplateComponent[]).find((one) => one.type.toUpperCase() === type);
}

export function templateText(template: Template, type: "HEADER" | "BODY" | "FOOTER"): string {
  return component(template, type)?.text ?? "";
}

const namesIn = (text: string): string[] => [...new Set([...text.matchAll(variable)].map((hit) => hit[1] ?? ""))];

function urlButtons(template: Template): number[] {
  const buttons = component(template, "BUTTONS")?.buttons ?? [];
  return buttons.flatMap((button, index) =>
    button.type.toUpperCase() === "URL" && button.url?.includes("{{") ? [index] : [],
  );
}

/** A template whose header is a file needs one to be chosen; that is not possible from the composer. */
export function isSendable(template: Template): boolean {
  const header = component(template, "HEADER");
  return !header || (header.format ?? "TEXT").toUpperCase() === "TEXT";
}

export function templateFields(template: Template): TemplateField[] {
  return [
    ...namesIn(templateText(template, "HEADER")).map((name) => ({
      key: `HEADER.${name}`,
      part: "HEADER" as const,
      name: `{{${name}}}`,
    })),
    ...namesIn(templateText(template, "BODY")).map((name) => ({
      key: `BODY.${name}`,
      part: "BODY" as const,
      name: `{{${name}}}`,
    })),
    ...urlButtons(template).map((index) => ({
      key: `BUTTON.${index}`,
      part: "BUTTON" as const,
      name: component(template, "BUTTONS")?.buttons?.[index]?.text ?? "",
    })),
  ];
}

export function fillTemplate(template: Template, values: Record<string, string>): TemplateFill {
  const parameters = (part: "HEADER" | "BODY"): TemplateParameter[] =>
    namesIn(templateText(template, part)).map((name) => ({
      kind: "text",
      ...(/^\d+$/.test(name) ? {} : { name }),
      text: values[`${part}.${name}`]?.trim() ?? "",
    }));
  const header = parameters("HEADER");
  const body = parameters("BODY");
  const buttons = urlButtons(template).map((index) => ({
    kind: "url" as const,
    index,
    suffix: values[`BUTTON.${index}`]?.trim() ?? "",
  }));
  return {
    name: template.name,
    language: template.language,
    ...(header.length > 0 ? { header } : {}),
    ...(body.length > 0 ? { body } : {}),
    ...(buttons.length > 0 ? { buttons } : {}),
  };
}

/** A part of a template with the parameters of a sent message in their places; what has none keeps its placeholder. */
export function sentText(template: Template, part: "HEADER" | "BODY" | "FOOTER", parameters: unknown): string {
  const given = (Array.isArray(parameters) ? parameters : []) as { name?: string; text?: string; fallback?: string }[];
  return templateText(template, part).replace(variable, (whole, name: string) => {
    const one = /^\d+$/.test(name) ? given[Number(name) - 1] : given.find((each) => each.name === name);
    return one?.text ?? one?.fallback ?? whole;
  });
}
