import { proto } from "baileys";
import { notify } from "./deliver.ts";
import type { Request } from "./iq.ts";
import type { BinaryNode } from "./node.ts";
import { bytesOf, child, children, node } from "./node.ts";
import type { User } from "./state.ts";

/** `w:sync:app:state`: each collection is a list of encrypted patches. A device adds one and gets those that it has not seen. */
export function answerAppState({ state, device, ask }: Request): BinaryNode[] {
  const { owner } = device;
  const changed: string[] = [];
  const collections = children(ask, "collection").map((asked) => {
    const name = asked.attrs["name"] ?? "";
    const version = Number(asked.attrs["version"] ?? "0");
    const collection = collectionOf(owner, name);
    const patch = child(asked, "patch");
    if (patch && version !== collection.version) {
      return node("collection", { name, type: "error" }, [node("error", { code: "409", text: "conflict" })]);
    }
    if (patch) {
      collection.version += 1;
      collection.patches.push({ version: collection.version, bytes: withVersion(bytesOf(patch), collection.version) });
      changed.push(name);
      return node("collection", { name, version: String(collection.version), type: "result" });
    }
    const unseen = collection.patches.filter((one) => one.version > version);
    const attrs = { name, version: String(collection.version), type: "result", has_more_patches: "false" };
    return node("collection", attrs, [
      node(
        "patches",
        {},
        unseen.map((one) => node("patch", {}, one.bytes)),
      ),
    ]);
  });
  for (const other of owner.devices.values()) {
    if (other === device || changed.length === 0) continue;
    const now = changed.map((name) => node("collection", { name, version: String(collectionOf(owner, name).version) }));
    notify(state, other, { type: "server_sync" }, now);
  }
  return [node("sync", {}, collections)];
}

function collectionOf(
  owner: User,
  name: string,
): { version: number; patches: { version: number; bytes: Uint8Array }[] } {
  const known = owner.appState.get(name) ?? { version: 0, patches: [] };
  owner.appState.set(name, known);
  return known;
}

/** The server is the one that counts. */
function withVersion(bytes: Buffer, version: number): Uint8Array {
  return proto.SyncdPatch.encode({ ...proto.SyncdPatch.decode(bytes), version: { version } }).finish();
}
