import { compileMessage } from "@lingui/message-utils/compileMessage";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Text catalogs are ICU strings on disk and compiled tokens in the bundle, so that no message parser is shipped. */
function catalogs(): Plugin {
  return {
    name: "keepword-catalogs",
    enforce: "pre",
    transform(code, id) {
      if (!/\/src\/text\/[a-z-]+\.json$/.test(id)) return null;
      const source = JSON.parse(code) as Record<string, string>;
      const compiled = Object.fromEntries(Object.entries(source).map(([key, text]) => [key, compileMessage(text)]));
      return { code: `export default ${JSON.stringify(compiled)}`, map: null, moduleType: "js" };
    },
  };
}

const server = process.env.KEEPWORD_DEV_SERVER ?? "http://127.0.0.1:3000";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [catalogs(), react(), tailwindcss()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Every browser this is built for preloads modules by itself.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
    reportCompressedSize: false,
  },
  server: { host: "127.0.0.1", proxy: { "/v1": server, "/docs": server } },
});
