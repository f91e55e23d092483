/** No screen shows more of a background; a photo of today's phones has four times as much. */
const LONGEST_SIDE = 2560;
const SMALL_ENOUGH = 1024 * 1024;
const QUALITY = 0.85;

/** A photo in a size that is good for a background, without where it was taken; else the file as it is. */
export async function shrunk(file: File): Promise<File> {
  if (file.size <= SMALL_ENOUGH) return file;
  const bitmap = await createImageBitmap(file).catch(() => null);
  // What cannot be read is for the server to refuse, in words.
  if (!bitmap) return file;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(bitmap.width * scale, bitmap.height * scale);
  const context = canvas.getContext('2d');
  if (!context) return file;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const smaller = await canvas.convertToBlob({ type: 'image/webp', quality: QUALITY });
  return smaller.size < file.size ? new File([smaller], file.name) : file;
}
