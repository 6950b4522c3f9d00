import { pino, type DestinationStream, type Logger } from "pino";

export type { Logger };

// Ids, codes, route names, versions, addresses of our own: words without spaces. Anything else is somebody's text.
const harmless = /^[A-Za-z][\w.:/-]{0,119}$/;
const isoTime = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
// an API key, a session's or a link's token: no id or name of ours is that long without a separator
const tokenLike = /kw_live_\w+|[0-9A-Za-z]{36,}/g;
const withheld = "[withheld]";
const personal =
  /^(text|body|caption|content|name|fileName|email|mail|phone|phoneNumber|to|from|address|ip|token|secret|password|key|authorization|cookie|query|url)$/i;

export interface LogOptions {
  level: string;
  destination?: DestinationStream | undefined;
  /** Names of declared columns whose category keeps them out of logs (`unloggedNames`). */
  withheld?: ReadonlySet<string> | undefined;
}

/**
 * JSON logs that hold ids only. A wrong call cannot leak: values that do not look like an id, a code or a time, and keys that
 * name something personal, are written as `[withheld]`; of an error only its type, code, frames and a message without quoted text.
 */
export function createLog(options: LogOptions): Logger {
  const isPersonal = (key: string): boolean => personal.test(key) || options.withheld?.has(key) === true;
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"at":"${new Date().toISOString()}"`,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => withhold(fields, 0, isPersonal) as Record<string, unknown>,
      },
      serializers: { err: (error: unknown) => error },
      messageKey: "message",
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args as unknown[];
          const fields = first instanceof Error ? { err: first } : first;
          const texts = (typeof fields === "string" ? [fields, ...rest] : rest).map((part) =>
            typeof part === "string" ? clean(part) : withheld,
          );
          if (typeof fields === "string") method.call(this, texts[0] ?? "");
          else method.call(this, fields, texts[0] ?? "error");
        },
      },
    },
    options.destination ?? pino.destination({ dest: 1, sync: false }),
  );
}

function withhold(value: unknown, depth: number, isPersonal: (key: string) => boolean): unknown {
  if (value === null || typeof value === "number" || typeof value === "boolean" || value === undefined) return value;
  if (typeof value === "string")
    return (harmless.test(value) && value.search(tokenLike) < 0) || isoTime.test(value) ? value : withheld;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return describeError(value);
  if (depth > 3 || typeof value !== "object") return withheld;
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => withhold(item, depth + 1, isPersonal));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isPersonal(key) ? withheld : withhold(item, depth + 1, isPersonal),
    ]),
  );
}

/** What a log may keep of an error. Messages of parsers and drivers quote their input, so quoted text and numbers go. */
export function describeError(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...(typeof code === "string" && harmless.test(`c${code}`) ? { code } : {}),
    reason: clean(error.message),
    stack: frames.slice(0, 20).map((line) => line.trim().replace(/^at /, "")),
    ...(error.cause !== undefined && depth < 3 ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}

function clean(message: string): string {
  return message
    .slice(0, 300)
    .replace(/"[^"]*"?|'[^']*'|`[^`]*`|“[^”]*”/gs, "…")
    .replace(tokenLike, "…")
    .replace(/\S*@\S*/g, "…")
    .replace(/\+?\d[\d\s()-]{4,}\d/g, "…")
    .replace(/\?\S*/g, "?…");
}
