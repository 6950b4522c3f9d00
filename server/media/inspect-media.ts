import { fileTypeFromBuffer } from "file-type";
import sharp from "sharp";

/** Bytes that are enough to know a type. */
export const SNIFF_BYTES = 4_100;

/** Above this an image is not measured: a small file can unfold into gigabytes. */
const MAX_PIXELS = 50_000_000;

/** What may be shown by a browser in place. Everything else, HTML and SVG above all, is only ever offered for download. */
const SHOWN_INLINE = new Set([
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/gif",
  "video/mp4",
  "video/3gpp",
  "video/webm",
]);

export const isShownInline = (mimeType: string): boolean => SHOWN_INLINE.has(mimeType) || mimeType.startsWith("audio/");

/** Documents that people send to each other. No program, no web page, and nothing that bytes do not tell. */
const DOCUMENTS =
  /^(application\/(pdf|rtf|json|xml|zip|epub\+zip|msword|vnd\.ms-(excel|powerpoint|outlook)|x-cfb|vnd\.(openxmlformats-officedocument|oasis\.opendocument)\.[\w.-]+)|text\/(plain|csv|xml|vcard|calendar))$/;

/** What may be uploaded, by what the bytes are. */
export const isTaken = (mimeType: string): boolean =>
  (/^(image|video|audio)\//.test(mimeType) && !mimeType.includes("svg")) || DOCUMENTS.test(mimeType);

/** Types by content alone; what was claimed counts only where bytes cannot tell (text, office files named by their container). */
export async function sniffType(head: Buffer, claimed: string): Promise<string> {
  const found = await fileTypeFromBuffer(head);
  const base = claimed.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!found) {
    const isClaimed = /^(text\/(plain|csv|xml)|application\/(json|xml))$/.test(base);
    if (!looksLikeText(head, isClaimed)) return "application/octet-stream";
    return isClaimed ? base : "text/plain";
  }
  if (found.mime === "application/zip" && /^application\/vnd\.(openxmlformats|oasis)/.test(base)) return base;
  if (found.mime === "application/x-cfb" && /^application\/(msword|vnd\.ms-)/.test(base)) return base;
  // the container of a voice note; the codec inside is Opus in practice and in every browser's recorder
  if (found.mime.startsWith("audio/ogg") || found.mime === "application/ogg") return "audio/ogg";
  return found.mime;
}

/** No control characters but those of lines; and UTF-8, unless it is called a text: spreadsheets still write older encodings. */
function looksLikeText(head: Buffer, isClaimed: boolean): boolean {
  if (head.some((byte) => byte < 32 && ![9, 10, 12, 13].includes(byte))) return false;
  if (isClaimed) return true;
  try {
    // the last character may be cut
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Width and height as shown (after EXIF rotation), so that the inbox keeps a box for the picture. */
export async function measureImage(bytes: Buffer): Promise<{ width: number; height: number } | undefined> {
  try {
    const { width, height, orientation } = await sharp(bytes, { limitInputPixels: MAX_PIXELS }).metadata();
    return orientation && orientation >= 5 ? { width: height, height: width } : { width, height };
  } catch {
    return undefined;
  }
}

/** Which attachment kind an upload is. */
export function kindOf(mimeType: string): "image" | "video" | "audio" | "document" {
  const [family] = mimeType.split("/");
  if (mimeType === "image/jpeg" || mimeType === "image/png") return "image";
  return family === "video" || family === "audio" ? family : "document";
}
