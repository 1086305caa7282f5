// Builds dist/site.css for guests and dist/organiser.css for the desk: the parts
// of Bootstrap that their pages use, and our own rules, with everything no
// template of theirs mentions taken out again.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { PurgeCSS } from "purgecss";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const booking = dirname(here);

const GUESTS = {
  name: "site",
  largest: 20_000,
  content: ["templates/*.html", "templates/order/**/*.html", "src/pages.rs", "src/pages/*.rs", "assets/js/*.js"],
};
const DESK = {
  name: "organiser",
  largest: 40_000,
  content: ["templates/organiser/**/*.html", "src/pages/organiser/**/*.rs", "src/organiser/**/*.rs"],
};

async function build({ name, largest, content }) {
  const { css } = sass.compile(join(here, `scss/${name}.scss`), {
    style: "compressed",
    loadPaths: [join(here, "node_modules")],
    // Bootstrap 5 is written for an older Sass; its warnings are not ours to act on.
    quietDeps: true,
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
  });
  const [purged] = await new PurgeCSS().purge({
    css: [{ raw: css }],
    content: content.map((files) => join(booking, files)),
    variables: true,
  });
  const sheet = purged.css.replace(/\/\*![^]*?\*\//g, "").replace(/^\uFEFF?(@charset "UTF-8";)?\s*/, "");

  // The pages' policy lets a style sheet load nothing but our own files.
  if (/url\((?!["']?\/assets\/)/.test(sheet)) throw new Error(`${name}.css refers to a picture that the pages' policy forbids`);
  if (sheet.length > largest) throw new Error(`${name}.css has ${sheet.length} bytes, more than ${largest}`);

  const built = join(here, `dist/${name}.css`);
  mkdirSync(dirname(built), { recursive: true });
  writeFileSync(built, `/* Contains parts of Bootstrap (getbootstrap.com), © 2011–2025 The Bootstrap Authors, MIT licence */\n${sheet}`);
  console.log(`${name}.css: ${sheet.length} bytes, ${gzipSync(sheet).length} gzipped (Bootstrap and ours before purging: ${css.length})`);
}

await build(GUESTS);
await build(DESK);
