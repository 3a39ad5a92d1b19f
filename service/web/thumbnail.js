// The EXIF thumbnail, taken from the file at hand: the service tells where it lies and keeps no byte.
//
// EXIF counts from the TIFF header that begins the block (CIPA DC-008, 4.5.2), wherever a format has
// put that block. So each TIFF header in the file is tried, until a JPEG begins at the offset.

const HEADERS = ["II*\0", "MM\0*"].map((text) => Array.from(text, (sign) => sign.charCodeAt(0)));
const SEARCHED = 4 * 1024 * 1024;

export async function findThumbnail(file, answer) {
  const tags = answer.exif?.ifd1;
  const offset = tags?.JPEGInterchangeFormat;
  const length = tags?.JPEGInterchangeFormatLength;
  if (!Number.isInteger(offset) || !Number.isInteger(length)) {
    return null;
  }
  const bytes = new Uint8Array(await file.slice(0, SEARCHED).arrayBuffer());
  for (let at = 0; at + offset + length <= bytes.length; at += 1) {
    const start = at + offset;
    if (isHeader(bytes, at) && bytes[start] === 0xff && bytes[start + 1] === 0xd8) {
      return new Blob([bytes.slice(start, start + length)], { type: "image/jpeg" });
    }
  }
  return null;
}

function isHeader(bytes, at) {
  return HEADERS.some((header) => header.every((byte, index) => bytes[at + index] === byte));
}
