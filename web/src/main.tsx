import { CSPProvider } from "@base-ui/react/csp-provider";
import { i18n } from "@lingui/core";
import { I18nProvider, useLingui } from "@lingui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { applyTheme, prefs } from "./prefs.ts";
import { queryClient } from "./query-client.ts";
import { createAppRouter } from "./routes.tsx";
import { activateLocale, chooseLocale } from "./text.ts";
import "./ui/theme.css";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

applyTheme();
await activateLocale(chooseLocale(prefs().locale));
const router = createAppRouter();

/** The key makes every screen read its texts anew when the language changes. */
function App() {
  const { i18n: active } = useLingui();
  return <RouterProvider key={active.locale} router={router} />;
}

createRoot(root).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queryClient}>
        {/* style elements are inline, which our content security policy forbids; nothing of ours needs them */}
        <CSPProvider disableStyleElements>
          <App />
        </CSPProvider>
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
);
