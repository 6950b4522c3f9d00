// A keep-alive HTTP client on bare sockets: bodies and heads are made beforehand, so that it costs the machine as little as it can.
import net from "node:net";

export interface RawConnection {
  /** Sends one whole request. Resolves with the status; rejects when the connection ends first. One at a time. */
  send(request: Buffer): Promise<number>;
  close(): void;
}

interface Pending {
  resolve: (status: number) => void;
  reject: (error: Error) => void;
}

/** Connects to a loopback port. */
export async function openRawConnection(port: number): Promise<RawConnection> {
  const socket = net.connect({ host: "127.0.0.1", port, noDelay: true });
  let pending: Pending | undefined;
  let rest = "";
  let lost: Error | undefined;
  const fail = (error: Error): void => {
    lost ??= error;
    pending?.reject(lost);
    pending = undefined;
  };
  socket.on("data", (chunk) => {
    rest += chunk.toString("latin1");
    const headEnd = rest.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(rest);
    if (rest.length < headEnd + 4 + Number(length?.[1] ?? 0)) return;
    const status = Number(rest.slice(9, 12));
    rest = "";
    const done = pending;
    pending = undefined;
    done?.resolve(status);
  });
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("the connection was closed")));
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        if (lost) return reject(lost);
        pending = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}
