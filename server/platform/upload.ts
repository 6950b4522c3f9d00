import { Transform } from "node:stream";
import type { FastifyRequest } from "fastify";
import { payloadTooLarge, validationFailed } from "./problem.ts";
import type { UploadPart } from "./route.ts";

/** Few parts and short fields: this is for files, not for forms. */
const limits = { parts: 20, files: 10, fieldSize: 64 * 1024, fieldNameSize: 100, headerPairs: 20 };

/** The parts of a multipart body as they arrive; a file beyond `maxBytes` fails with `payloadTooLarge` while it is read. */
export async function* uploadParts(request: FastifyRequest, maxBytes: number): AsyncIterable<UploadPart> {
  const parts = request.parts({ limits: { ...limits, fileSize: maxBytes + 1 } });
  for await (const part of whole(parts)) {
    if (part.type === "field") {
      if (part.valueTruncated || typeof part.value !== "string")
        throw validationFailed({ issues: [{ path: `body.${part.fieldname}`, message: "is too long for a field" }] });
      yield { kind: "field", name: part.fieldname, value: part.value };
      continue;
    }
    const counted = countBytes(maxBytes);
    part.file.on("error", () => counted.destroy(cutOff()));
    try {
      yield {
        kind: "file",
        name: part.fieldname,
        fileName: part.filename === "" ? undefined : part.filename,
        contentType: part.mimetype,
        bytes: part.file.pipe(counted),
      };
    } finally {
      // a part that nobody read, or not to its end, would hold up the parser and the next request of the connection for ever
      part.file.unpipe(counted);
      part.file.resume();
    }
  }
}

const cutOff = () => validationFailed({ issues: [{ path: "body", message: "is cut off, or not in parts" }] });

/** What the parser cannot read is the sender's fault; its own limits bring a code that says which. */
async function* whole<Part>(parts: AsyncIterable<Part>): AsyncIterable<Part> {
  try {
    yield* parts;
  } catch (error) {
    throw error instanceof Error && "code" in error ? error : cutOff();
  }
}

function countBytes(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(payloadTooLarge({ maxBytes }));
      else done(null, chunk);
    },
  });
}
