// What the installation itself remembers, by name; nothing of it is changed later.
import type { Tx } from "./db.ts";

export async function noteOfInstallation(tx: Tx, name: string, value: string): Promise<void> {
  await tx.query("insert into installation_value (name, value) values ($1, $2)", [name, value]);
}

/** Those whose names begin so and end in a time, newest first; the names without that beginning. */
export async function listNotes(tx: Tx, prefix: string): Promise<{ name: string; value: string }[]> {
  return tx.query<{ name: string; value: string }>(
    "select substr(name, length($1) + 1) as name, value from installation_value where starts_with(name, $1) order by name desc",
    [prefix],
  );
}
