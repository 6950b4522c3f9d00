import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { BlobError, type BlobDriver } from "./blob.ts";

export interface S3Options {
  bucket: string;
  region: string;
  /** Absent: Amazon's own. */
  endpoint?: string | undefined;
  /** Absent: the SDK looks where Amazon's tools look (environment, profile, instance role). */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
  forcePathStyle?: boolean | undefined;
  /** The egress agents, so that the store is reached through the same guard as everything else. */
  agents: { http: HttpAgent; https: HttpsAgent };
}

const memoryBytes = 8 * 1_048_576;

/**
 * Blobs in any S3-compatible store, by object-level calls that every store has: no bulk delete, no conditional put, no reliance
 * on ETags. Checksums only where required: the SDK's default trailers corrupt or fail on non-Amazon stores.
 */
export function s3BlobDriver(options: S3Options): BlobDriver & { close(): void } {
  const { bucket: Bucket } = options;
  const client = new S3Client({
    region: options.region,
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
    ...(options.credentials ? { credentials: options.credentials } : {}),
    forcePathStyle: options.forcePathStyle ?? false,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      httpAgent: options.agents.http,
      httpsAgent: options.agents.https,
      connectionTimeout: 5_000,
      socketTimeout: 30_000,
    },
    maxAttempts: 3,
  });

  async function call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw new BlobError(isMissing(cause) ? "missing" : "unavailable", { cause });
    }
  }

  return {
    async write(name, source) {
      const body = await collect(source);
      try {
        const Body = "file" in body ? createReadStream(body.file) : body.bytes;
        await call(() => client.send(new PutObjectCommand({ Bucket, Key: name, Body, ContentLength: body.length })));
      } finally {
        if ("file" in body) await rm(body.file, { force: true });
      }
    },

    async read(name, start, end) {
      const Range = `bytes=${start}-${end - 1}`;
      const answer = await call(() => client.send(new GetObjectCommand({ Bucket, Key: name, Range })));
      if (!(answer.Body instanceof Readable)) throw new BlobError("unavailable");
      // A store that ignores Range would answer from the first byte.
      if (start > 0 && !answer.ContentRange?.startsWith(`bytes ${start}-`)) {
        answer.Body.destroy();
        throw new BlobError("unavailable");
      }
      return answer.Body;
    },

    async size(name) {
      try {
        return (await call(() => client.send(new HeadObjectCommand({ Bucket, Key: name })))).ContentLength;
      } catch (error) {
        if (error instanceof BlobError && error.kind === "missing") return undefined;
        throw error;
      }
    },

    async remove(name) {
      await call(() => client.send(new DeleteObjectCommand({ Bucket, Key: name }))).catch((error: unknown) => {
        if (!(error instanceof BlobError && error.kind === "missing")) throw error;
      });
    },

    close: () => client.destroy(),
  };
}

type Collected = { length: number } & ({ bytes: Buffer } | { file: string });

// A put needs its length first. Small blobs wait in memory (and can be repeated), large ones in a file, both sealed already.
async function collect(source: AsyncIterable<Buffer>): Promise<Collected> {
  const parts: Buffer[] = [];
  let length = 0;
  let file: string | undefined;
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  try {
    for await (const chunk of source) {
      length += chunk.length;
      parts.push(chunk);
      if (length <= memoryBytes) continue;
      if (!handle) {
        file = join(tmpdir(), `keepword-${randomBytes(12).toString("hex")}`);
        handle = await open(file, "wx", 0o600);
      }
      for (const part of parts.splice(0)) await handle.appendFile(part);
    }
  } catch (error) {
    await handle?.close();
    if (file) await rm(file, { force: true });
    throw error;
  }
  await handle?.close();
  return file ? { length, file } : { length, bytes: Buffer.concat(parts, length) };
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof Error) || !("$metadata" in error)) return false;
  const { httpStatusCode } = error.$metadata as { httpStatusCode?: number };
  return httpStatusCode === 404 && error.name !== "NoSuchBucket";
}
