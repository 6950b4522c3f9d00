import { GraphError } from "./graph-errors.ts";
import { findMedia } from "./media.ts";
import type { Obj, SimState } from "./state.ts";
import { asText } from "./state.ts";

export function missing(name: string): GraphError {
  return new GraphError(131008, { details: `Parameter '${name}' is mandatory.` });
}

export function invalid(details: string): GraphError {
  return new GraphError(100, { details });
}

export function requireText(owner: Obj, key: string, path: string, max: number): string {
  const value = owner[key];
  if (value === undefined || value === null) throw missing(path);
  if (typeof value !== "string") throw invalid(`Param ${path} must be a string.`);
  if (value.trim() === "") throw missing(path);
  if (value.length > max) throw invalid(`Param ${path} must be at most ${max} characters long.`);
  return value;
}

export function optionalText(owner: Obj, key: string, path: string, max: number): void {
  if (owner[key] !== undefined) requireText(owner, key, path, max);
}

/** An uploaded id that exists, or an http(s) link; never both. */
export function requireMedia(state: SimState, media: Obj, path: string): void {
  const id = media.id === undefined ? undefined : String(media.id as string | number);
  const link = asText(media.link);
  if (id === undefined && link === undefined) throw missing(`${path}['id'] or ${path}['link']`);
  if (id !== undefined && link !== undefined) throw invalid(`Param ${path} takes either an id or a link.`);
  if (id !== undefined && !findMedia(state, id)) {
    throw invalid(`Param ${path}['id'] is not a valid whatsapp business account media attachment ID`);
  }
  if (link !== undefined && !/^https?:\/\/\S+$/.test(link)) throw invalid(`Param ${path}['link'] is not a valid URL.`);
}
