// sharp over a list of files, one after another: `node read.js LIST`, answering as readers.py does.

import { readFileSync } from "node:fs";
import sharp from "sharp";

const LEAST_SECONDS = 1.5;

const paths = readFileSync(process.argv[2], "utf8").trim().split("\n");
sharp.cache(false);

async function readAll() {
  let failed = 0;
  for (const path of paths) {
    await sharp(path).metadata().catch(() => { failed += 1; });
  }
  return failed;
}

const failed = await readAll();
let count = 0;
const begun = performance.now();
while (performance.now() - begun < LEAST_SECONDS * 1000) {
  await readAll();
  count += paths.length;
}
const rate = count / ((performance.now() - begun) / 1000);
const memory = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ rate, memory, failed }));
