// jsQR, asked by ../piped.rs: width and height in four bytes each, the lowest
// first, then the brightness of each pixel; a line of JSON for each picture.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const jsQR = require("jsqr").default ?? require("jsqr");
const { version } = require("jsqr/package.json");

const HEAD = 8;

/** Four bytes a pixel, as a browser's canvas would hand them to it. */
function coloured(luma) {
  const pixels = new Uint8ClampedArray(luma.length * 4);
  for (let at = 0; at < luma.length; at += 1) {
    pixels.fill(luma[at], at * 4, at * 4 + 3);
    pixels[at * 4 + 3] = 255;
  }
  return pixels;
}

function answer(width, height, luma) {
  const pixels = coloured(luma);
  const began = performance.now();
  let code = null;
  let fell = false;
  try {
    code = jsQR(pixels, width, height);
  } catch {
    fell = true;
  }
  const ms = performance.now() - began;
  return { texts: code ? [code.data] : [], ms, fell };
}

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

say({ version });
let chunks = [];
let there = 0;
let wanted = HEAD;
for await (const chunk of process.stdin) {
  chunks.push(chunk);
  there += chunk.length;
  while (there >= wanted) {
    const bytes = Buffer.concat(chunks);
    const [width, height] = [bytes.readUInt32LE(0), bytes.readUInt32LE(4)];
    wanted = HEAD + width * height;
    if (there < wanted) {
      chunks = [bytes];
      break;
    }
    say(answer(width, height, bytes.subarray(HEAD, wanted)));
    chunks = [bytes.subarray(wanted)];
    there -= wanted;
    wanted = HEAD;
  }
}
