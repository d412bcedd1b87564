import assert from 'node:assert/strict';
import {test} from 'node:test';
import {deflateSync} from 'node:zlib';

import {BufferStore, decodeIndices, decodeValues} from '../src/buffers';
import type {PackedBuffer} from '../src/schema';

function pack(type: PackedBuffer['type'], numbers: ArrayBufferView, more: Partial<PackedBuffer> = {}): PackedBuffer {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return {type, count: 0, components: 1, coding: 'zlib', data: deflateSync(bytes).toString('base64'), ...more};
}

test('values are scaled, offset and marked where missing', () => {
  const values = decodeValues(pack('int16', Int16Array.of(-32768, -100, 0, 32767), {scale: 0.5, offset: 3}));
  assert.ok(Number.isNaN(values[0]));
  assert.deepEqual([...values.slice(1)], [-47, 3, 16386.5]);
  const unsigned = decodeValues(pack('uint16', Uint16Array.of(65535, 7), {scale: 2, offset: -1}));
  assert.ok(Number.isNaN(unsigned[0]));
  assert.equal(unsigned[1], 13);
  assert.deepEqual([...decodeValues(pack('uint8', Uint8Array.of(0, 255), {scale: 1, offset: 0}))], [0, 255]);
});

test('float32 comes through bit by bit', () => {
  const numbers = Float32Array.of(1e-30, -7.25, NaN, 3.4e38);
  assert.deepEqual([...decodeValues(pack('float32', numbers))], [...numbers]);
});

test('indices are widened, and floating-point numbers refused', () => {
  assert.deepEqual([...decodeIndices(pack('uint16', Uint16Array.of(0, 65535)))], [0, 65535]);
  assert.deepEqual([...decodeIndices(pack('uint32', Uint32Array.of(4e9)))], [4e9]);
  assert.throws(() => decodeIndices(pack('float32', Float32Array.of(1))), /indices cannot be stored as float32/);
});

test('an unknown coding or type is an error, not a picture', () => {
  assert.throws(() => decodeValues(pack('float32', Float32Array.of(1), {coding: 'lzma'})), /unknown coding "lzma"/);
  assert.throws(() => decodeValues(pack('float64' as PackedBuffer['type'], Float64Array.of(1))), /unknown type "float64"/);
  assert.throws(() => new BufferStore([]).values(3), /there is no buffer 3/);
});

test('the store forgets the oldest values and decodes them again', () => {
  const store = new BufferStore([0, 1, 2].map(i => pack('float32', new Float32Array(10).fill(i))), 20);
  const first = store.values(0);
  store.values(1);
  assert.equal(store.values(0), first);
  store.values(2); // the bound is passed: buffer 1 is the one that was not used for longest
  assert.equal(store.values(0), first);
  assert.equal(store.values(1)[9], 1);
  assert.notEqual(store.values(2).length, 0);
});
