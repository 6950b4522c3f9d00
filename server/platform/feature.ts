// Optional features: what keeps more of somebody, or tells somebody else of them, than what people came for needs. Each is off until somebody
// turns it on. Read by the privacy page, the egress allowlist, the settings, and the tests that hold them to it.
import type { Config } from "./config.ts";
import type { PgTable } from "./drizzle.ts";

/**
 * Who turns it on, and where that is seen. `operator`: by a setting of the installation · `owner`: of a workspace, in its settings · `team`,
 * `person`: by using it, so that rows of `table` (whose `column` is not what it is while off) show it.
 */
export type FeatureFlag =
  | { by: "operator"; setting: keyof Config }
  | { by: "owner" }
  | { by: "team" | "person"; table: PgTable; column?: string; off?: number | null };

export interface FeatureDeclaration {
  /** lower case with underscores; stable, because rows and versions of the privacy page name it, and no table's name */
  id: string;
  /** What it does, in a sentence. */
  does: string;
  flag: FeatureFlag;
  /** Tables that nothing else fills. */
  tables?: readonly PgTable[];
  /** `table.column`, as declared, that nothing else fills. */
  columns?: readonly string[];
  /** Stores outside the tables that only it has, as `kind:name`. */
  stores?: readonly string[];
  /** Tables that are there without it and get more rows by it. */
  fills?: readonly PgTable[];
  /** Who receives data by it, as ids of processors: they receive nothing while it is off. */
  processors?: readonly string[];
}

/** Declares an optional feature. */
export function feature(declaration: FeatureDeclaration): FeatureDeclaration {
  return declaration;
}
