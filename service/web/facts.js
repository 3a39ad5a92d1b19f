// The answer as groups of [label, text]; what is absent has no row.

const HIDDEN = new Set(["id", "schemaVersion"]);
const NAMES = { sha256: "SHA-256", formatVersion: "Version" };
const LISTED = 12;

export function groupFacts(answer) {
  const { file, image, encoding, color, animation, exif } = answer;
  const { encodings, plain } = splitEncoding(encoding);
  const groups = [
    ["File", rowsOf(file)],
    ["Image", rowsOf(image)],
    ["Encoding", rowsOf(plain)],
    ...encodings.map(([name, facts]) => [nameFormat(name), rowsOf(facts)]),
    ["Colour", rowsOf(color)],
    ["Animation", rowsOf(animation)],
    ["Pages", listRows(answer.pages)],
    ["Location", rowsOf(answer.location)],
    ["Camera", rowsOf(exif?.ifd0)],
    ["Exposure", rowsOf(exif?.exif)],
    ["GPS", rowsOf(exif?.gps)],
    ["Interoperability", rowsOf(exif?.interop)],
    ["Thumbnail tags", rowsOf(exif?.ifd1)],
    ["IPTC", rowsOf(answer.iptc)],
    ["XMP", rowsOf(answer.xmp)],
    ["Comments", (answer.comments ?? []).map((item) => [item.keyword ?? item.source, item.text])],
    ["Thumbnails", listRows(answer.thumbnails)],
    ["Warnings", (answer.warnings ?? []).map((item) => [item.code, item.message])],
  ];
  return groups.filter(([, rows]) => rows.length > 0).map(([title, rows]) => ({ title, rows }));
}

// What a person wants to know first, in one line.
export function headline({ file, image, exif }) {
  const shown = image.displayWidth && image.displayHeight && `${image.displayWidth} × ${image.displayHeight}`;
  const camera = [exif?.ifd0?.Make, exif?.ifd0?.Model].filter((text) => typeof text === "string").join(" ");
  return [file.format, shown, nameSize(file.size), camera].filter(Boolean).join(" · ");
}

export function nameSize(bytes) {
  const units = ["bytes", "kB", "MB", "GB"];
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${bytes} bytes` : `${value.toFixed(1)} ${units[unit]}`;
}

function splitEncoding(encoding) {
  const entries = Object.entries(encoding ?? {});
  const isRecord = ([, value]) => value !== null && typeof value === "object";
  return { encodings: entries.filter(isRecord), plain: Object.fromEntries(entries.filter((entry) => !isRecord(entry))) };
}

function rowsOf(record) {
  return Object.entries(record ?? {})
    .filter(([name, value]) => !HIDDEN.has(name) && !isAbsent(value))
    .map(([name, value]) => [nameLabel(name), nameValue(name, value)]);
}

function listRows(items) {
  const rows = (items ?? []).map((item, index) => [`${index + 1}`, nameValue("", item)]);
  const more = rows.length - LISTED;
  return more > 0 ? [...rows.slice(0, LISTED), ["…", `${more} more`]] : rows;
}

function isAbsent(value) {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)
    || (typeof value === "object" && Object.values(value).every(isAbsent));
}

// "bitsPerSample" and "DateTimeOriginal" as words; abbreviations such as GPS and "dc:title" stay.
function nameLabel(name) {
  if (name.includes(":") || name in NAMES) {
    return NAMES[name] ?? name;
  }
  const words = name.replace(/([a-z])([A-Z\d])/g, "$1 $2").replace(/([A-Z])([A-Z][a-z])/g, "$1 $2").split(" ");
  const lower = words.map((word) => (word === word.toUpperCase() ? word : word.toLowerCase())).join(" ");
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

function nameFormat(name) {
  return { webp: "WebP", jxl: "JPEG XL", jp2: "JPEG 2000" }[name] ?? name.toUpperCase();
}

function nameValue(name, value) {
  if (name === "quantizationTables") {
    return value.map((table) => `table ${table.id}: ${table.precision} bits`).join(", ");
  }
  if (name === "ExposureTime") {
    return nameExposure(value);
  }
  if (typeof value === "boolean") {
    return value ? "yes" : "no";
  }
  if (typeof value === "number") {
    return name === "size" ? `${nameSize(value)}` : nameNumber(value);
  }
  if (Array.isArray(value)) {
    const shown = value.slice(0, LISTED).map((item) => nameValue("", item)).join(", ");
    return value.length > LISTED ? `${shown}, … (${value.length} in all)` : shown;
  }
  if (value !== null && typeof value === "object") {
    return nameRecord(value);
  }
  return value === null ? "" : String(value);
}

function nameRecord(value) {
  if (Array.isArray(value.rational)) {
    return value.value === null ? value.rational.join("/") : nameNumber(value.value);
  }
  return Object.entries(value)
    .filter(([, item]) => !isAbsent(item))
    .map(([key, item]) => `${nameLabel(key)}: ${nameValue(key, item)}`)
    .join("; ");
}

// Photographers write a short time as a fraction: 1/125 s.
function nameExposure(value) {
  const seconds = typeof value === "number" ? value : value?.value;
  if (typeof seconds !== "number" || seconds <= 0) {
    return nameRecord(value ?? {});
  }
  return seconds < 0.4 ? `1/${Math.round(1 / seconds)} s` : `${nameNumber(seconds)} s`;
}

function nameNumber(value) {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(7)));
}
