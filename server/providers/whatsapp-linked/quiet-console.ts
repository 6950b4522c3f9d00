// libsignal prints whole sessions, private keys included, with console.info; Baileys' own code prints too. Imported before either.
const silent = (): void => undefined;
for (const name of ["log", "info", "warn", "error", "debug", "trace", "dir", "table"] as const) console[name] = silent;

export {};
