// What is seen of one image: its picture, its thumbnail, its place, its groups.

import { element } from "./element.js";
import { groupFacts, headline, nameSize } from "./facts.js";
import { makeMap } from "./map.js";
import { findThumbnail } from "./thumbnail.js";
import { copyText } from "./copy.js";

export function waitingCard(file) {
  return card(file.name, nameSize(file.size), element("p", {}, "Reading…"));
}

export function problemCard(file, problem) {
  return card(file.name, nameSize(file.size), element("p", { className: "problem" }, problem));
}

export async function resultCard(file, answer) {
  const groups = groupFacts(answer).map(({ title, rows }) => section(title, rows));
  return card(file.name, headline(answer),
    copyButton(file.name, answer),
    element("div", { className: "views" }, ...(await views(file, answer))),
    element("div", { className: "groups" }, ...groups));
}

function card(name, summary, ...content) {
  return element("article", { ariaLabel: name },
    element("h2", {}, name), element("p", { className: "summary" }, summary), ...content);
}

function section(title, rows) {
  const list = element("dl", {});
  for (const [label, value] of rows) {
    list.append(element("dt", {}, label), element("dd", {}, value));
  }
  const names = [rows.length > 12 && "long", title === "Warnings" && "alert"];
  return element("section", { className: names.filter(Boolean).join(" ") },
    element("h3", {}, title), list);
}

async function views(file, answer) {
  const found = [];
  const picture = await figure(file, "picture", `The picture ${file.name}`, "As this browser shows it");
  if (picture) {
    found.push(picture);
  }
  const thumbnail = await findThumbnail(file, answer);
  if (thumbnail) {
    const small = await figure(thumbnail, "thumbnail", "The thumbnail in the file", "Thumbnail in the file");
    if (small) {
      found.push(small);
    }
  }
  const map = await makeMap(answer.location);
  if (map) {
    found.push(map);
  }
  return found;
}

// A browser knows few formats, so a picture that it cannot show is left out.
async function figure(blob, className, alt, caption) {
  const image = element("img", { alt, src: URL.createObjectURL(blob) });
  try {
    await image.decode();
  } catch {
    URL.revokeObjectURL(image.src);
    return null;
  }
  return element("figure", { className }, image, element("figcaption", {}, caption));
}

function copyButton(name, answer) {
  const button = element("button", { type: "button", ariaLabel: `Copy what is known of ${name} as JSON` }, "Copy as JSON");
  button.addEventListener("click", async () => {
    const done = await copyText(JSON.stringify(answer, null, 2));
    document.querySelector("#status").textContent = done ? "Copied." : "This browser does not let a page copy.";
    button.textContent = done ? "Copied" : "Copy as JSON";
  });
  return button;
}
