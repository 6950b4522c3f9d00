/** The connection went away. `commitUnknown`: it went while COMMIT was under way, so the transaction may or may not have happened. */
export class DatabaseLost extends Error {
  override name = "DatabaseLost";
  readonly commitUnknown: boolean;
  /** `at`: host and port, for the operator who starts the process; never the login. */
  constructor(cause: unknown, commitUnknown: boolean, at?: string) {
    const unreachable = `The database${at === undefined ? "" : ` at ${at}`} cannot be reached`;
    super(commitUnknown ? "The database connection was lost during commit" : unreachable, { cause });
    this.commitUnknown = commitUnknown;
  }
}

// https://www.postgresql.org/docs/18/errcodes-appendix.html: operator intervention that ends the session, too many connections
const lossStates = ["57P01", "57P02", "57P03", "57P05", "25P03", "53300"];
const systemErrors = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EHOSTUNREACH", "EAI_AGAIN"];
const lossCodes = new Set([...lossStates, ...systemErrors]);

export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isConnectionLoss)) return true; // several addresses of one host
  const code = sqlState(error);
  if (code) return lossCodes.has(code) || code.startsWith("08");
  // node-postgres has no code for these
  return /Connection terminated|connection error and is not queryable|Client was closed|timeout exceeded when trying to connect/i.test(
    error.message,
  );
}

/** Whether running the transaction again may succeed: serialization failure or deadlock. */
export function needsRetry(error: unknown): boolean {
  const code = sqlState(error);
  return code === "40001" || code === "40P01";
}

/** SQLSTATE or system error code; looks through Drizzle's wrapper. */
export function sqlState(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    const { code } = e as { code?: unknown };
    if (typeof code === "string") return code;
  }
  return undefined;
}
