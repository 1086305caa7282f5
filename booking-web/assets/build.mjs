// Builds dist/site.css: the parts of Bootstrap that the pages use, and our own
// rules, with everything no template mentions taken out again.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { PurgeCSS } from "purgecss";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const booking = dirname(here);
const LARGEST = 20_000;

const { css } = sass.compile(join(here, "scss/site.scss"), {
  style: "compressed",
  loadPaths: [join(here, "node_modules")],
  // Bootstrap 5 is written for an older Sass; its warnings are not ours to act on.
  quietDeps: true,
  silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
});

const [purged] = await new PurgeCSS().purge({
  css: [{ raw: css }],
  content: ["templates/**/*.html", "src/pages.rs", "src/pages/*.rs", "assets/js/*.js"].map((files) => join(booking, files)),
  variables: true,
});
const site = purged.css.replace(/\/\*![^]*?\*\//g, "").replace(/^\uFEFF?(@charset "UTF-8";)?\s*/, "");

// The pages' policy lets a style sheet load nothing but our own files.
if (/url\((?!["']?\/assets\/)/.test(site)) throw new Error("site.css refers to a picture that the pages' policy forbids");
if (site.length > LARGEST) throw new Error(`site.css has ${site.length} bytes, more than ${LARGEST}`);

const built = join(here, "dist/site.css");
mkdirSync(dirname(built), { recursive: true });
writeFileSync(built, `/* Contains parts of Bootstrap (getbootstrap.com), © 2011–2025 The Bootstrap Authors, MIT licence */\n${site}`);
console.log(`site.css: ${site.length} bytes, ${gzipSync(site).length} gzipped (Bootstrap and ours before purging: ${css.length})`);
