// What an eye and a thumb find wrong with the page that is open, one sentence each.
const faults = [];
const root = document.documentElement;
const said = (node) => JSON.stringify((node.textContent || node.outerHTML).trim().slice(0, 60));
const hidden = (element) => !element.checkVisibility({ visibilityProperty: true }) || element.closest(".visually-hidden");

if (root.scrollWidth > root.clientWidth) faults.push(`it scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`);
if (document.styleSheets.length !== 1) faults.push(`it has ${document.styleSheets.length} style sheets`);
if (!root.lang) faults.push("it does not say its language");

// WCAG 2.2 asks for 24 pixels; a thumb on a bus wants more of what matters.
for (const control of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")) {
  if (hidden(control)) continue;
  const { width, height } = control.getBoundingClientRect();
  const main = control.matches(".btn, .form-control, .brand");
  const least = main ? 44 : 24;
  if (width < least || height < least) faults.push(`${said(control)} is ${width}×${height} and should be ${least}`);
}

// Whether letters end where something else cuts them off.
const clips = (style) => [style.overflowX, style.overflowY].some((it) => it === "hidden" || it === "clip");
const scrolls = (style) => [style.overflowX, style.overflowY].some((it) => it === "auto" || it === "scroll");
const room = (element) => {
  let [left, right, top, bottom] = [0, root.clientWidth, -Infinity, Infinity];
  for (let around = element; around && around !== document.body; around = around.parentElement) {
    const style = getComputedStyle(around);
    if (scrolls(style)) return null;
    if (!clips(style)) continue;
    const box = around.getBoundingClientRect();
    [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
    [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
  }
  return { left, right, top, bottom };
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let text = texts.nextNode(); text; text = texts.nextNode()) {
  if (!text.textContent.trim() || hidden(text.parentElement)) continue;
  const size = parseFloat(getComputedStyle(text.parentElement).fontSize);
  if (size < 13) faults.push(`${said(text)} is written ${size} pixels small`);
  const free = room(text.parentElement);
  if (!free) continue;
  const range = document.createRange();
  range.selectNodeContents(text);
  for (const { left, right, top, bottom } of range.getClientRects()) {
    const cut = left < free.left - 1 || right > free.right + 1 || top < free.top - 1 || bottom > free.bottom + 1;
    if (cut) faults.push(`${said(text)} is cut off at ${[left, right, top, bottom]} of ${Object.values(free)}`);
  }
}
return faults;
