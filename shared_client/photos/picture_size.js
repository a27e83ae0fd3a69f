/**
 * Reads a picture's size from its first bytes, so that the page can reserve the space before it
 * draws the picture. The size is as shown: a camera held upright stores a rotated photo. Pure.
 */

/** @typedef {{width: number, height: number}} Size */

const ORIENTATION = 0x0112;
/** From this orientation on, width and height are swapped. */
const FIRST_LYING = 5;

/**
 * @param {string | null} mime  the type
 * @param {Uint8Array} bytes  of the start of a file @returns {Size | null} null if not found
 */
export function pictureSize(mime, bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const size = READERS[`${mime}`]?.(view) ?? null;
    return size !== null && size.width > 0 && size.height > 0 ? size : null;
  } catch {
    return null; // the bytes end too early
  }
}

/** @type {Record<string, (view: DataView) => Size | null>} */
const READERS = {
  'image/png': (view) => ({ width: view.getUint32(16), height: view.getUint32(20) }),
  'image/gif': (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) }),
  'image/webp': webpSize,
  'image/jpeg': jpegSize,
};

/** @param {DataView} view */
function webpSize(view) {
  const short = (/** @type {number} */ at) => view.getUint16(at, true);
  const kind = view.getUint8(15);
  if (kind === 0x20) return { width: short(26) & 0x3fff, height: short(28) & 0x3fff };
  if (kind === 0x4c) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  return { width: (view.getUint32(24, true) & 0xffffff) + 1,
    height: (view.getUint32(26, true) >>> 8) + 1 };
}

/** @param {DataView} view @returns {Size | null} */
function jpegSize(view) {
  let lying = false;
  for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xe1) lying ||= orientation(view, at + 4) >= FIRST_LYING;
    if (marker < 0xc0 || marker > 0xcf || [0xc4, 0xc8, 0xcc].includes(marker)) continue;
    const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
    return lying ? { width: height, height: width } : { width, height };
  }
  return null;
}

/** @param {DataView} view @param {number} start  of an APP1 segment's data @returns {number} */
function orientation(view, start) {
  if (view.getUint32(start) !== 0x45786966) return 1; // "Exif"
  const tiff = start + 6;
  const little = view.getUint16(tiff) === 0x4949;
  const table = tiff + view.getUint32(tiff + 4, little);
  const entries = view.getUint16(table, little);
  for (let at = table + 2; at < table + 2 + 12 * entries; at += 12) {
    if (view.getUint16(at, little) === ORIENTATION) return view.getUint16(at + 8, little);
  }
  return 1;
}
