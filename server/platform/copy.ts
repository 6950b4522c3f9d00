// COPY as streams: the driver has none of its own. For connections without pipelining.
import { once } from "node:events";
import { Readable } from "node:stream";
import type { Socket } from "node:net";
import type pg from "pg";

/** What of the driver's connection is used here; its own types leave it out. */
interface Wire {
  stream: Socket;
  query(sql: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

type Handlers = {
  handleCopyData?(message: { chunk: Buffer }): void;
  handleCopyInResponse?(wire: Wire): void;
  handleError(error: Error): void;
  handleReadyForQuery(): void;
};

function run(client: pg.ClientBase, sql: string, handlers: Handlers, onWire: (wire: Wire) => void = () => {}): void {
  const statement = {
    callback: () => {},
    submit: (wire: Wire) => {
      onWire(wire);
      wire.query(sql);
    },
    handleCommandComplete: () => {},
    ...handlers,
  };
  client.query(statement as unknown as pg.Submittable);
}

/** The rows of `copy … to stdout`, one chunk each, as fast as they are read. */
export function copyOut(client: pg.ClientBase, sql: string): Readable {
  let wire: Wire | undefined;
  const rows = new Readable({ objectMode: false, highWaterMark: 262_144, read: () => void wire?.stream.resume() });
  const handlers: Handlers = {
    handleCopyData: ({ chunk }) => {
      if (!rows.push(Buffer.from(chunk))) wire?.stream.pause();
    },
    handleError: (error) => rows.destroy(error),
    handleReadyForQuery: () => rows.push(null),
  };
  run(client, sql, handlers, (opened) => (wire = opened));
  // the rest is read and dropped, so that the connection can end
  rows.once("close", () => void wire?.stream.resume());
  return rows;
}

/** Feeds `copy … from stdin`. What the source throws fails the statement, and is thrown. */
export async function copyIn(client: pg.ClientBase, sql: string, source: AsyncIterable<Buffer>): Promise<void> {
  const done = Promise.withResolvers<void>();
  let failure: unknown;
  const feed = async (wire: Wire): Promise<void> => {
    try {
      for await (const chunk of source) {
        wire.sendCopyFromChunk(chunk);
        if (wire.stream.writableNeedDrain) await once(wire.stream, "drain");
      }
      wire.endCopyFrom();
    } catch (error) {
      failure = error;
      wire.sendCopyFail("the source failed");
    }
  };
  run(client, sql, {
    handleCopyInResponse: (wire) => void feed(wire),
    handleError: (error) => done.reject(failure ?? error),
    handleReadyForQuery: () => done.resolve(),
  });
  await done.promise;
}
