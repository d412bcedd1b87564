import {unzlibSync} from 'fflate';

import type {PackedBuffer} from './schema';

/** Marks a tuple without a value: the smallest int16 and the largest uint16. */
const NO_VALUE = {int16: -32768, uint16: 65535} as const;

function bytesOfBase64(text: string): Uint8Array {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; ++i)
    bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function rawNumbers(buffer: PackedBuffer): Float32Array | Uint16Array | Int16Array | Uint8Array | Uint32Array {
  let bytes = bytesOfBase64(buffer.data);
  if (buffer.coding === 'zlib')
    bytes = unzlibSync(bytes);
  else if (buffer.coding !== '' && buffer.coding !== 'none')
    throw new Error(`unknown coding "${buffer.coding}" of a buffer`);
  // A view needs aligned bytes; the inflated array is cut from a larger one.
  const aligned = bytes.slice().buffer;
  switch (buffer.type) {
    case 'float32': return new Float32Array(aligned);
    case 'uint32': return new Uint32Array(aligned);
    case 'uint16': return new Uint16Array(aligned);
    case 'int16': return new Int16Array(aligned);
    case 'uint8': return new Uint8Array(aligned);
    default: throw new Error(`unknown type "${String(buffer.type)}" of a buffer`);
  }
}

/** Values in the unit of the quantity (value = scale * raw + offset); NaN where there is none. */
export function decodeValues(buffer: PackedBuffer): Float32Array {
  const raw = rawNumbers(buffer);
  const scale = buffer.scale ?? 1;
  const offset = buffer.offset ?? 0;
  if (raw instanceof Float32Array && scale === 1 && offset === 0)
    return raw;
  const missing = buffer.type === 'int16' || buffer.type === 'uint16' ? NO_VALUE[buffer.type] : NaN;
  const values = new Float32Array(raw.length);
  for (let i = 0; i < raw.length; ++i)
    values[i] = raw[i] === missing ? NaN : scale * raw[i] + offset;
  return values;
}

/** Indices (connectivity): as they are, without scale. */
export function decodeIndices(buffer: PackedBuffer): Uint32Array {
  const raw = rawNumbers(buffer);
  if (raw instanceof Float32Array || raw instanceof Int16Array)
    throw new Error(`indices cannot be stored as ${buffer.type}`);
  return raw instanceof Uint32Array ? raw : Uint32Array.from(raw);
}

/** Decodes on demand; coordinates and cells stay, the many buffers of steps are kept up to a bound. */
export class BufferStore {
  private readonly kept = new Map<number, Float32Array>();
  private readonly indices = new Map<number, Uint32Array>();
  private numbersKept = 0;

  constructor(private readonly packed: PackedBuffer[], private readonly maxNumbers = 30e6) {}

  values(index: number): Float32Array {
    const present = this.kept.get(index);
    if (present) {
      this.kept.delete(index); // back to the end: a Map is ordered by insertion
      this.kept.set(index, present);
      return present;
    }
    const decoded = decodeValues(this.at(index));
    this.kept.set(index, decoded);
    this.numbersKept += decoded.length;
    for (const [oldest, numbers] of this.kept) {
      if (this.numbersKept <= this.maxNumbers || oldest === index)
        break;
      this.kept.delete(oldest);
      this.numbersKept -= numbers.length;
    }
    return decoded;
  }

  cells(index: number): Uint32Array {
    let decoded = this.indices.get(index);
    if (!decoded) {
      decoded = decodeIndices(this.at(index));
      this.indices.set(index, decoded);
    }
    return decoded;
  }

  private at(index: number): PackedBuffer {
    const buffer = this.packed[index];
    if (!buffer)
      throw new Error(`there is no buffer ${index}`);
    return buffer;
  }
}
