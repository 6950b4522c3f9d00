import type { ClientOptions, Operation } from "./request.ts";

export type Fields = Record<string, unknown>;

interface Placed {
  url: string;
  body: string | FormData | ReadableStream<Uint8Array> | undefined;
  headers: Record<string, string>;
  /** The body is a stream: it cannot be sent twice. */
  isOneUse: boolean;
}

/** Where an operation's fields go: those of its path and query there, the others into the body. */
export function place(options: ClientOptions, operation: Operation, input: Fields): Placed {
  const rest = { ...input };
  const path = operation.path.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = rest[name];
    delete rest[name];
    if (value === undefined || value === "") throw new TypeError(`${operation.path} needs ${name}`);
    return encodeURIComponent(plain(value));
  });
  const query = new URLSearchParams();
  for (const name of operation.query) {
    for (const value of [rest[name]].flat())
      if (value !== undefined && value !== null) query.append(name, plain(value));
    delete rest[name];
  }
  const workspaceId = typeof options.workspaceId === "function" ? options.workspaceId() : options.workspaceId;
  if (workspaceId !== undefined) query.set("workspaceId", workspaceId);
  const search = query.size === 0 ? "" : `?${query.toString()}`;
  return { url: options.baseUrl.replace(/\/+$/, "") + path + search, ...bodyOf(operation, rest) };
}

/** Paths, queries and forms carry text: a value that is more is our caller's mistake. */
function plain(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Date) return value.toISOString();
  throw new TypeError("a path, query or form field must be text, a number, a boolean or a date");
}

function bodyOf(operation: Operation, fields: Fields): Omit<Placed, "url"> {
  if (operation.kind === "upload") return formOf(fields);
  const isBare = Object.keys(fields).length === 0 && operation.method === "DELETE";
  if (operation.method === "GET" || isBare) return { body: undefined, headers: {}, isOneUse: false };
  return { body: JSON.stringify(fields), headers: { "content-type": "application/json" }, isOneUse: false };
}

/** The file comes last, so that the server knows the fields when the bytes begin. A Blob may be on disk: it is streamed, and can be sent again. */
function formOf(fields: Fields): Omit<Placed, "url"> {
  const { file, fileName = "file", mimeType, ...others } = fields;
  const named = Object.entries(others).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, plain(value)] as const],
  );
  if (file instanceof ReadableStream)
    return streamedForm(named, file, plain(fileName), plain(mimeType ?? "application/octet-stream"));
  if (!(file instanceof Blob)) throw new TypeError("file must be a Blob, a File or a ReadableStream of bytes");
  const form = new FormData();
  for (const [name, value] of named) form.append(name, value);
  const typed = mimeType === undefined ? file : file.slice(0, file.size, plain(mimeType));
  if (typeof fields["fileName"] === "string") form.append("file", typed, fields["fileName"]);
  else form.append("file", typed);
  return { body: form, headers: {}, isOneUse: false };
}

/** multipart/form-data by hand (RFC 7578): FormData takes no stream. */
function streamedForm(
  fields: readonly (readonly [string, string])[],
  file: ReadableStream<Uint8Array>,
  fileName: string,
  mimeType: string,
): Omit<Placed, "url"> {
  const boundary = `kw-${crypto.randomUUID()}`;
  // as browsers escape names: https://html.spec.whatwg.org/#multipart-form-data
  const quoted = (text: string): string =>
    `"${text.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22")}"`;
  const head = fields.map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name=${quoted(name)}\r\n\r\n${value}\r\n`,
  );
  head.push(
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename=${quoted(fileName)}\r\n`,
    `content-type: ${mimeType.replace(/[\r\n]/g, "")}\r\n\r\n`,
  );
  const text = new TextEncoder();
  const reader = file.getReader();
  const body = new ReadableStream<Uint8Array>({
    start: (to) => to.enqueue(text.encode(head.join(""))),
    async pull(to) {
      const { value, done } = await reader.read();
      if (!done) return to.enqueue(value);
      to.enqueue(text.encode(`\r\n--${boundary}--\r\n`));
      to.close();
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { body, headers: { "content-type": `multipart/form-data; boundary=${boundary}` }, isOneUse: true };
}
