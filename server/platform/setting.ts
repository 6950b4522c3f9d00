import { inspect } from "node:util";
import type { z } from "zod";

/** A value that must not be printed: logs, JSON and template strings show `[secret]`; only `reveal()` gives it. */
export interface Secret<T = string> {
  reveal(): T;
}

export function secret<T>(value: T): Secret<T> {
  const shown = (): string => "[secret]";
  return Object.freeze({ reveal: () => value, toString: shown, toJSON: shown, [inspect.custom]: shown });
}

/** One environment variable of the operator. What a workspace can decide is a row in the database, not a setting. */
export interface Setting<Value = unknown> {
  readonly env: string;
  /** One or two sentences for docs/configuration.md. */
  readonly doc: string;
  /** Takes the variable's text and gives the value. */
  readonly schema: z.ZodType;
  readonly default: unknown;
  readonly isSecret: boolean;
  readonly example: string | undefined;
  /** Only for inference. */
  readonly value?: Value;
}

interface Declaration<Schema extends z.ZodType> {
  env: string;
  doc: string;
  schema: Schema;
  example?: string;
}

export function setting<Schema extends z.ZodType>(
  declaration: Declaration<Schema> & { secret: true },
): Setting<Secret<z.output<Schema>> | undefined>;
export function setting<Schema extends z.ZodType>(
  declaration: Declaration<Schema> & { default: z.output<Schema> },
): Setting<z.output<Schema>>;
export function setting<Schema extends z.ZodType>(
  declaration: Declaration<Schema>,
): Setting<z.output<Schema> | undefined>;
/** Declares a setting. With `secret: true` the value is wrapped in `Secret`; without `default` it may be undefined. */
export function setting(declaration: Declaration<z.ZodType> & { default?: unknown; secret?: true }): Setting {
  const { env, doc, schema, example } = declaration;
  return { env, doc, schema, example, default: declaration.default, isSecret: declaration.secret === true };
}

export type SettingValues<Settings extends Record<string, Setting>> = {
  readonly [Name in keyof Settings]: Settings[Name] extends Setting<infer Value> ? Value : never;
};
