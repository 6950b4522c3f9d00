import type { ApiClient } from "./api.ts";

/** Declares plain text attributes; `api` is an owner's, an admin's, or a key's that manages the workspace. */
export async function declareAttributes(api: ApiClient, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    const { status } = await api.post("/v1/contact-attributes", { name, type: "text", category: "user.content" });
    if (status !== 201) throw new Error(`the attribute was not declared: ${status}`);
  }
}
