// CSV as spreadsheet programs really write it: any of three delimiters, UTF-8 with or without a mark, Excel's UTF-16 and Windows-1252.
import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";

export const encodings = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;
export type Encoding = (typeof encodings)[number];
export const delimiters = [",", ";", "\t"] as const;
export type Delimiter = (typeof delimiters)[number];

export interface CsvShape {
  encoding: Encoding;
  delimiter: Delimiter;
}
/** `row` counts as a spreadsheet does: the header is row 1, a line break within quotes is no row. */
export interface CsvRecord {
  row: number;
  cells: string[];
}

/** The bytes are no text, or no table. */
export class NotCsv extends Error {
  override name = "NotCsv";
}
/** Parts of the text are in different encodings: whichever is chosen, names would come out wrong. */
export class MixedEncodings extends Error {
  override name = "MixedEncodings";
}

/** A row longer than this is a quote that was never closed. */
const MAX_RECORD_BYTES = 256 * 1024;
const HEAD_CHARS = 64 * 1024;

type Bytes = AsyncIterable<Uint8Array>;

/** Reads the file once, from `open()`, and says how it is to be read. @throws NotCsv · MixedEncodings */
export async function shapeOf(open: () => Promise<Bytes>): Promise<CsvShape> {
  const encoding = await encodingOf(await open());
  let head = "";
  for await (const text of textOf(await open(), encoding)) {
    head += text;
    if (head.length >= HEAD_CHARS) break;
  }
  return { encoding, delimiter: delimiterOf(head) };
}

async function encodingOf(bytes: Bytes): Promise<Encoding> {
  const decoder = new TextDecoder("utf-8");
  let isFirst = true;
  let broken = 0;
  let foreign = 0;
  const look = (text: string): void => {
    if (text.includes("\0")) throw new NotCsv();
    for (const letter of text.match(/[^\0-\x7f]/g) ?? []) {
      if (letter === "\uFFFD") broken += 1;
      else foreign += 1;
    }
  };
  for await (const chunk of bytes) {
    if (isFirst && chunk[0] === 0xff && chunk[1] === 0xfe) return "utf-16le";
    if (isFirst && chunk[0] === 0xfe && chunk[1] === 0xff) return "utf-16be";
    isFirst = false;
    look(decoder.decode(chunk, { stream: true }));
  }
  look(decoder.decode());
  if (broken > 0 && foreign > 0) throw new MixedEncodings();
  return broken > 0 ? "windows-1252" : "utf-8";
}

async function* textOf(bytes: Bytes, encoding: Encoding): AsyncGenerator<string> {
  // takes the mark at the beginning away
  const decoder = new TextDecoder(encoding);
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** The one that the header has most of; a file of one column has none. */
function delimiterOf(head: string): Delimiter {
  const [header = ""] = head.replaceAll(/"[^"]*"/g, "").split(/\r\n|\r|\n/);
  const count = (delimiter: string): number => header.split(delimiter).length;
  return delimiters.toSorted((a, b) => count(b) - count(a))[0] ?? ",";
}

/** Every row in its order, empty ones included. @throws NotCsv */
export async function* recordsOf(bytes: Bytes, { encoding, delimiter }: CsvShape): AsyncGenerator<CsvRecord> {
  const parser = parse({
    ...{ delimiter, record_delimiter: ["\r\n", "\n", "\r"], max_record_size: MAX_RECORD_BYTES },
    ...{ relax_column_count: true, relax_quotes: true },
  });
  pipeline(Readable.from(textOf(bytes, encoding)), parser, () => {});
  let row = 0;
  try {
    for await (const cells of parser) yield { row: ++row, cells: (cells as string[]).map(plain) };
  } catch (error) {
    throw error instanceof CsvError ? new NotCsv() : error;
  }
}

/** Programs write an apostrophe before what a spreadsheet would run as a formula, a phone number with `+` too. */
const plain = (cell: string): string => (/^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);

export const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === "");
