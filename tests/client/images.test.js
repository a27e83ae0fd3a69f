import assert from 'node:assert/strict';
import { suite, test } from 'node:test';

import { decodeImage, encodeImage, mediaType } from '../../shared_client/photos/image_frames.js';
import { fileName, readPhoto } from '../../shared_client/photos/photo.js';
import { createPictures } from '../../shared_client/photos/pictures.js';
import { codePoints, decode } from '../../shared_client/network/protocol.js';
import { load } from './vectors.js';

const bytesOf = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = async (blob) => Buffer.from(await blob.arrayBuffer()).toString('hex');
const PNG = bytesOf('89504e470d0a1a0a0000000d49484452');

/** @param {string} header @param {Uint8Array} picture @returns {ArrayBuffer} */
function frameOf(header, picture) {
  const text = Buffer.from(header);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Uint8Array.from(Buffer.concat([length, text, picture])).buffer;
}

suite('an image that the servers take, this client sends', () => {
  const cases = load('images_accepted').filter(({ image, header }) => image && header);
  assert.ok(cases.length > 4);
  for (const { description, image, image_hex: hex } of cases) {
    test(description, async () => {
      assert.equal(mediaType(bytesOf(hex)), image.mime);
      const frame = Buffer.from(await encodeImage(image, new Blob([bytesOf(hex)])).arrayBuffer());
      const end = 4 + frame.readUInt32BE(0);
      const { id, mime, name } = image;
      assert.deepEqual(JSON.parse(frame.subarray(4, end)), { type: 'image', id, mime, name });
      assert.equal(frame.subarray(end).toString('hex'), hex);
    });
  }
});

suite('what is no picture to the servers is none here', () => {
  const cases = load('images_refused')
    .filter(({ error, image_hex: hex, length }) => error === 'unsupported_media' && hex && !length);
  for (const { description, image_hex: hex } of cases) {
    test(description, () => assert.equal(mediaType(bytesOf(hex)), null));
  }
});

suite('an image that the servers send is read', () => {
  for (const { description, frame, header, image_hex: hex } of load('images_encodings')) {
    test(description, async () => {
      const { picture, ...read } = decode(frameOf(header, bytesOf(hex)));
      assert.deepEqual(read, frame);
      assert.equal(await hexOf(picture), hex);
      assert.equal(picture.type, mediaType(bytesOf(hex)));
    });
  }
});

test('a binary frame that cannot be read is passed over', () => {
  const frames = [new ArrayBuffer(0), new ArrayBuffer(3), bytesOf('00000009').buffer,
    frameOf('{', PNG), frameOf('null', PNG), frameOf('{"type":"message"}', PNG)];
  for (const data of frames) assert.equal(decodeImage(data), null);
});

suite('a file becomes a photo', () => {
  const file = (bytes, name, type = 'text/plain') => Object.assign(new Blob([bytes], { type }), { name });

  test('by its first bytes and not by what it is called', async () => {
    const { photo, problem } = await readPhoto(file(PNG, 'notes.txt'), 100);
    assert.deepEqual([problem, photo.mime, photo.blob.type], [null, 'image/png', 'image/png']);
    assert.equal(await hexOf(photo.blob), Buffer.from(PNG).toString('hex'));
    const text = await readPhoto(file('no picture', 'cat.png', 'image/png'), 100);
    assert.deepEqual([text.photo, text.problem], [null, 'unsupported_media']);
    assert.equal((await readPhoto(file('', 'cat.png'), 100)).problem, 'unsupported_media');
  });

  test('up to the server’s limit', async () => {
    assert.equal((await readPhoto(file(PNG, 'a'), PNG.length)).problem, null);
    assert.equal((await readPhoto(file(PNG, 'a'), PNG.length - 1)).problem, 'too_large');
  });

  test('unless it has gone', async () => {
    const gone = { size: 1, name: 'a', slice: () => ({ arrayBuffer: () => Promise.reject() }) };
    assert.equal((await readPhoto(gone, 100)).problem, 'unreadable');
  });

  test('with a name that the servers take', () => {
    assert.equal(fileName('ねこ 😀.png'), 'ねこ 😀.png');
    assert.equal(fileName('a\nb\0.png'), 'ab.png');
    const long = fileName(`${'😀'.repeat(300)}.png`);
    assert.equal(codePoints(long), 255);
    assert.ok(long.endsWith('.png'));
  });
});

test('addresses of pictures are made once, and revoked when nothing shows them', () => {
  const alive = new Set();
  let made = 0;
  const pictures = createPictures({
    createObjectURL: () => { const url = `blob:${made++}`; alive.add(url); return url; },
    revokeObjectURL: (url) => alive.delete(url),
  });
  const [one, other] = [new Blob(['1']), new Blob(['2'])];
  assert.equal(pictures.of(one), pictures.of(one));
  pictures.of(other);
  pictures.keepOnly(new Set([other]));
  assert.deepEqual([...alive], ['blob:1']);
  assert.notEqual(pictures.of(one), 'blob:0');
});
