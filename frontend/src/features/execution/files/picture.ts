/** An address under which the browser shows a picture; null where it cannot read it. */
export async function loadedPicture(content: Blob): Promise<string | null> {
  const address = URL.createObjectURL(content);
  const image = new Image();
  image.src = address;
  try {
    await image.decode();
    return address;
  } catch {
    URL.revokeObjectURL(address);
    return null;
  }
}
