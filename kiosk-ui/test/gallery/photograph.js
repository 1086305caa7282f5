// Photographs every state of the page: node test/gallery/photograph.js FOLDER [state…]
// with SIZES=1280x800,… and LANGUAGES=en,hi. To be looked at, not compared.
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { browse } from "./browser.js";
import { serve, stop } from "./serve.js";
import { states } from "./states.js";

const [folder = join(tmpdir(), "gate-gallery"), ...chosen] = process.argv.slice(2);
const sizes = (process.env.SIZES ?? "1280x800,1366x768,1024x600,1920x1080").split(",");
const languages = (process.env.LANGUAGES ?? "en").split(",");

/** News come after 400 ms, keys from 600 ms on, one each 350. */
const settled = ({ keys = [] }) => 900 + (keys.length > 0 ? 200 + keys.length * 350 : 0);

const port = await serve();
const browser = await browse();
await mkdir(folder, { recursive: true });
for (const language of languages) {
  for (const state of chosen.length > 0 ? chosen : Object.keys(states)) {
    await browser.open(`http://127.0.0.1:${port}/?state=${state}&language=${language}`);
    await new Promise((done) => setTimeout(done, settled(states[state])));
    for (const size of sizes) await photograph(state, size, language);
  }
}
await browser.close();
stop();
console.log(folder);
process.exit();

async function photograph(state, size, language) {
  const [width, height] = size.split("x").map(Number);
  await browser.size(width, height);
  await new Promise((done) => setTimeout(done, 150));
  const name = [state, size, language === "en" ? "" : language].filter(Boolean).join("-");
  await writeFile(join(folder, `${name}.png`), await browser.photograph());
}
