import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { adminQueries } from "../../admin-api.ts";
import { links } from "../../links.ts";
import { t } from "../../text.ts";
import { useCan } from "../shell/use-can.ts";

/** An erasure ends every import of the workspace, as any of their files may hold the person: said before, where there is one. */
export function EndsImports() {
  const list = useQuery({ ...adminQueries.importsWithFile(), enabled: useCan("contact:import") });
  const count = list.data?.data.length ?? 0;
  if (count === 0) return null;
  return (
    <p role="status" className="mt-2 rounded-control bg-ochre-weak px-3 py-2 text-ochre">
      {t("contact.erase.imports", { n: count })}{" "}
      <Link {...links.contactImports()} className="underline">
        {t("contact.erase.imports.show")}
      </Link>
    </p>
  );
}
