// The page: chosen, dropped or pasted files become a list of cards, in the order in which they came.

import { send } from "./service.js";
import { waitingCard, resultCard, problemCard } from "./card.js";

const AT_ONCE = 2;

const choose = document.querySelector("#choose");
const input = document.querySelector("#files");
const drop = document.querySelector("#drop");
const status = document.querySelector("#status");
const results = document.querySelector("#results");
const keyLine = document.querySelector("#key");
const keyText = document.querySelector("#key-text");

const queue = [];
let running = 0;
let finished = 0;
let failed = 0;
let refused = [];

function add(files) {
  for (const file of files) {
    const place = document.createElement("li");
    place.append(waitingCard(file));
    results.append(place);
    queue.push({ file, place });
  }
  work();
}

function work() {
  while (running < AT_ONCE && queue.length > 0) {
    running += 1;
    read(queue.shift()).finally(() => {
      running -= 1;
      work();
    });
  }
  announce();
}

async function read(task) {
  const { file, place } = task;
  const answer = await send(file, keyText.value);
  if (answer.document) {
    place.replaceChildren(await resultCard(file, answer.document));
  } else {
    place.replaceChildren(problemCard(file, answer.problem));
    failed += 1;
  }
  finished += 1;
  if (answer.needsKey) {
    refused.push(task);
    askForKey();
  }
}

function askForKey() {
  if (keyLine.hidden) {
    keyLine.hidden = false;
    keyText.focus();
  }
}

function announce() {
  const waiting = queue.length + running;
  const images = (count) => `${count} ${count === 1 ? "image" : "images"}`;
  const bad = failed > 0 ? `, ${failed} of them not` : "";
  if (waiting > 0) {
    status.textContent = `Reading ${images(waiting)}…`;
  } else if (finished > 0) {
    status.textContent = `${images(finished)} read${bad}.`;
  }
}

input.addEventListener("change", () => {
  add(input.files);
  input.value = "";
});

choose.addEventListener("submit", (event) => {
  event.preventDefault();
  const again = refused;
  refused = [];
  finished -= again.length;
  failed -= again.length;
  for (const { file, place } of again) {
    place.replaceChildren(waitingCard(file));
  }
  queue.push(...again);
  work();
});

document.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length > 0) {
    add(event.clipboardData.files);
  }
});

document.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});

document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) {
    drop.classList.remove("over");
  }
});

document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  add(event.dataTransfer.files);
});
