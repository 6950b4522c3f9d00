// What the installation itself remembers, by name; nothing of it is changed later.
import type { Tx } from "./db.ts";

export async function noteOfInstallation(tx: Tx, name: string, value: string): Promise<void> {
  await tx.query("insert into installation_value (name, value) values ($1, $2)", [name, value]);
}

/** The newest of those whose names begin so and end in a time. */
export async function lastNote(tx: Tx, prefix: string): Promise<string | undefined> {
  const [row] = await tx.query<{ value: string }>(
    "select value from installation_value where starts_with(name, $1) order by name desc limit 1",
    [prefix],
  );
  return row?.value;
}
