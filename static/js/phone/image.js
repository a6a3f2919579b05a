/** A picture from the camera, made small enough to travel: at most 1600 px a side, JPEG. */

const LONGEST = 1600;
const QUALITY = 0.82;

/** @param {Blob} file @returns {Promise<ArrayBuffer>} JPEG bytes, upright, without metadata */
export async function shrink(file, longest = LONGEST) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const paint = canvas.getContext("2d");
  paint.imageSmoothingQuality = "high";
  paint.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!blob) throw new Error("the picture could not be encoded");
  return blob.arrayBuffer();
}
