/** Sizes of pictures from their first bytes, and the upload progress of a photo. */

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { mediaType } from '../../shared_client/photos/image_frames.js';
import { readPhoto } from '../../shared_client/photos/photo.js';
import { pictureSize } from '../../shared_client/photos/picture_size.js';
import { learnSize, sizeOf } from '../../shared_client/photos/sizes.js';
import { uploadsOf } from '../../shared_client/photos/uploads.js';
import {
  overdue, PHOTO_UNANSWERED_MS, UNANSWERED_MS,
} from '../../shared_client/state/outgoing.js';

const bytesOf = (hex) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
const sized = (hex) => pictureSize(mediaType(bytesOf(hex)), bytesOf(hex));
const riff = (rest) => `52494646 00000000 57454250 ${rest}`;
/** The size in the file, before rotation: 200 high, 300 wide. */
const SOF = 'ffc0 0011 08 00c8 012c 03';
const exif = (order, orientation) => `ffe1 0022 457869660000 ${order === 'II'
  ? `4949 2a00 08000000 0100 1201 0300 01000000 0${orientation}000000`
  : `4d4d 002a 00000008 0001 0112 0003 00000001 000${orientation}0000`} 00000000`;
const PICTURES = {
  png: '89504e470d0a1a0a 0000000d 49484452 0000012c 000000c8',
  gif: '474946383961 2c01 c800',
  'webp, lossy': riff('56503820 00000000 000000 9d012a 2c01 c800'),
  'webp, lossless': riff('5650384c 00000000 2f 2bc13100'),
  'webp, with more in it': riff('56503858 0a000000 20000000 2b0100 c70000'),
  jpeg: `ffd8 ffe0 0006 4a464946 ffdb 0004 0000 ${SOF}`,
  'jpeg, progressive': `ffd8 ${SOF.replace('ffc0', 'ffc2')}`,
  'jpeg, upright': `ffd8 ${exif('II', 1)} ${SOF}`,
};

suite('the size of a picture', () => {
  for (const [name, hex] of Object.entries(PICTURES)) {
    test(name, () => assert.deepEqual(sized(hex), { width: 300, height: 200 }));
  }

  for (const order of ['II', 'MM']) {
    test(`a jpeg that lies on its side (${order})`, () => {
      const hex = `ffd8 ${exif(order, 6)} ${SOF}`;
      assert.deepEqual(sized(hex), { width: 200, height: 300 });
    });
  }

  test('one that is broken off anywhere has none, and is no accident', () => {
    for (const hex of Object.values(PICTURES)) {
      const all = bytesOf(hex);
      for (let length = 0; length < all.length - 1; length += 1) {
        const size = pictureSize(mediaType(all), all.subarray(0, length));
        assert.ok(size === null || size.width > 0);
      }
    }
    assert.equal(pictureSize(null, new Uint8Array(40)), null);
  });

  test('is known of a file that was chosen', async () => {
    const { photo } = await readPhoto(new Blob([bytesOf(PICTURES.png)]), 1000);
    await new Promise(setImmediate); // the first picture loads the size reader
    assert.deepEqual(sizeOf(photo.blob), { width: 300, height: 200 });
  });

  test('is remembered by address, and unknown elsewhere', () => {
    learnSize('/a', { width: 1, height: 2 });
    learnSize('/b', null);
    assert.deepEqual([sizeOf('/a'), sizeOf('/b')], [{ width: 1, height: 2 }, null]);
  });
});

const photo = (size) => ({ blob: { size }, mime: 'image/png', name: '' });
const message = (id, more = {}) =>
  ({ id, text: '', photo: null, status: 'sent', sentAt: 1000, ...more });

suite('how much of a photo has gone out', () => {
  const outbox = [message('a', { photo: photo(100) }), message('text', { text: 'hi' }),
    message('b', { photo: photo(1000) }), message('c', { photo: photo(50), status: 'waiting' })];
  const parts = (buffered) => uploadsOf(outbox, buffered).map(({ id, sent }) => [id, sent]);

  for (const [buffered, first, second] of [
    [1100, 0, 0], [1040, 60, 0], [1000, 100, 0], [400, 100, 600], [0, 100, 1000],
    [5000, 0, 0],
  ]) {
    test(`with ${buffered} bytes left, ${first} of the first, ${second} of the second`, () => {
      assert.deepEqual(parts(buffered), [['a', first], ['b', second]]);
    });
  }

  test('one that was tried again goes last, wherever it stands', () => {
    const again = [message('a', { photo: photo(100), sentAt: 2000 }), outbox[2]];
    assert.deepEqual(uploadsOf(again, 100).map(({ id, sent }) => [id, sent]),
      [['b', 1000], ['a', 0]]);
  });
});

suite('an answer is awaited', () => {
  const late = (outbox, at, drainedAt) =>
    overdue(outbox, at, drainedAt).filter(({ status }) => status === 'failed').length;
  const text = [message('text', { text: 'hi' })];

  test('from when it was sent', () => {
    assert.equal(late(text, 1000 + UNANSWERED_MS - 1), 0);
    assert.equal(late(text, 1000 + UNANSWERED_MS), 1);
  });

  test('and not before all has left this machine', () => {
    const drainedAt = 100_000;
    assert.equal(late(text, drainedAt + UNANSWERED_MS - 1, drainedAt), 0);
    assert.equal(late(text, drainedAt + UNANSWERED_MS, drainedAt), 1);
    const photos = [message('a', { photo: photo(100) })];
    assert.equal(late(photos, drainedAt + PHOTO_UNANSWERED_MS - 1, drainedAt), 0);
  });
});
