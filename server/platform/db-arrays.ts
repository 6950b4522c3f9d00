// Lists as PostgreSQL's own binary arrays. As text, each value is quoted here and taken apart letter by letter there: a tenth of the
// database's time for a batch of events. The casts in a statement's text (`$1::text[]`) say what its lists are.
// Form: https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/utils/adt/arrayfuncs.c (array_recv)

interface ElementType {
  oid: number;
  /** Bytes of the value; undefined: not a value that this form is known for. */
  size(value: unknown): number | undefined;
  write(out: Buffer, at: number, value: never, size: number): void;
}

const text: ElementType = {
  oid: 25,
  size: (value) => (typeof value === "string" ? Buffer.byteLength(value) : undefined),
  write: writeText,
};

/** Ids and names of types are ASCII and short: a loop costs less than a call out of JavaScript. */
function writeText(out: Buffer, at: number, value: string, size: number): void {
  if (size !== value.length || size > 64) return void out.write(value, at);
  for (let i = 0; i < size; i++) out[at + i] = value.charCodeAt(i);
}

const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
const fixed = (oid: number, bytes: number, isOne: (value: unknown) => boolean, write: ElementType["write"]) => ({
  ...{ oid, write },
  size: (value: unknown) => (isOne(value) ? bytes : undefined),
});

const epochMs = Date.UTC(2000, 0, 1);

function writeInt8(out: Buffer, at: number, value: number | bigint): void {
  if (typeof value === "bigint") return void out.writeBigInt64BE(value, at);
  const high = Math.floor(value / 0x1_0000_0000);
  out.writeInt32BE(high, at);
  out.writeUInt32BE(value - high * 0x1_0000_0000, at + 4);
}

const int2 = fixed(21, 2, isInteger, (out, at, value: number) => out.writeInt16BE(value, at));
const int4 = fixed(23, 4, isInteger, (out, at, value: number) => out.writeInt32BE(value, at));
const int8 = fixed(20, 8, (value) => typeof value === "bigint" || isInteger(value), writeInt8);
const bool = fixed(
  16,
  1,
  (value) => typeof value === "boolean",
  (out, at, value: boolean) => out.writeUInt8(value ? 1 : 0, at),
);

const elementTypes: Readonly<Record<string, ElementType>> = {
  ...{ text, int2, smallint: int2, int4, int: int4, integer: int4, int8, bigint: int8, bool, boolean: bool },
  bytea: {
    oid: 17,
    size: (value) => (Buffer.isBuffer(value) ? value.length : undefined),
    write: (out, at, value: Buffer) => void value.copy(out, at),
  },
  timestamptz: fixed(
    1184,
    8,
    (value) => value instanceof Date && !Number.isNaN(value.getTime()),
    (out, at, value: Date) => writeInt8(out, at, (value.getTime() - epochMs) * 1000),
  ),
  // JSON as text, after the number of its form
  jsonb: {
    oid: 3802,
    size: (value) => (typeof value === "string" ? Buffer.byteLength(value) + 1 : undefined),
    write(out, at, value: string, size) {
      out[at] = 1;
      writeText(out, at + 1, value, size - 1);
    },
  },
};

const headerBytes = 20;

/** A list of one dimension; undefined when a value is of another type than the element's, and the driver has to write it. */
function encode(type: ElementType, values: readonly unknown[]): Buffer | undefined {
  let bytes = headerBytes;
  let hasNull = 0;
  const sizes: number[] = [];
  for (const value of values) {
    const size = value === null ? -1 : type.size(value);
    if (size === undefined) return undefined;
    if (size < 0) hasNull = 1;
    else bytes += size;
    sizes.push(size);
  }
  const out = Buffer.allocUnsafe(bytes + 4 * values.length);
  out.writeInt32BE(1, 0);
  out.writeInt32BE(hasNull, 4);
  out.writeInt32BE(type.oid, 8);
  out.writeInt32BE(values.length, 12);
  out.writeInt32BE(1, 16);
  let at = headerBytes;
  for (let i = 0; i < values.length; i++) {
    const size = sizes[i] ?? -1;
    out.writeInt32BE(size, at);
    at += 4;
    if (size < 0) continue;
    type.write(out, at, values[i] as never, size);
    at += size;
  }
  return out;
}

const typesByName = new Map<string, readonly (ElementType | undefined)[]>();

/** The element types of a statement's list parameters, in their order. */
function typesOf(name: string, statement: string): readonly (ElementType | undefined)[] {
  const known = typesByName.get(name);
  if (known) return known;
  const types: (ElementType | undefined)[] = [];
  for (const [, number, type = ""] of statement.matchAll(/\$(\d+)::(\w+)\[\]/g))
    types[Number(number) - 1] = elementTypes[type];
  typesByName.set(name, types);
  return types;
}

/** The values of a prepared statement with its lists in binary form, where their casts name a type that is known here. */
export function withBinaryArrays(name: string, statement: string, values: readonly unknown[]): unknown[] {
  const types = typesOf(name, statement);
  return values.map((value, i) => {
    const type = types[i];
    return type && Array.isArray(value) && value.length > 0 ? (encode(type, value) ?? value) : value;
  });
}
