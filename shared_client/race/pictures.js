/** Paints real pictures of about a given size. */

const GRAIN = 60;

/** @returns {(kb: number) => Blob | null} null until the picture is painted */
export function createPictures() {
  /** @type {Map<number, Blob | null>} */
  const painted = new Map();
  return (kb) => {
    const known = painted.get(kb);
    if (known !== undefined) return known;
    painted.set(kb, null);
    paint(kb * 1024).then((picture) => painted.set(kb, picture), () => painted.delete(kb));
    return null;
  };
}

/** PNG cannot compress the grain, so the size is predictable. @param {number} bytes */
async function paint(bytes) {
  const first = await painting(64);
  const side = Math.max(16, Math.round(64 * Math.sqrt(bytes / first.size)));
  return painting(side);
}

/** @param {number} side  in pixels @returns {Promise<Blob>} */
async function painting(side) {
  const canvas = new OffscreenCanvas(side, side);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const sky = context.createLinearGradient(0, 0, side, side);
  for (const [at, colour] of ['#0072b2', '#62cbc1', '#f0a030'].entries()) {
    sky.addColorStop(at / 2, colour);
  }
  context.fillStyle = sky;
  context.fillRect(0, 0, side, side);
  const image = context.getImageData(0, 0, side, side);
  for (let at = 0; at < image.data.length; at += 1) {
    if (at % 4 !== 3) image.data[at] += (Math.random() - 0.5) * GRAIN;
  }
  context.putImageData(image, 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
}
