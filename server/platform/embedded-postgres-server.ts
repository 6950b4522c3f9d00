import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { runProgram, type RunAs } from "./embedded-postgres-binaries.ts";

// What people wrote must not reach the server's log: an error's text quotes values ("invalid input syntax …"), its DETAIL a whole key.
// `log` keeps starts, stops, crashes and FATAL; an ERROR goes to the client, which reports it in its own words.
const quietLog = {
  log_min_messages: "log",
  log_error_verbosity: "terse",
  log_min_error_statement: "panic",
  log_parameter_max_length_on_error: "0",
};
const megabyte = 2 ** 20;

/**
 * An eighth of the memory that this process may use, from PostgreSQL's own 128 MB up to 1 GB: the rest is for the server and for the
 * files' pages. Taken only as far as it is filled.
 */
export function sharedBuffers(memoryBytes = Math.min(os.totalmem(), process.constrainedMemory() || Infinity)): string {
  return `${Math.floor(Math.min(1_024, Math.max(128, memoryBytes / 8 / megabyte)))}MB`;
}

// naptime: a new installation's first hours are planned without statistics; a minute of a burst is too long to wait for them
const durable = {
  shared_buffers: sharedBuffers(),
  max_connections: "100",
  log_checkpoints: "off",
  autovacuum_naptime: "10s",
};
const forgetful = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  autovacuum: "off",
  log_checkpoints: "off",
  shared_buffers: "128MB",
  max_wal_size: "512MB",
  max_connections: "200",
  wal_level: "minimal",
  max_wal_senders: "0",
  deadlock_timeout: "100ms",
  dynamic_shared_memory_type: "mmap", // in the data folder, so that a killed one leaves nothing in /dev/shm
};

export interface ServerInput {
  dataDir: string;
  binaries: string;
  runAs: RunAs;
  isEphemeral: boolean;
  /** undefined = any free one */
  port: number | undefined;
  settings: Record<string, string>;
}

/** Starts the server and waits until it answers. Returns its port. */
export async function startServer({ dataDir, binaries, runAs, ...input }: ServerInput): Promise<number> {
  const log = path.join(dataDir, "server.log");
  if (fs.existsSync(log) && fs.statSync(log).size > 16 * megabyte) fs.renameSync(log, `${log}.old`);
  for (let attempt = 1; ; attempt++) {
    const port = input.port ?? (await freePort());
    const settings: Record<string, string> = {
      listen_addresses: "127.0.0.1",
      port: String(port),
      unix_socket_directories: "",
      ...quietLog,
      ...(input.isEphemeral ? forgetful : durable),
      ...input.settings,
    };
    const flags = Object.entries(settings).map(([key, value]) => `-c ${key}='${value.replaceAll("'", "'\\''")}'`);
    const logStart = fs.existsSync(log) ? fs.statSync(log).size : 0;
    try {
      // 300 s: recovery of a large WAL after a crash happens before the server answers
      await runProgram(
        binaries,
        "pg_ctl",
        ["start", "-w", "-t", "300", "-D", dataDir, "-l", log, "-o", flags.join(" ")],
        runAs,
      );
      return port;
    } catch (error) {
      const reason = fs.existsSync(log) ? fs.readFileSync(log).subarray(logStart).toString().trim().slice(-2000) : "";
      const portTaken = reason.includes("Address already in use");
      if (portTaken && input.port === undefined && attempt < 5) continue; // someone took the port between asking and binding
      if (portTaken) throw new Error(`Port ${port} on 127.0.0.1 is taken; choose another`, { cause: error });
      throw new Error(`PostgreSQL did not start on ${dataDir}: ${reason || (error as Error).message}`, {
        cause: error,
      });
    }
  }
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
