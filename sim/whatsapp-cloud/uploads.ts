import type { FastifyRequest } from "fastify";
import { randomBytes } from "node:crypto";
import { GraphError } from "./graph-errors.ts";
import { bareMime } from "./media.ts";
import type { Obj, SimState } from "./state.ts";
import { asText } from "./state.ts";
import { invalid, missing } from "./validate-parts.ts";

/** An upload of the Resumable Upload API: its handle is what template samples and profile pictures take. */
export interface Upload {
  id: string;
  mime: string;
  length: number;
  bytes: Buffer;
}

/** `POST /{app}/uploads?file_name&file_length&file_type`. */
export function startUpload(state: SimState, input: Obj): Obj {
  const mime = bareMime(asText(input.file_type) ?? "");
  const length = Number(input.file_length);
  if (mime === "") throw missing("file_type");
  if (!/^(image\/(jpeg|png)|video\/mp4|application\/pdf)$/.test(mime)) throw invalid("Param file_type is not allowed.");
  if (!Number.isInteger(length) || length <= 0) throw invalid("Param file_length must be a positive integer.");
  const id = `upload:${randomBytes(24).toString("base64url")}`;
  state.uploads.set(id, { id, mime, length, bytes: Buffer.alloc(0) });
  return { id };
}

/** `POST /{upload}` with `file_offset` and raw bytes answers the handle; GET answers how much has arrived. */
export function continueUpload(state: SimState, id: string, request: FastifyRequest): Obj {
  const upload = state.uploads.get(id);
  if (!upload) throw new GraphError(100, { subcode: 33, message: "The upload session does not exist." });
  if (request.method === "GET") return { id, file_offset: upload.bytes.length };
  if (Number(request.headers.file_offset ?? 0) !== upload.bytes.length)
    throw invalid("Header file_offset is not valid.");
  if (Buffer.isBuffer(request.body)) upload.bytes = Buffer.concat([upload.bytes, request.body]);
  if (upload.bytes.length < upload.length)
    throw new GraphError(100, { message: "Partial request: continue the upload." });
  return { h: `4::${Buffer.from(upload.mime).toString("base64url")}:${randomBytes(24).toString("base64url")}` };
}
