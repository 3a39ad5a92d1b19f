// Where it was taken, on an outline of the world: longitude to the right, latitude up, in degrees.

import { drawing, element } from "./element.js";

let outline;

export async function makeMap(location) {
  const { latitude, longitude } = location ?? {};
  if (typeof latitude !== "number" || typeof longitude !== "number") {
    return null;
  }
  outline ??= loadOutline();
  const place = nameDegrees(latitude, "N", "S") + ", " + nameDegrees(longitude, "E", "W");
  const map = drawing("svg", { viewBox: "-180 -90 360 180", role: "img", "aria-label": `A map of the world with a point at ${place}` },
    drawing("path", { class: "land", d: await outline }),
    drawing("circle", { class: "place", cx: longitude, cy: -latitude, r: 4 }));
  const altitude = typeof location.altitude === "number" ? `, ${Math.round(location.altitude)} m` : "";
  return element("figure", { className: "map" }, map, element("figcaption", {}, place + altitude));
}

async function loadOutline() {
  try {
    const text = await (await fetch("/web/land.svg")).text();
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    return parsed.querySelector("path").getAttribute("d");
  } catch {
    return "";
  }
}

function nameDegrees(value, positive, negative) {
  return `${Math.abs(value).toFixed(5)}° ${value < 0 ? negative : positive}`;
}
