// Lint rules of ours beside those of the security plugins in .oxlintrc.json: no shell, no raw HTML.
interface Node {
  type: string;
  [part: string]: unknown;
}
interface Context {
  report(finding: { node: Node; message: string }): void;
}

const useWords = "start a program from a list of words: a shell would read what is in them";
const useElements = "make elements of it: raw HTML runs what somebody wrote";
const nameOf = (node: unknown): unknown => (node as Node)["name"] ?? (node as Node)["value"];

const noShell = {
  create: (context: Context) => ({
    ImportSpecifier(node: Node & { parent?: { source?: { value?: unknown } } }) {
      const isOfProcesses = /^(node:)?child_process$/.test(String(node.parent?.source?.value));
      if (isOfProcesses && /^exec(Sync)?$/.test(String(nameOf(node["imported"]))))
        context.report({ node, message: useWords });
    },
    Property(node: Node) {
      const value = node["value"] as Node;
      if (nameOf(node["key"]) === "shell" && value["value"] !== false) context.report({ node, message: useWords });
    },
  }),
};

const noRawHtml = {
  create: (context: Context) => ({
    JSXAttribute(node: Node) {
      if (nameOf(node["name"]) === "dangerouslySetInnerHTML") context.report({ node, message: useElements });
    },
  }),
};

// oxlint reads a plugin from the default export
// oxlint-disable-next-line import/no-default-export
export default { meta: { name: "keepword" }, rules: { "no-shell": noShell, "no-raw-html": noRawHtml } };
