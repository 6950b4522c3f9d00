export interface ApiAnswer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

/** A caller of the API over real HTTP. Bodies are JSON; the answer's type is what the test says it is. */
export interface ApiClient {
  get<T = Record<string, unknown>>(path: string): Promise<ApiAnswer<T>>;
  post<T = Record<string, unknown>>(
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer<T>>;
  patch<T = Record<string, unknown>>(path: string, body?: unknown): Promise<ApiAnswer<T>>;
  put<T = Record<string, unknown>>(path: string, body?: unknown): Promise<ApiAnswer<T>>;
  delete<T = Record<string, unknown>>(path: string): Promise<ApiAnswer<T>>;
  request<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer<T>>;
  /** For `fetch` by hand: streams, uploads. */
  readonly url: string;
  readonly headers: Record<string, string>;
}

export type Credentials = { apiKey: string } | { cookie: string } | undefined;

/** With a cookie, requests say that they come from our own pages, as a browser's do. */
export function createApiClient(url: string, credentials?: Credentials): ApiClient {
  const own: Record<string, string> = !credentials
    ? {}
    : "apiKey" in credentials
      ? { authorization: `Bearer ${credentials.apiKey}` }
      : { cookie: `kw=${credentials.cookie}`, origin: url };
  const request = async <T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer<T>> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      redirect: "manual",
      headers: { ...own, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get("content-type")?.includes("json") === true;
    return { status: answer.status, headers: answer.headers, body: (isJson ? JSON.parse(text) : text) as T };
  };
  return {
    url,
    headers: own,
    request,
    get: (path) => request("GET", path),
    post: (path, body, headers) => request("POST", path, body, headers),
    patch: (path, body) => request("PATCH", path, body),
    put: (path, body) => request("PUT", path, body),
    delete: (path) => request("DELETE", path),
  };
}

/** The session cookie that an answer sets; undefined when it sets none. */
export function cookieOf(answer: ApiAnswer<unknown>): string | undefined {
  return answer.headers
    .getSetCookie()
    .map((line) => /^(?:__Host-)?kw=([^;]*)/.exec(line)?.[1])
    .find((value) => value !== undefined && value !== "");
}

/** The caller that an answer signed in. */
export const signedInBy = (answer: ApiAnswer<unknown>, url: string): ApiClient =>
  createApiClient(url, { cookie: cookieOf(answer) ?? "" });

/** What Chrome on Windows says of itself. */
export const chrome =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
